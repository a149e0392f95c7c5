import { defineRpcs, NodeScript, type Variant, Vector2 } from 'scenewire';
import { ManualClock } from 'scenewire/testing';
import { SceneMultiplayer } from '../../src/multiplayer/scene/scene-multiplayer.js';
import { MemoryNode } from '../../src/nodes/memory/memory-node.js';
import { MemorySceneAdapter } from '../../src/nodes/memory/memory-scene-adapter.js';
import { MultiplayerSpawner } from '../../src/nodes/multiplayer-spawner.js';
import { SceneTree } from '../../src/nodes/scene-tree.js';
import { MemoryLine, type MemoryPeer } from '../multiplayer/support/memory-line.js';
import { type Mode, synchronizerOf } from '../multiplayer/support/replication-game.js';

/** Where the packets come in, and in what role the victim is. */
export const SCENE_ENTRIES = ['client', 'server', 'mesh', 'pending', 'stranger'] as const;
export type SceneEntry = (typeof SCENE_ENTRIES)[number];

/** Nodes that one peer may have spawned: few, so that the limit is met. */
export const MOST_NODES = 40;
const MOST_HELD = 32;
const MOST_HELD_BYTES = 4096;
const SECRET = 'kept';

/** A node with properties that are replicated and one that is not. */
class Thing extends MemoryNode {
  a: Variant = 0;
  b: Variant = 0;
  text: Variant = '';
  position: Variant = new Vector2();
  title: Variant = '';
  hp: Variant = 100;
  secret = SECRET;
}

/** What may be called, and what may not. */
class Script extends NodeScript {
  static readonly rpcs = defineRpcs(Script, {
    many: { mode: 'any_peer' },
    no_args: { mode: 'any_peer' },
    one: { mode: 'any_peer' },
    two: { mode: 'any_peer' },
    hit: { mode: 'authority' },
    off: { mode: 'disabled' },
  });
  declare readonly rpcs: typeof Script.rpcs;

  readonly world: SceneVictim;
  readonly isOutside: boolean;

  constructor(world: SceneVictim, isOutside: boolean) {
    super();
    this.world = world;
    this.isOutside = isOutside;
  }

  many(..._args: Variant[]): void {
    this.#called('many');
  }
  no_args(): void {
    this.#called('no_args');
  }
  one(_a: Variant): void {
    this.#called('one');
  }
  two(_a: Variant, _b: Variant): void {
    this.#called('two');
  }
  hit(_amount: Variant): void {
    this.#called('hit');
    if (this.world.api.getRemoteSenderId() !== this.world.authority) this.world.wrong.push('hit ran for a stranger');
  }
  off(): void {
    this.world.wrong.push('a disabled method ran');
  }
  unlisted(): void {
    this.world.wrong.push('a method ran that is no RPC');
  }

  #called(name: string): void {
    this.world.effects.calls += 1;
    if (this.isOutside) this.world.wrong.push(`${name} ran outside of the root`);
  }
}

/** The side that is attacked: a tree whose branch `Inside` has the API, as the recorded scenes name its nodes. */
export class SceneVictim {
  readonly clock = new ManualClock(1000);
  readonly line = new MemoryLine();
  readonly peer: MemoryPeer;
  readonly api: SceneMultiplayer<MemoryNode>;
  readonly tree: SceneTree<MemoryNode>;
  /** Who has the say over the nodes that others may speak of. */
  readonly authority: number;
  readonly wrong: string[] = [];
  /** What packets brought about, by kind. */
  readonly effects = { calls: 0, spawns: 0, states: 0, others: 0 };
  readonly #inside = new MemoryNode('Inside');
  readonly #outside = new Thing('Outside');
  readonly #fixed: readonly string[];

