import {
  defineRpcs,
  MultiplayerSpawner,
  MultiplayerSynchronizer,
  NodeScript,
  ReplicationMode,
  SceneReplicationConfig,
  type Variant,
  Vector2,
  Vector3,
} from 'scenewire';
import { MemoryNode } from 'scenewire/headless';
import type { SceneTree } from '../../../src/nodes/scene-tree.js';
import { type Tell, textOf } from './calls.js';

type Tree = SceneTree<MemoryNode>;

const {
  REPLICATION_MODE_NEVER: NEVER,
  REPLICATION_MODE_ALWAYS: ALWAYS,
  REPLICATION_MODE_ON_CHANGE: ON_CHANGE,
} = ReplicationMode;

/** Our side of world.gd. */
export class World extends NodeScript<MemoryNode> {
  weather = 'sunny';
  turn = 0;
  wind = new Vector2();
}

/** Our side of input.gd. */
export class Input extends NodeScript<MemoryNode> {
  aim = new Vector2();
}

/** Our side of item.gd. */
export class Item extends NodeScript<MemoryNode> {
  kind = '';
}

/** Our side of player.gd. */
export class Player extends NodeScript<MemoryNode> {
  static readonly rpcs = defineRpcs(Player, { hit: { mode: 'any_peer' } });
  declare readonly rpcs: typeof Player.rpcs;
  position = new Vector3();
  rotation = new Vector3();
  nick = '';
  health = 100;
  readonly input = new Input();
  readonly sync = new MultiplayerSynchronizer<MemoryNode>();
  readonly inputSync = new MultiplayerSynchronizer<MemoryNode>();
  readonly bag = new MemoryNode('Bag');
  readonly #tell: Tell;

  constructor(tell: Tell) {
    super();
    this.#tell = tell;
  }

  hit(damage: number): void {
    this.health -= damage;
    this.#tell(`${this.node?.name} hit(${textOf(damage)}) from ${this.multiplayer?.getRemoteSenderId()}`);
  }

  _enterTree(): void {
    const id = Number(this.node?.name);
    if (Number.isInteger(id)) this.inputSync.setMultiplayerAuthority(id);
  }
}

/** A configuration from a list of path, whether it travels with spawns, and mode. */
function configOf(...properties: readonly (readonly [string, boolean, ReplicationMode])[]): SceneReplicationConfig {
  const config = new SceneReplicationConfig();
  for (const [path, spawn, mode] of properties) {
    config.addProperty(path);
    config.propertySetSpawn(path, spawn);
    config.propertySetReplicationMode(path, mode);
  }
  return config;
}

/** Our side of the scenes of the test game that replicate. */
export class Arena {
  readonly world = new World();
  readonly worldSync = new MultiplayerSynchronizer<MemoryNode>();
  readonly players = new MemoryNode('Players');
  readonly playerSpawner = new MultiplayerSpawner<MemoryNode>();
  readonly shots = new MemoryNode('Shots');
  readonly shotSpawner = new MultiplayerSpawner<MemoryNode>();
  readonly #tree: Tree;
  readonly #tell: Tell;

  constructor(tree: Tree, game: MemoryNode, tell: Tell) {
    this.#tree = tree;
    this.#tell = tell;
    this.#addWorld(game);
    this.#addPlayers(game);
    this.#addShots(game);
  }

  /** A player here, and at everybody who may see it. */
  addPlayer(name: string, position = new Vector3(), nick = ''): Player {
    const node = this.playerSpawner.instantiateScene('player');
    if (node === null) throw new Error('No player');
    const player = this.#tree.scriptOf(node) as Player;
    player.position = position;
    player.nick = nick;
    this.#tree.addChild(this.players, node, name);
    return player;
  }

  player(name: string): Player {
    const node = this.players.getChild(name);
    if (node === null) throw new Error(`No player ${name}`);
    return this.#tree.scriptOf(node) as Player;
  }

  addItem(parent: MemoryNode, kind: string): MemoryNode {
    const node = this.playerSpawner.instantiateScene('item');
    if (node === null) throw new Error('No item');
    (this.#tree.scriptOf(node) as Item).kind = kind;
    this.#tree.addChild(parent, node);
    return node;
  }

  #addWorld(game: MemoryNode): void {
    const node = this.#bound('World', this.world);
    game.addChild(node);
    this.worldSync.name = 'WorldSync';
    this.worldSync.replicationConfig = configOf(
      ['.:wind', false, ALWAYS],
      ['.:weather', false, ON_CHANGE],
      ['.:turn', false, ON_CHANGE],
    );
    this.#tree.attach(node, this.worldSync);
  }

  #addPlayers(game: MemoryNode): void {
    game.addChild(this.players);
    this.playerSpawner.name = 'PlayerSpawner';
    this.playerSpawner.spawnPath = '../Players';
    this.playerSpawner.registerScene('player', () => this.#makePlayer());
    this.playerSpawner.registerScene('item', () => this.#bound('Item', new Item()));
    this.#attach(game, this.playerSpawner);
  }

  #addShots(game: MemoryNode): void {
    game.addChild(this.shots);
    this.shotSpawner.name = 'ShotSpawner';
    this.shotSpawner.spawnPath = '../Shots';
    this.shotSpawner.spawnFunction = (data) => this.#makeShot(data);
    this.#attach(game, this.shotSpawner);
  }

  #attach(game: MemoryNode, spawner: MultiplayerSpawner<MemoryNode>): void {
    this.#tree.attach(game, spawner);
    spawner.spawned.connect((node) => this.#tell(`spawned ${this.#tree.getPath(node)?.replace('/root/Game/', '')}`));
    spawner.despawned.connect((node) => this.#tell(`despawned ${node.name}`));
  }

  #makePlayer(): MemoryNode {
    const player = new Player(this.#tell);
    const node = this.#bound('Player', player);
    player.sync.name = 'Sync';
    player.sync.replicationConfig = configOf(
      ['.:position', true, ALWAYS],
      ['.:rotation:y', true, ALWAYS],
      ['.:nick', true, NEVER],
      ['.:health', true, ON_CHANGE],
    );
    this.#tree.attach(node, player.sync);
    node.addChild(this.#bound('Input', player.input));
    player.inputSync.name = 'InputSync';
    player.inputSync.replicationConfig = configOf(['Input:aim', false, ALWAYS]);
    this.#tree.attach(node, player.inputSync);
    node.addChild(player.bag);
    const bagSpawner = new MultiplayerSpawner<MemoryNode>('BagSpawner');
    bagSpawner.spawnPath = '../Bag';
    bagSpawner.registerScene('item', () => this.#bound('Item', new Item()));
    this.#tree.attach(node, bagSpawner);
    return node;
  }

  #makeShot(data: Variant): MemoryNode {
    const name = data instanceof Map ? String(data.get('name')) : '';
    const shot = new MemoryNode(name, 'Node3D');
    this.#tree.bind(shot, { data });
    return shot;
  }

  #bound(name: string, script: object): MemoryNode {
    const node = new MemoryNode(name);
    this.#tree.bind(node, script);
    return node;
  }
}
