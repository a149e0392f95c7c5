import { ManualClock } from 'scenewire/testing';
import { SceneReplicationConfig } from '../../../src/multiplayer/replication/scene-replication-config.js';
import { SceneMultiplayer } from '../../../src/multiplayer/scene/scene-multiplayer.js';
import { Vector3 } from '../../../src/multiplayer/variant/vectors.js';
import { MemoryNode } from '../../../src/nodes/memory/memory-node.js';
import { MemorySceneAdapter } from '../../../src/nodes/memory/memory-scene-adapter.js';
import { MultiplayerSpawner } from '../../../src/nodes/multiplayer-spawner.js';
import { MultiplayerSynchronizer } from '../../../src/nodes/multiplayer-synchronizer.js';
import { SceneTree } from '../../../src/nodes/scene-tree.js';
import { MemoryLine, type MemoryPeer } from './memory-line.js';

/** What the games of these tests spawn. */
export class Unit extends MemoryNode {
  position = new Vector3();
  health = 100;
  title = 'unit';
}

export type Mode = 'always' | 'onChange' | 'never';

/** A configuration from `path: mode`; `+` in front of a mode leaves the property out of spawns. */
export function configOf(properties: Record<string, Mode | `+${Mode}`>): SceneReplicationConfig {
  const config = new SceneReplicationConfig();
  const modes = { never: 0, always: 1, onChange: 2 } as const;
  for (const [path, mode] of Object.entries(properties)) {
    config.addProperty(path);
    config.propertySetSpawn(path, !mode.startsWith('+'));
    config.propertySetReplicationMode(path, modes[mode.replace('+', '') as Mode]);
  }
  return config;
}

export function synchronizerOf(
  properties: Record<string, Mode | `+${Mode}`>,
  name = 'Sync',
): MultiplayerSynchronizer<MemoryNode> {
  const synchronizer = new MultiplayerSynchronizer<MemoryNode>(name);
  synchronizer.replicationConfig = configOf(properties);
  return synchronizer;
}

/** One player: a tree with `World` and `Spawner`, which knows the scene `unit`, and an API on the line. */
export class Side {
  readonly id: number;
  readonly clock: ManualClock;
  readonly peer: MemoryPeer;
  readonly api: SceneMultiplayer<MemoryNode>;
  readonly tree: SceneTree<MemoryNode>;
  readonly world = new MemoryNode('World');
  readonly spawner = new MultiplayerSpawner<MemoryNode>('Spawner');
  /** What happened, in order. */
  readonly log: string[] = [];
  unitProperties: Record<string, Mode | `+${Mode}`> = {
    '.:position': 'always',
    '.:health': 'onChange',
    '.:title': 'never',
  };

  constructor(line: MemoryLine, id: number, clock: ManualClock) {
    this.id = id;
    this.clock = clock;
    this.peer = line.peer(id);
    this.tree = new SceneTree(new MemorySceneAdapter(), { clock });
    this.api = new SceneMultiplayer({ clock });
    this.tree.setMultiplayer(this.api);
    this.api.multiplayerPeer = this.peer;
    this.tree.getRoot().addChild(this.world);
    this.spawner.spawnPath = '../World';
    this.spawner.registerScene('unit', () => this.unit());
    this.tree.attach(this.tree.getRoot(), this.spawner);
    this.spawner.spawned.connect((node) => this.log.push(`spawned ${node.name}`));
    this.spawner.despawned.connect((node) => this.log.push(`despawned ${node.name}`));
  }

  /** A unit with its synchronizer, in no tree. */
  unit(): Unit {
    const unit = new Unit('', 'Unit');
    const synchronizer = synchronizerOf(this.unitProperties);
    synchronizer.synchronized.connect(() => this.log.push(`synchronized ${unit.name}`));
    synchronizer.delta_synchronized.connect(() => this.log.push(`delta ${unit.name}`));
    this.tree.attach(unit, synchronizer);
    return unit;
  }

  /** A unit that spawns everywhere. */
  add(name: string, prepare: (unit: Unit) => void = () => {}): Unit {
    const unit = this.spawner.instantiateScene('unit') as Unit;
    unit.name = name;
    prepare(unit);
    this.world.addChild(unit);
    return unit;
  }

  get(name: string): Unit | null {
    return this.world.getChild(name) as Unit | null;
  }

  syncOf(unit: MemoryNode): MultiplayerSynchronizer<MemoryNode> {
    return this.tree.getChildNamed(unit, 'Sync') as MultiplayerSynchronizer<MemoryNode>;
  }
}

/** A server and clients, on a line without loss, with one clock. */
export class ReplicationGame {
  readonly clock = new ManualClock(1000);
  readonly line = new MemoryLine();
  readonly sides: Side[] = [];

  side(id: number): Side {
    const side = new Side(this.line, id, this.clock);
    this.sides.push(side);
    return side;
  }

  /** A server with these clients, all connected. */
  static of(...clients: readonly number[]): { game: ReplicationGame; server: Side; clients: Side[] } {
    const game = new ReplicationGame();
    const server = game.side(1);
    const made = clients.map((id) => game.join(id));
    return { game, server, clients: made };
  }

  join(id: number): Side {
    const side = this.side(id);
    this.line.link(1, id);
    this.frames(3);
    return side;
  }

  /** So many frames, each with one poll of everybody. */
  frames(count = 1, ms = 16): void {
    for (let i = 0; i < count; i += 1) {
      this.clock.advance(ms);
      for (const side of this.sides) side.tree.processFrame(ms / 1000);
    }
  }
}
