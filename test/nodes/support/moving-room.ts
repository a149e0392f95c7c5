import { MultiplayerPeer, replicate, Vector3, WebRTCMultiplayerPeer, WebRTCPeerConnection } from 'scenewire';
import { type LinkConditions, LoopbackNetwork, ManualClock } from 'scenewire/testing';
import { SceneMultiplayer } from '../../../src/multiplayer/scene/scene-multiplayer.js';
import { MemoryNode } from '../../../src/nodes/memory/memory-node.js';
import { MemorySceneAdapter } from '../../../src/nodes/memory/memory-scene-adapter.js';
import type { Smooth } from '../../../src/nodes/motion/smoothing.js';
import type { MultiplayerSynchronizer } from '../../../src/nodes/multiplayer-synchronizer.js';
import { SceneTree } from '../../../src/nodes/scene-tree.js';
import { joinConnections } from '../../multiplayer/support/webrtc-room.js';
import { type Shown, truePath } from './motion-recording.js';

const FRAME_MS = 1000 / 60;

class Kart extends MemoryNode {
  position = new Vector3();
}

class Player {
  readonly kart = new Kart('Kart');
  readonly synchronizer: MultiplayerSynchronizer;
  readonly tree: SceneTree<MemoryNode>;
  readonly peer: WebRTCMultiplayerPeer;

  constructor(clock: ManualClock, peer: WebRTCMultiplayerPeer, smooth: Smooth | undefined) {
    this.peer = peer;
    this.tree = new SceneTree(new MemorySceneAdapter(), { clock });
    const api = new SceneMultiplayer<MemoryNode>({ clock });
    this.tree.setMultiplayer(api);
    api.multiplayerPeer = peer;
    this.synchronizer = replicate(this.kart, { position: { mode: 'always', smooth } }, { interval: 0.05 });
    this.tree.getRoot().addChild(this.kart);
  }

  frame(): void {
    this.tree.processFrame(FRAME_MS / 1000);
    this.peer.flush();
  }
}

export interface MovingRoomOptions {
  readonly seed: number;
  readonly smooth?: Smooth;
  readonly conditions?: Partial<LinkConditions>;
  /** Whether both sides speak the link, which tells when packets were sent; or as with Godot. */
  readonly link?: boolean;
  readonly seconds?: number;
}

/** A kart on a winding way at the server, and what a client sees of it. */
export function watchKart(options: MovingRoomOptions): { shown: Shown[]; client: MemoryNode; delayMs: number } {
  const { seed, smooth, link = true, seconds = 30 } = options;
  const clock = new ManualClock();
  const conditions = { latencyMs: 100, jitterMs: 50, lossRate: 0.05, ...options.conditions };
  const network = new LoopbackNetwork({ clock, seed, conditions });
  const newPeer = (): WebRTCMultiplayerPeer => new WebRTCMultiplayerPeer(link ? { clock } : { clock, link: false });
  const [server, client] = [newPeer(), newPeer()];
  server.createServer();
  client.createClient(2);
  const [here, there] = [connection(network), connection(network)];
  joinConnections(here, there);
  server.addPeer(here, 2);
  client.addPeer(there, MultiplayerPeer.TARGET_PEER_SERVER);
  here.createOffer();
  const players = [new Player(clock, server, smooth), new Player(clock, client, smooth)] as const;
  const shown: Shown[] = [];
  let began = Number.NaN;
  const limit = clock.now() + seconds * 1000 + 10_000;
  while (Number.isNaN(began) || clock.now() < began + seconds * 1000) {
    if (clock.now() > limit) throw new Error('the client never saw the kart');
    const timeMs = Number.isNaN(began) ? 0 : clock.now() - began;
    const [x, y, z] = truePath(timeMs);
    Object.assign(players[0].kart.position, { x, y, z });
    for (const player of players) player.frame();
    const { position } = players[1].kart;
    if (Number.isNaN(began) && position.z !== 0) began = clock.now();
    else if (!Number.isNaN(began)) shown.push({ timeMs, at: [position.x, position.y, position.z] });
    clock.advance(FRAME_MS);
  }
  const delayMs = players[1].synchronizer.smoothing?.delayMs ?? 0;
  for (const { peer } of players) peer.close();
  return { shown, client: players[1].kart, delayMs };
}

function connection(network: LoopbackNetwork): WebRTCPeerConnection {
  return new WebRTCPeerConnection({ extension: network.Extension });
}
