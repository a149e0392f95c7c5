import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setErrorHandler } from 'scenewire';
import { ANNOUNCED_FEATURES } from '../../src/multiplayer/announced-features.js';
import { Command, SysCommand } from '../../src/multiplayer/scene/scene-command.js';
import type { Recording } from '../multiplayer/support/scene-vectors.js';
import { Dice } from './fuzz/dice.js';
import { mutatePacket } from './packet-mutations.js';
import { SCENE_ENTRIES, type SceneEntry, SceneVictim } from './scene-victim.js';
import { readVectors } from './vectors.js';

export interface SceneFuzzOutcome {
  readonly cases: number;
  /** What should not have happened, with the number of the case. */
  readonly problems: readonly string[];
  /** What packets brought about; packets that were dropped and counted. */
  readonly effects: Readonly<SceneVictim['effects']>;
  readonly dropped: number;
}

const MOST_PROBLEMS = 20;
const CHECK_EVERY = 16;
/** Ids, paths and names get used up: then little would be left to try. */
const NEW_WORLD_EVERY = 400;
/** No packet of a kilobyte takes anywhere near it, also on a busy machine. */
const MOST_MS = 2000;
/** What the nodes of the recordings are called, in the order in which they are announced as 1, 2 and 3. */
const ANNOUNCED = [
  ['Spawner', 'S/Sync', 'Game'],
  ['S/Sync', 'Spawner', 'Game'],
  ['Game', 'S/Sync', 'Spawner'],
] as const;
const SELF = 2;
const FEATURES_OF_OTHERS = [[], ANNOUNCED_FEATURES];
/** In a world that is gone nothing stays behind: a look at the memory now and then, against the first one. */
const LOOK_EVERY = 50_000;
const MOST_GROWTH_BYTES = 16 * 1024 * 1024;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as NodeJS.GCFunction;

/** Shows one side what Godot was recorded sending, most of it with something wrong. The same seed, the same packets. */
export async function fuzzScenePackets(kind: SceneEntry, seed: number, cases: number): Promise<SceneFuzzOutcome> {
  const bugs: string[] = [];
  setErrorHandler((text) => {
    if (text.includes('could not be handled')) bugs.push(text);
  });
  try {
    return await new ScenePacketFuzz(kind, seed, bugs).run(cases);
  } finally {
    setErrorHandler(null);
  }
}

class ScenePacketFuzz {
  readonly #kind: SceneEntry;
  readonly #dice: Dice;
  readonly #packets = recordedPackets();
  readonly #problems: string[] = [];
  /** What the library itself had to catch. */
  readonly #bugs: string[];
  #world: SceneVictim;
  readonly #effects = { calls: 0, spawns: 0, states: 0, others: 0 };
  #dropped = 0;
  #firstHeap = 0;

  constructor(kind: SceneEntry, seed: number, bugs: string[]) {
    this.#kind = kind;
    this.#bugs = bugs;
    this.#dice = new Dice(seed, SCENE_ENTRIES.indexOf(kind));
    this.#world = this.#makeWorld();
  }

