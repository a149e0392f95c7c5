import {
  ConnectionStatus,
  Err,
  MultiplayerPeer,
  type MultiplayerSpawner,
  Quaternion,
  replicate,
  spawnInto,
  TransferMode,
  Vector3,
} from 'scenewire';
import { ManualClock } from 'scenewire/testing';
import { SceneMultiplayer } from '../../src/multiplayer/scene/scene-multiplayer.js';
import { MemoryNode } from '../../src/nodes/memory/memory-node.js';
import { MemorySceneAdapter } from '../../src/nodes/memory/memory-scene-adapter.js';
import { SceneTree } from '../../src/nodes/scene-tree.js';
import type { Figures } from './figures.js';
import { cpuMs } from './peers-end.js';
import { median } from './statistics.js';

const NODES = 1000;
const PEERS = 8;
const WARM_UP_FRAMES = 400;
const FRAMES = 200;
/** Many: what reading the memory allocates, and what runs before the compiler is through, is not the frames'. */
const FRAMES_BETWEEN_LOOKS = 2000;
const LOOKS = 5;
/** Whole numbers: a clock that counts in fractions allocates by itself. */
const FRAME_MS = 16;

/** Takes every packet and forgets it, after counting its bytes. */
class DiscardingPeer extends MultiplayerPeer {
  packets = 0;
  bytes = 0;
  #hasTold = false;

  poll(): void {
    if (this.#hasTold) return;
    this.#hasTold = true;
    for (let id = 2; id < 2 + PEERS; id += 1) this.peer_connected.emit(id);
  }

  override isServerRelaySupported(): boolean {
    return true;
  }

  close(): void {}
  disconnectPeer(): void {}

  getConnectionStatus(): ConnectionStatus {
    return ConnectionStatus.CONNECTION_CONNECTED;
  }

  getUniqueId(): number {
    return 1;
  }

  getPacketPeer(): number {
    return 0;
  }

  getPacketChannel(): number {
    return 0;
  }

  getPacketMode(): TransferMode {
    return TransferMode.TRANSFER_MODE_RELIABLE;
  }

  getMaxPacketSize(): number {
    return 1200;
  }

  getAvailablePacketCount(): number {
    return 0;
  }

  putPacket(buffer: Uint8Array): Err {
    this.packets += 1;
    this.bytes += buffer.length;
    return Err.OK;
  }

  protected takePacket(): Err {
    return Err.ERR_UNAVAILABLE;
  }
}

class Body extends MemoryNode {
  position = new Vector3();
  rotation = new Quaternion();
  health = 100;
}

type Rule = 'always' | 'onChange';

/** A server with a thousand bodies and eight players who see them all. */
export class Scene {
  readonly clock = new ManualClock();
  readonly peer = new DiscardingPeer();
  readonly api = new SceneMultiplayer<MemoryNode>({ clock: this.clock });
  readonly bodies: Body[] = [];
  readonly #tree = new SceneTree<MemoryNode>(new MemorySceneAdapter(), { clock: this.clock });

  constructor(rule: Rule) {
    this.#tree.setMultiplayer(this.api);
    this.api.multiplayerPeer = this.peer;
    const spawner: MultiplayerSpawner<Body> = spawnInto(this.#tree.getRoot(), {
      body: () => {
        const body = new Body();
        replicate(body, { position: rule, rotation: rule, ...(rule === 'onChange' ? { health: rule } : {}) });
        return body;
      },
    });
    this.#tree.processFrame();
    for (let i = 0; i < NODES; i += 1) this.bodies.push(spawner.add('body') as Body);
  }

  /** Every component of every body is another one. */
  move(frame: number): void {
    for (const [i, { position, rotation }] of this.bodies.entries()) {
      position.x = i + frame * 0.1;
      position.y = Math.sin(frame + i);
      position.z = frame * 0.01 - i;
      rotation.y = Math.sin(frame * 0.05 + i);
      rotation.w = Math.cos(frame * 0.05 + i);
    }
  }

  frame(): void {
    this.clock.advance(FRAME_MS);
    this.api.poll();
  }
}

interface Cost {
  /** Of the middle frame, of all of them. */
  readonly ms: number;
  readonly meanMs: number;
  readonly bytesPerFrame: number;
}

/** CPU time and heap of the frames alone; what is done between them is left out of both. */
function measure(scene: Scene, between: (frame: number) => void): Cost {
  for (let i = 0; i < WARM_UP_FRAMES; i += 1) {
    between(i);
    scene.frame();
  }
  globalThis.gc?.();
  const times = new Float64Array(FRAMES);
  const startMs = cpuMs();
  let betweenMs = 0;
  for (let i = 0; i < FRAMES; i += 1) {
    const pauseFrom = cpuMs();
    between(WARM_UP_FRAMES + i);
    betweenMs += cpuMs() - pauseFrom;
    const from = performance.now();
    scene.frame();
    times[i] = performance.now() - from;
  }
  const meanMs = (cpuMs() - startMs - betweenMs) / FRAMES;
  return { ms: median([...times]), meanMs, bytesPerFrame: growthOf(scene, between) };
}

/** Without clocks in between, which allocate too. */
function growthOf(scene: Scene, between: (frame: number) => void): number {
  const rounds: number[] = [];
  for (let round = 0; round < LOOKS; round += 1) {
    between(round);
    scene.frame();
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < FRAMES_BETWEEN_LOOKS; i += 1) scene.frame();
    rounds.push((process.memoryUsage().heapUsed - before) / FRAMES_BETWEEN_LOOKS);
  }
  return Math.max(0, Math.min(...rounds));
}

/** 1,000 nodes for 8 peers: the frame in which everything moves, and the frame in which nothing does. */
export function measureSync(figures: Figures): void {
  const moving = new Scene('always');
  moving.frame();
  const { packets, bytes } = moving.peer;
  moving.frame();
  const [morePackets, moreBytes] = [moving.peer.packets - packets, moving.peer.bytes - bytes];
  console.log(`sync: ${morePackets} packets, ${(moreBytes / 1024).toFixed(0)} KiB a frame`);
  const cost = measure(moving, (frame) => moving.move(frame));
  console.log(`sync: ${cost.ms.toFixed(2)} ms (middle), ${cost.meanMs.toFixed(2)} ms (mean, CPU)`);
  figures.report('sync-1000x8-frame', cost.meanMs, 'ms', { atMost: 4 });
  figures.report('sync-1000x8-allocation', cost.bytesPerFrame, 'bytes', { atMost: 2048 });

  const idle = new Scene('onChange');
  const nothing = measure(idle, () => {});
  console.log(`idle: ${nothing.ms.toFixed(3)} ms (middle)`);
  figures.report('idle-1000-frame', nothing.meanMs, 'ms', { atMost: 4 });
  figures.report('idle-1000-allocation', Math.floor(nothing.bytesPerFrame), 'bytes', { atMost: 0 });
}
