import {
  type MultiplayerSpawner,
  replicate,
  spawnInto,
  Vector3,
  WebRTCMultiplayerPeer,
  WebRTCPeerConnection,
} from 'scenewire';
import { type LinkConditions, LoopbackNetwork, ManualClock } from 'scenewire/testing';
import { Random } from '../../../src/extension/loopback/random.js';
import { SceneMultiplayer } from '../../../src/multiplayer/scene/scene-multiplayer.js';
import { MemoryNode } from '../../../src/nodes/memory/memory-node.js';
import { MemorySceneAdapter } from '../../../src/nodes/memory/memory-scene-adapter.js';
import { SceneTree } from '../../../src/nodes/scene-tree.js';
import { joinConnections } from './webrtc-room.js';

export const LATENCY_MS = 50;
export const RTT_MS = 2 * LATENCY_MS;
export const FRAME_MS = 16;
const OBJECTS = 200;
/** Nothing takes that long. */
const MOST_MS = 8000;
/** The world goes on for so long after the joiner has arrived. */
const UNREST_MS = 200;

class Thing extends MemoryNode {
  position = new Vector3();
  heading = 0;
  health = 100;
  title = '';
}

/** One player with its own tree, where `World` holds the things that the server spawns. */
class Player {
  readonly peer: WebRTCMultiplayerPeer;
  readonly api: SceneMultiplayer<MemoryNode>;
  readonly tree: SceneTree<MemoryNode>;
  readonly world = new MemoryNode('World');
  readonly spawner: MultiplayerSpawner<MemoryNode>;

  constructor(clock: ManualClock, peer: WebRTCMultiplayerPeer) {
    this.peer = peer;
    this.tree = new SceneTree(new MemorySceneAdapter(), { clock });
    this.api = new SceneMultiplayer({ clock });
    this.tree.setMultiplayer(this.api);
    this.api.multiplayerPeer = peer;
    this.spawner = spawnInto<MemoryNode>(this.world, {
      thing: () => {
        const thing = new Thing('', 'Thing');
        const rules = { position: 'always', heading: 'always', health: 'onChange', title: 'spawn' } as const;
        replicate(thing, rules, { interval: 0.1 });
        return thing;
      },
    });
  }

  /** Until then there is nothing in the tree. */
  load(): void {
    this.tree.getRoot().addChild(this.world);
  }

  get things(): Thing[] {
    return this.world.children as Thing[];
  }

  frame(): void {
    this.tree.processFrame(FRAME_MS / 1000);
    this.peer.flush();
  }

  /** Everything that is replicated, whatever the order in which it came. */
  state(): string {
    const lines = this.things.map(({ name, title, health, position, heading }) => {
      const components = [position.x, position.y, position.z, heading];
      return `${name} ${title} ${health} ${components.map(Math.fround).join(' ')}`;
    });
    return lines.sort().join('\n');
  }
}

export interface LateJoin {
  /** From the moment in which the joiner was there, with its level, until both had the same state for good. */
  readonly ms: number;
  readonly objects: number;
}

/**
 * A server with 200 things that move, change, come and go, one player, and a second one that joins at some moment and
 * loads its level for a while.
 */
export function runLateJoin(seed: number, conditions: Partial<LinkConditions>, loadingMs = 0): LateJoin {
  const random = new Random(seed);
  const clock = new ManualClock(1000);
  const network = new LoopbackNetwork({ clock, seed, conditions: { latencyMs: LATENCY_MS, ...conditions } });
  const [server, witness] = [serverOf(clock), clientOf(clock, 2)];
  const players = [server, witness];
  for (const player of players) player.load();
  for (let i = 0; i < OBJECTS; i += 1) addThing(server, random);
  join(network, server, witness);
  let isRestless = true;
  const frame = (): void => {
    clock.advance(FRAME_MS);
    for (const player of players) player.frame();
    if (isRestless) disturb(server, random);
  };
  frames(frame, 30 + Math.floor(random.float() * 120));
  const joiner = clientOf(clock, 3);
  players.push(joiner);
  join(network, server, joiner);
  let here = false;
  joiner.api.connected_to_server.connect(() => {
    here = true;
  });
  if (loadingMs === 0) joiner.load();
  while (!here) frame();
  frames(frame, Math.ceil(loadingMs / FRAME_MS));
  if (loadingMs > 0) joiner.load();
  const arrivedAt = clock.now();
  while (clock.now() < arrivedAt + UNREST_MS) frame();
  isRestless = false;
  const wanted = server.state();
  while (joiner.state() !== wanted && clock.now() < arrivedAt + MOST_MS) frame();
  const ms = clock.now() - arrivedAt;
  while (witness.state() !== wanted && clock.now() < arrivedAt + MOST_MS) frame();
  // And it stays so.
  frames(frame, 20);
  if (joiner.state() !== wanted || witness.state() !== wanted) throw new Error(`Seed ${seed}: the states differ`);
  for (const { peer } of players) peer.close();
  return { ms, objects: server.things.length };
}

function frames(frame: () => void, count: number): void {
  for (let i = 0; i < count; i += 1) frame();
}

function serverOf(clock: ManualClock): Player {
  const peer = new WebRTCMultiplayerPeer({ clock });
  peer.createServer();
  return new Player(clock, peer);
}

function clientOf(clock: ManualClock, id: number): Player {
  const peer = new WebRTCMultiplayerPeer({ clock });
  peer.createClient(id);
  return new Player(clock, peer);
}

function join(network: LoopbackNetwork, server: Player, client: Player): void {
  const [here, there] = [0, 1].map(() => new WebRTCPeerConnection({ extension: network.Extension })) as [
    WebRTCPeerConnection,
    WebRTCPeerConnection,
  ];
  joinConnections(here, there);
  server.peer.addPeer(here, client.peer.getUniqueId());
  client.peer.addPeer(there, 1);
  here.createOffer();
}

function addThing(server: Player, random: Random): void {
  server.spawner.add('thing', (node) => {
    const thing = node as Thing;
    thing.title = `thing ${Math.floor(random.float() * 1000)}`;
    thing.health = Math.floor(random.float() * 100);
    thing.position.x = random.float() * 100;
  });
}

/** Some move, a few change, and now and then one goes and another one comes. */
function disturb(server: Player, random: Random): void {
  for (const thing of server.things) {
    if (random.float() < 0.2) thing.position.z = random.float() * 100;
    if (random.float() < 0.2) thing.heading = Math.fround(random.float());
    if (random.float() < 0.02) thing.health = Math.floor(random.float() * 100);
  }
  if (random.float() > 0.3) return;
  const { things } = server;
  const gone = things[Math.floor(random.float() * things.length)];
  if (gone !== undefined) server.tree.free(gone);
  addThing(server, random);
}