  async run(cases: number): Promise<SceneFuzzOutcome> {
    const shared = sharedNames();
    for (let index = 0; index < cases && this.#problems.length < MOST_PROBLEMS; index += 1) {
      try {
        this.#step(index);
        // What a WeakRef was asked for is kept until the running job has ended.
        if (index % NEW_WORLD_EVERY === 0) await setImmediate();
        if (index % LOOK_EVERY === LOOK_EVERY - 1) this.#weigh(index);
      } catch (thrown) {
        this.#problems.push(`case ${index} threw ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
      }
    }
    this.#retire();
    if (sharedNames() !== shared) this.#problems.push('a prototype has changed');
    const [effects, dropped] = [this.#effects, this.#dropped];
    return { cases, problems: this.#problems, effects, dropped };
  }

  #step(index: number): void {
    const world = this.#world;
    const packet = mutatePacket(this.#dice.pick(this.#packets), this.#dice, this.#packets);
    const from = this.#sender();
    const before = world.trace;
    const start = performance.now();
    world.receive(from, packet);
    if (performance.now() - start > MOST_MS) this.#problems.push(`case ${index} took too long`);
    if (world.trace === before && !mayBeSilent(packet, world.speaksScenewire)) {
      this.#problems.push(`case ${index} is gone without a trace: ${Buffer.from(packet).toString('hex')} from ${from}`);
    }
    world.line.sent.length = 0;
    if (index % CHECK_EVERY === 0) this.#check(index);
    if (index % NEW_WORLD_EVERY === NEW_WORLD_EVERY - 1) this.#renew();
  }

  #weigh(index: number): void {
    collect();
    const { heapUsed } = process.memoryUsage();
    if (this.#firstHeap === 0) this.#firstHeap = heapUsed;
    const growth = heapUsed - this.#firstHeap;
    if (growth > MOST_GROWTH_BYTES) this.#problems.push(`case ${index}: the memory grew by ${growth} bytes`);
  }

  #check(index: number): void {
    this.#world.clock.advance(this.#dice.below(100));
    this.#world.tree.processFrame();
    this.#world.line.sent.length = 0;
    const found = [...this.#world.check(), ...this.#bugs.splice(0)];
    this.#problems.push(...found.map((text) => `case ${index}: ${text}`));
  }

  /** Mostly somebody who has something to say here. */
  #sender(): number {
    if (this.#dice.chance(0.02)) return this.#dice.pick([0, -1, 99, 0x7fffffff]);
    return this.#dice.chance(0.8) ? this.#world.authority : this.#dice.pick([1, 3]);
  }

  #renew(): void {
    this.#retire();
    this.#world = this.#makeWorld();
  }

  #retire(): void {
    for (const kind of ['calls', 'spawns', 'states', 'others'] as const)
      this.#effects[kind] += this.#world.effects[kind];
    this.#dropped += this.#world.drops;
  }

  #makeWorld(): SceneVictim {
    const world = new SceneVictim(this.#kind, this.#kind === 'server' ? SELF : 1, this.#dice.pick(FEATURES_OF_OTHERS));
    world.connect(this.#kind);
    if (this.#kind !== 'pending' && this.#kind !== 'stranger') {
      const paths = this.#dice.pick(ANNOUNCED);
      for (const [at, path] of paths.entries()) world.receive(world.authority, announcement(at + 1, path));
    }
    world.line.sent.length = 0;
    return world;
  }
}

/** All that was sent, and what was made by hand to see what Godot makes of it. */
function recordedPackets(): Uint8Array[] {
  const { scenarios } = readVectors<Recording>('scene-multiplayer-vectors.json');
  const hexes = new Set<string>();
  for (const { packets, actions } of scenarios) {
    for (const { hex } of packets) hexes.add(hex);
    for (const { op, hex } of actions) if (op === 'inject') hexes.add(String(hex));
  }
  return [...hexes].filter((hex) => hex !== '').map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));
}

function announcement(id: number, path: string): Uint8Array {
  const bytes = [Command.SIMPLIFY_PATH, ...Buffer.from('0'.repeat(32)), 0, id, 0, 0, 0, ...Buffer.from(path), 0];
  return Uint8Array.from(bytes);
}

/** Of a call between scenewire peers: it has to do with a question. */
const ANSWER_FLAG = 0x08;
const { AUTH, DEL_PEER, RELAY, FEATURES } = SysCommand;
const SILENT_NEWS: ReadonlySet<number> = new Set([AUTH, DEL_PEER, RELAY, FEATURES]);

/**
 * Packets that may end in nothing, as in Godot: confirmations, states that are older than others, completions of what is
 * complete, news of somebody who has gone, and what is relayed to nobody. Between scenewire peers also what is
 * announced or taken back before it is there, and answers that come too late.
 */
function mayBeSilent(packet: Uint8Array, isScenewire: boolean): boolean {
  const command = (packet[0] ?? 0) & 7;
  if (packet.length === 0) return false;
  if (command === Command.CONFIRM_PATH || command === Command.SYNC) return true;
  if (command === Command.SIMPLIFY_PATH || command === Command.DESPAWN) return isScenewire;
  if (command === Command.REMOTE_CALL) return isScenewire && ((packet[0] ?? 0) & ANSWER_FLAG) !== 0;
  if (command !== Command.SYS) return false;
  return SILENT_NEWS.has(packet[1] ?? 0);
}

/** The members that all values have. */
function sharedNames(): string {
  const prototypes = [Object.prototype, Array.prototype, Map.prototype, Function.prototype, String.prototype];
  return prototypes.map((prototype) => Object.getOwnPropertyNames(prototype).length).join();
}
