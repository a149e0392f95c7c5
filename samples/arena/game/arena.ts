import {
  ConnectionStatus,
  GodotObject,
  type MultiplayerPeer,
  type MultiplayerSpawner,
  type SceneTree,
  spawnInto,
  type Variant,
  Vector3,
} from 'scenewire';
import { Bot } from '../sim/bot.js';
import { noInput, stepKart, TICK } from '../sim/kart-body.js';
import { muzzleOf, SHOT_HEIGHT, stepShot, strikes } from '../sim/shot-body.js';
import type { Driver } from './driver.js';
import { Kart, readKartData } from './kart.js';
import { Match } from './match.js';
import { Referee, type RefereeOptions } from './referee.js';
import { readShotData, Shot } from './shot.js';

/** Seconds between two shots. */
export const RELOAD = 0.35;
/** After a longer pause the game goes on from where it is, rather than make up for it. */
const MOST_CATCH_UP = 0.25;

export type ArenaSignals<N extends object> = {
  kart_added: [kart: Kart, node: N];
  kart_removed: [kart: Kart];
  shot_added: [shot: Shot, node: N];
  shot_removed: [shot: Shot];
  /** Somebody was hit, says the host. */
  hit: [victim: Kart, shooter: Kart | null, at: Vector3];
  kart_wrecked: [kart: Kart, shooter: Kart | null];
};

export interface ArenaOptions<N extends object> extends RefereeOptions {
  /** An empty node of the engine. */
  makeNode(name: string): N;
}

/**
 * The game, for every engine and every role: it puts the arena into a tree, drives the karts of this peer, and lets
 * everything else arrive. On the server a referee decides about the rest.
 *
 *   Arena            Match: calls, round
 *   ├ Karts          made by the host
 *   │ └ K7           Kart: Motion of its owner, Status of the host
 *   │   └ Guns       spawner of its owner
 *   └ Shots          made by the owners of the karts
 */
export class Arena<N extends object> extends GodotObject<ArenaSignals<N>> {
  readonly kart_added = this.signal('kart_added');
  readonly kart_removed = this.signal('kart_removed');
  readonly shot_added = this.signal('shot_added');
  readonly shot_removed = this.signal('shot_removed');
  readonly hit = this.signal('hit');
  readonly kart_wrecked = this.signal('kart_wrecked');

  readonly tree: SceneTree<N>;
  readonly match: Match;
  readonly karts = new Map<string, Kart>();
  readonly shots = new Map<string, Shot>();
  /** Who drives this player's own kart. */
  driver: Driver = { drive: noInput };

  readonly #options: ArenaOptions<N>;
  readonly #referee: Referee<N>;
  readonly #karts: MultiplayerSpawner<N>;
  readonly #bots = new Map<string, Bot>();
  readonly #guns = new WeakMap<Kart, MultiplayerSpawner<N>>();
  #unspent = 0;

  constructor(tree: SceneTree<N>, options: ArenaOptions<N>) {
    super();
    this.tree = tree;
    this.#options = options;
    this.#referee = new Referee(this, options);
    this.match = new Match({
      host: this.#referee,
      hit: (victim, shooter, at) => this.#hit(victim, shooter, at),
      placed: (id, slot) => this.#placed(id, slot),
    });
    const [arena, karts, shots] = ['Arena', 'Karts', 'Shots'].map((name) => options.makeNode(name)) as [N, N, N];
    tree.addChild(tree.getRoot(), arena);
    tree.addChild(arena, karts);
    tree.addChild(arena, shots);
    tree.bind(arena, this.match);
    this.match.replicate();
    this.#karts = spawnInto<N>(karts, {}, { name: 'Spawner', limit: 32, spawn: (data) => this.#makeKart(data) });
    tree.process_frame.connect(() => this.#frame(tree.getProcessDeltaTime()));
  }

  get me(): number {
    return this.tree.getMultiplayer().getUniqueId();
  }

  get isHost(): boolean {
    return this.tree.getMultiplayer().isServer();
  }

  /** The kart of the player at this peer. */
  get mine(): Kart | undefined {
    return this.karts.get(`K${this.me}`);
  }

  /** Leaves the game that is on for one with this peer, whether that is its host or a guest. */
  use(peer: MultiplayerPeer): void {
    // What others have spawned goes with them, the rest does not.
    this.tree.getMultiplayer().multiplayerPeer = peer;
    for (const { node } of [...this.shots.values(), ...this.karts.values()]) this.#free(node);
    this.restart();
  }

  /** The host's: the first round again. */
  restart(): void {
    this.#referee.restart();
  }

  /** Asks the host for a kart; the host asks itself. */
  enter(driver: string, colour: number): void {
    this.match.rpcTo(1).enter(driver, colour);
  }

  /** The host's. */
  addKart(data: { [key: string]: string | number | boolean }): void {
    this.#karts.spawn(data);
  }

  /** The host's. */
  removeKart(kart: Kart): void {
    this.#free(kart.node);
  }

  #free(node: object | null): void {
    if (node !== null) this.tree.free(node);
  }

