import { setImmediate } from 'node:timers/promises';
import { MemoryNode, type SceneMultiplayer, type TransferMode } from 'scenewire';
import { setErrorHandler } from '../../src/core/fail.js';
import { unhex } from '../multiplayer/support/hex.js';
import { SceneReplay } from '../multiplayer/support/scene-replay.js';
import { readRecording, type Scenario } from '../multiplayer/support/scene-vectors.js';
import { Dice } from './fuzz/dice.js';
import { mutatePacket } from './packet-mutations.js';

export interface SituationFuzzOutcome {
  readonly cases: number;
  /** What should not have happened, with the number of the case. */
  readonly problems: readonly string[];
  /** Packets that were dropped and counted, and what happened in the games all the same. */
  readonly dropped: number;
  readonly events: number;
}

const MOST_PROBLEMS = 20;
/** Packets that one situation is shown, and how many of them come with one poll. */
const PACKETS_PER_SITUATION = 64;
const PACKETS_PER_POLL = 8;
const CASES_PER_JOB = 64 * PACKETS_PER_SITUATION;
/** Far more than a poll of eight packets takes. */
const MOST_POLL_MS = 2000;
/** What a stranger may add to a tree in one situation. */
const MOST_NODES = 2000;

/** A packet that one side sent another, as it was recorded. */
interface Recorded {
  readonly to: number;
  readonly from: number;
  readonly packet: Uint8Array;
}

/**
 * Brings recorded situations up to some moment, and then shows their sides packets of which most have something wrong with
 * them: of every command, directly and relayed, to servers, clients and members of a mesh. The same seed, the same packets.
 */
export async function fuzzSituations(seed: number, cases: number): Promise<SituationFuzzOutcome> {
  setErrorHandler(() => {});
  try {
    return await new SituationFuzz(seed).run(cases);
  } finally {
    setErrorHandler(null);
  }
}

class SituationFuzz {
  readonly #dice: Dice;
  readonly #recording = readRecording();
  readonly #scenarios: readonly Scenario[];
  readonly #packets: readonly Uint8Array[];
  readonly #problems: string[] = [];
  #dropped = 0;
  #events = 0;

  constructor(seed: number) {
    this.#dice = new Dice(seed, 0);
    // Hundreds of nodes take long to make, and bring no other packets.
    this.#scenarios = this.#recording.scenarios.filter(({ actions }) => !actions.some(({ op }) => op === 'repeat'));
    this.#packets = this.#scenarios.flatMap((scenario) => recorded(scenario).map(({ packet }) => packet));
  }

  async run(cases: number): Promise<SituationFuzzOutcome> {
    const names = Object.getOwnPropertyNames(Object.prototype).length;
    for (let index = 0; index < cases && this.#problems.length < MOST_PROBLEMS; index += PACKETS_PER_SITUATION) {
      const scenario = this.#dice.pick(this.#scenarios);
      // What a WeakRef was asked for is kept until the running job has ended.
      if (index % CASES_PER_JOB === 0) await setImmediate();
      try {
        this.#situation(scenario, index);
      } catch (thrown) {
        const text = thrown instanceof Error ? thrown.stack : String(thrown);
        this.#problems.push(`case ${index} (${scenario.name}) threw ${text}`);
      }
    }
    if (Object.getOwnPropertyNames(Object.prototype).length !== names) this.#problems.push('a prototype has changed');
    return { cases, problems: this.#problems, dropped: this.#dropped, events: this.#events };
  }

  #situation(scenario: Scenario, index: number): void {
    const actions = scenario.actions.slice(0, this.#dice.below(scenario.actions.length + 1));
    const replay = new SceneReplay({ ...scenario, actions }, this.#recording);
    const secret = addSecret(replay);
    replay.run();
    const packets = recorded(scenario);
    for (let left = PACKETS_PER_SITUATION; left > 0; left -= PACKETS_PER_POLL) {
      for (let n = 0; n < PACKETS_PER_POLL; n += 1) this.#inject(replay, scenario, packets);
      this.#pollAll(replay, index);
    }
    this.#check(replay, secret, index);
  }

  #inject(replay: SceneReplay, scenario: Scenario, packets: readonly Recorded[]): void {
    const dice = this.#dice;
    const ids = scenario.peers.map(({ id }) => id);
    const known = packets.length > 0 && dice.chance(0.9) ? dice.pick(packets) : null;
    const to = known !== null && dice.chance(0.9) ? known.to : dice.pick(ids);
    const from = known !== null && dice.chance(0.9) ? known.from : dice.pick(ids);
    const packet = mutatePacket(known?.packet ?? dice.pick(this.#packets), dice, this.#packets);
    const mode = dice.below(3) as TransferMode;
    replay.hub.peer(to).queue.push({ from, channel: dice.below(3), mode, bytes: packet });
  }

  #pollAll(replay: SceneReplay, index: number): void {
    replay.clock.advance(this.#dice.below(40));
    for (const [id, api] of replay.apis) {
      const began = performance.now();
      api.poll();
      const took = performance.now() - began;
      if (took > MOST_POLL_MS) this.#problems.push(`case ${index}: a poll of ${id} took ${took} ms`);
      if (api.getRemoteSenderId() !== 0) this.#problems.push(`case ${index}: a sender is left`);
    }
  }

  #check(replay: SceneReplay, { node, calls }: Secret, index: number): void {
    const nodes = countNodes(replay.tree.getRoot());
    if (nodes > MOST_NODES) this.#problems.push(`case ${index}: there are ${nodes} nodes`);
    if (node.value !== 1) this.#problems.push(`case ${index}: a property outside of the root was set`);
    if (calls > 0) this.#problems.push(`case ${index}: a method outside of the root ran`);
    if (node.parent === null) this.#problems.push(`case ${index}: a node outside of the root is gone`);
    this.#events += replay.recorder.items.filter((item) => item['event'] !== undefined).length;
    for (const [id, api] of replay.apis) this.#dropped += droppedBy(api, [0, ...replay.apis.keys()], id);
  }
}

/** A node beside the roots of the sides: nothing that arrives may reach it. */
class SecretNode extends MemoryNode {
  value = 1;
}

interface Secret {
  readonly node: SecretNode;
  calls: number;
}

function addSecret(replay: SceneReplay): Secret {
  const secret: Secret = { node: new SecretNode('Secret'), calls: 0 };
  const count = (): void => {
    secret.calls += 1;
  };
  replay.tree.bind(secret.node, { no_args: count, one: count, two: count, many: count, poke: count, hit: count });
  for (const method of ['no_args', 'one', 'two', 'many']) replay.tree.rpcConfig(secret.node, method, { rpc_mode: 1 });
  replay.tree.addChild(replay.tree.getRoot(), secret.node);
  return secret;
}

function recorded({ packets, actions }: Scenario): Recorded[] {
  const sent = packets.filter(({ to }) => to > 0).map(({ from, to, hex }) => ({ from, to, packet: unhex(hex) }));
  const injected = actions.filter(({ op }) => op === 'inject');
  return [
    ...sent,
    ...injected.map(({ from, to, hex }) => ({ from: Number(from), to: Number(to), packet: unhex(String(hex)) })),
  ];
}

function countNodes(node: MemoryNode): number {
  return node.children.reduce((sum, child) => sum + countNodes(child), 1);
}

function droppedBy(api: SceneMultiplayer<MemoryNode>, peers: readonly number[], own: number): number {
  const others = peers.filter((peer) => peer !== own);
  return others.reduce((sum, peer) => sum + Object.values(api.getDropped(peer)).reduce((a, b) => a + b, 0), 0);
}