  constructor(kind: SceneEntry, authority: number, features: readonly string[]) {
    this.authority = authority;
    this.peer = this.line.peer(kind === 'server' || kind === 'stranger' ? 1 : 2);
    this.peer.relays = kind !== 'mesh';
    this.peer.features = features;
    this.tree = new SceneTree(new MemorySceneAdapter(), { clock: this.clock });
    this.api = new SceneMultiplayer({ clock: this.clock });
    const root = this.tree.getRoot();
    root.addChild(this.#outside);
    root.addChild(this.#inside);
    this.tree.setMultiplayer(this.api, '/root/Inside');
    this.#furnish();
    this.#limit();
    this.#listen(kind);
    this.#fixed = this.#names();
    this.api.multiplayerPeer = this.peer;
  }

  /** The others are known as peers of this library, not as Godot's. */
  get speaksScenewire(): boolean {
    return this.peer.features.length > 0;
  }

  /** The peers 1, 2 and 3 but the victim are there, if the kind lets them in. */
  connect(kind: SceneEntry): void {
    if (kind === 'stranger') return;
    const others = [1, 2, 3].filter((id) => id !== this.peer.id && (kind !== 'client' || id === 1));
    for (const id of others) this.peer.news.push({ peer: id, isHere: true });
    this.tree.processFrame();
  }

  receive(from: number, bytes: Uint8Array): void {
    this.peer.queue.push({ from, to: this.peer.id, mode: 2, channel: 0, bytes });
    this.api.poll();
  }

  get drops(): number {
    return [0, 1, 2, 3, ...this.api.getPeers()].reduce((all, id) => all + sum(this.api.getDropped(id)), 0);
  }

  /** All that is visible from outside, in one number: it changes when a packet had any effect. */
  get trace(): number {
    return sum(this.effects) + sum(this.api.getReplicationCounters()) + this.line.sent.length + this.drops;
  }

  /** What should never be. */
  check(): string[] {
    const found = this.wrong.splice(0);
    if (this.#outside.secret !== SECRET || this.#outside.a !== 0) found.push('a node outside of the root was changed');
    if (this.tree.getRoot().children.length !== 2) found.push('something was spawned outside of the root');
    if (this.#names().join() !== this.#fixed.join()) found.push(`the tree is another one: ${this.#names().join()}`);
    const spawned = this.#world.children as Thing[];
    if (spawned.length > 3 * MOST_NODES) found.push(`${spawned.length} nodes were spawned`);
    if (spawned.some(({ name }) => name === '' || /[.:@/"%]/.test(name))) found.push('a node with a forbidden name');
    if (spawned.some(({ secret }) => secret !== SECRET)) found.push('a property was set that is not replicated');
    if (this.#state.secret !== SECRET) found.push('a property was set that is not replicated');
    if (this.api.getRemoteSenderId() !== 0) found.push('a sender is left');
    return found;
  }

  get #world(): MemoryNode {
    return this.#inside.getChild('World') as MemoryNode;
  }

  get #state(): Thing {
    return this.#inside.getChild('S') as Thing;
  }

  #names(): string[] {
    return this.tree.getChildren(this.#inside).map((node) => this.tree.getName(node));
  }

  #furnish(): void {
    const [game, state] = [new Thing('Game'), new Thing('S')];
    for (const node of [game, new MemoryNode('World'), state]) this.#inside.addChild(node);
    this.tree.bind(game, new Script(this, false));
    this.tree.bind(this.#outside, new Script(this, true));
    this.#synchronize(state, { '.:a': 'always', '.:b': 'always', '.:text': 'onChange' });
    this.#synchronize(this.#outside, { '.:a': 'always' });
    this.#spawner('Spawner', this.#inside);
    this.#spawner('Trap', this.tree.getRoot());
    this.tree.setMultiplayerAuthority(this.tree.getRoot(), this.authority);
  }

  #spawner(name: string, parent: MemoryNode): void {
    const spawner = new MultiplayerSpawner<MemoryNode>(name);
    spawner.spawnPath = name === 'Trap' ? '.' : '../World';
    spawner.spawnFunction = () => this.#thing();
    for (const scene of ['player', 'bullet']) spawner.registerScene(scene, () => this.#thing());
    spawner.spawned.connect(() => this.#count('spawns'));
    spawner.despawned.connect(() => this.#count('spawns'));
    this.tree.attach(parent, spawner);
  }

  #thing(): Thing {
    const thing = new Thing('', 'Thing');
    this.#synchronize(thing, { '.:position': 'always', '.:title': 'never', '.:hp': 'onChange' });
    for (const child of this.tree.getChildren(thing)) this.tree.setMultiplayerAuthority(child, this.authority);
    return thing;
  }

  #synchronize(node: MemoryNode, properties: Record<string, Mode>): void {
    const synchronizer = synchronizerOf(properties);
    synchronizer.synchronized.connect(() => this.#count('states'));
    synchronizer.delta_synchronized.connect(() => this.#count('states'));
    this.tree.attach(node, synchronizer);
  }

  #limit(): void {
    const { replicationLimits } = this.api;
    replicationLimits.maxSpawnedNodes = MOST_NODES;
    replicationLimits.maxHeldUpdates = MOST_HELD;
    replicationLimits.maxHeldBytes = MOST_HELD_BYTES;
  }

  #listen(kind: SceneEntry): void {
    if (kind === 'pending') this.api.authCallback = () => this.#count('others');
    this.api.peer_packet.connect(() => this.#count('others'));
    this.api.peer_connected.connect(() => this.#count('others'));
    this.api.peer_disconnected.connect(() => this.#count('others'));
  }

  #count(kind: keyof SceneVictim['effects']): void {
    this.effects[kind] += 1;
  }
}

const sum = (counts: object): number => Object.values(counts).reduce<number>((all, count) => all + count, 0);