  /** While there is no game, time stands still. */
  get #isOn(): boolean {
    const status = this.tree.getMultiplayer().multiplayerPeer?.getConnectionStatus();
    return status !== undefined && status !== ConnectionStatus.CONNECTION_DISCONNECTED;
  }

  #frame(delta: number): void {
    if (!this.#isOn) return;
    this.#unspent = Math.min(this.#unspent + delta, MOST_CATCH_UP);
    while (this.#unspent >= TICK) {
      this.#unspent -= TICK;
      this.#tick();
    }
    for (const kart of this.karts.values()) {
      if (kart.owner === this.me) kart.draw(this.#unspent / TICK);
      // A new round begins with none.
      if (kart.wrecks > kart.wrecksSeen) this.kart_wrecked.emit(kart, kart.lastHitBy);
      kart.wrecksSeen = kart.wrecks;
    }
  }

  #tick(): void {
    for (const kart of this.karts.values()) if (kart.owner === this.me) this.#tickKart(kart);
    for (const shot of this.shots.values()) if (!shot.isSpent) this.#tickShot(shot);
    if (this.isHost) this.#referee.tick();
  }

  #tickKart(kart: Kart): void {
    kart.remember();
    if (!kart.isAlive || this.match.over) {
      kart.body.vx = kart.body.vz = 0;
      return;
    }
    const others = [...this.karts.values()].filter((other) => other !== kart && other.isAlive);
    const driver = this.#bots.get(kart.id) ?? this.driver;
    const input = driver.drive(kart.body, others);
    stepKart(kart.body, input, others);
    kart.reload -= TICK;
    if (input.fire && kart.reload <= 0) this.#shoot(kart);
  }

  /** The shot is there at once for the one who shot, whatever the way to the host takes. */
  #shoot(kart: Kart): void {
    kart.reload = RELOAD;
    kart.shots += 1;
    const { x, z } = muzzleOf(kart.body);
    const guns = this.#guns.get(kart);
    guns?.spawn({ from: new Vector3(x, SHOT_HEIGHT, z), heading: kart.body.heading });
  }

  /** Whose shot it is sees whether it hits: that is what its player sees, too. The host checks it. */
  #tickShot(shot: Shot): void {
    const { body, kart } = shot;
    const flies = stepShot(body);
    const struck = [...this.karts.values()].find(
      (other) => other !== kart && other.isAlive && strikes(body, other.x, other.z),
    );
    if (flies && struck === undefined) return;
    shot.isSpent = true;
    if (kart.owner !== this.me || shot.node === null) return;
    if (struck !== undefined) {
      const at = new Vector3(Math.fround(body.x), SHOT_HEIGHT, Math.fround(body.z));
      this.match.rpcTo(1).claim(shot.name, struck.id, at);
    }
    this.tree.queueFree(shot.node as N);
  }

  // What is made, at every peer, when a spawner says so.

  #makeKart(data: Variant): N | null {
    const known = readKartData(data);
    if (known === null) return null;
    const kart = new Kart(known);
    const node = this.#options.makeNode(kart.id);
    this.tree.bind(node, kart);
    kart.replicate();
    const spawn = (shot: Variant): N | null => this.#makeShot(kart, shot);
    const guns = spawnInto<N>(kart, {}, { name: 'Guns', authority: kart.owner, spawn });
    guns.spawnPath = '../../../Shots';
    this.#guns.set(kart, guns);
    this.tree.onReady(node, () => {
      this.karts.set(kart.id, kart);
      if (kart.isBot) this.#bots.set(kart.id, new Bot(this.#options.seed + this.#bots.size));
      this.kart_added.emit(kart, node);
    });
    this.tree.onTreeExiting(node, () => {
      this.karts.delete(kart.id);
      this.#bots.delete(kart.id);
      this.kart_removed.emit(kart);
    });
    return node;
  }

  #makeShot(kart: Kart, data: Variant): N | null {
    const known = readShotData(data);
    if (known === null) return null;
    const shot = new Shot(kart, known);
    const node = this.#options.makeNode(`${kart.id}x${kart.shots}`);
    this.tree.bind(node, shot);
    this.tree.onReady(node, () => {
      shot.name = this.tree.getName(node);
      this.shots.set(shot.name, shot);
      this.shot_added.emit(shot, node);
    });
    this.tree.onTreeExiting(node, () => {
      this.shots.delete(shot.name);
      this.shot_removed.emit(shot);
    });
    return node;
  }

  // What the host has called.

  #hit(victim: string, shooter: string, at: Vector3): void {
    const kart = this.karts.get(victim);
    if (kart === undefined) return;
    kart.lastHitBy = this.karts.get(shooter) ?? null;
    this.hit.emit(kart, kart.lastHitBy, at);
  }

  #placed(id: string, slot: number): void {
    const kart = this.karts.get(id);
    if (kart?.owner === this.me) kart.place(slot);
  }
}
