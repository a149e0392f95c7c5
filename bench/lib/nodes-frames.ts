import type { Replication } from 'scenewire';
import type { Figures } from './figures.js';
import { LinePeer, renumber, type TapedPacket } from './nodes-line.js';
import { babylonNodes, NODES, type NodesScene, type NodesSetup, threeNodes } from './nodes-scene.js';
import { cpuMs } from './peers-end.js';
import { median } from './statistics.js';

const MOVING = NODES / 10;
const WARM_UP_FRAMES = 600;
const FRAMES = 350;
/** Few, so that nothing is collected between two looks: what was allocated would not be seen. */
const FRAMES_BETWEEN_LOOKS = 20;
const LOOKS = 15;
/** Frames that are recorded at the host and played at the client. */
const TAPE_FRAMES = 64;
const MOST_POLLS = 0x10000;

const engines = { babylon: babylonNodes, three: threeNodes } as const;
type Engine = keyof typeof engines;

interface Cost {
  readonly ms: number;
  readonly bytes: number;
}

/** CPU time of a frame (the middle one of some runs) and what it allocates. */
function measure(scene: NodesScene, before: (frame: number) => void): Cost {
  let frame = 0;
  const run = (count: number): void => {
    for (let n = 0; n < count; n += 1) {
      before(frame);
      scene.frame();
      frame += 1;
    }
  };
  run(WARM_UP_FRAMES);
  const times: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    const began = cpuMs();
    run(FRAMES / LOOKS);
    times.push((cpuMs() - began) / Math.floor(FRAMES / LOOKS));
  }
  // What a look itself allocates is not the frames'.
  const looking = growth(() => {});
  return {
    ms: median(times),
    bytes: Math.max(0, growth(() => run(FRAMES_BETWEEN_LOOKS)) - looking) / FRAMES_BETWEEN_LOOKS,
  };
}

/** The least of some looks, in bytes. */
function growth(run: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < LOOKS; look += 1) {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    run();
    least = Math.min(least, process.memoryUsage().heapUsed - before);
  }
  return least;
}

function alone(engine: Engine): Cost {
  const scene = engines[engine]({ peer: null, rule: 'always' });
  const cost = measure(scene, (frame) => scene.move(MOVING, frame));
  scene.close();
  return cost;
}

function host(engine: Engine, rule: Replication, moving: number): { cost: Cost; bytes: number; packets: number } {
  const { scene, peer, close } = joined(engine, rule);
  const cost = measure(scene, (frame) => scene.move(moving, frame));
  const [packets, bytes] = [peer.sentPackets, peer.sentBytes];
  for (let frame = 0; frame < 100; frame += 1) {
    scene.move(moving, frame);
    scene.frame();
  }
  close();
  return { cost, bytes: (peer.sentBytes - bytes) / 100, packets: (peer.sentPackets - packets) / 100 };
}

/** A host whose client knows all its paths by now, and whose packets go nowhere. */
function joined(
  engine: Engine,
  rule: Replication,
): { scene: NodesScene; peer: LinePeer; client: NodesScene; clientPeer: LinePeer; close(): void } {
  const [peer, clientPeer] = [new LinePeer(1, 2), new LinePeer(2, 1)];
  peer.other = clientPeer;
  clientPeer.other = peer;
  const setup = (own: LinePeer): NodesSetup => ({ peer: own, rule });
  const [scene, client] = [engines[engine](setup(peer)), engines[engine](setup(clientPeer))];
  for (let n = 0; n < 6; n += 1) {
    scene.move(NODES, n);
    scene.frame();
    client.frame();
  }
  peer.other = clientPeer.other = null;
  return {
    scene,
    peer,
    client,
    clientPeer,
    close() {
      scene.close();
      client.close();
    },
  };
}

function client(engine: Engine, rule: Replication): Cost {
  const { scene, peer, client: played, clientPeer, close } = joined(engine, rule);
  const tape: TapedPacket[][] = [];
  for (let n = 0; n < TAPE_FRAMES; n += 1) {
    peer.tape = [];
    scene.move(MOVING, n);
    scene.frame();
    tape.push(peer.tape);
  }
  peer.tape = null;
  let poll = 1000;
  const cost = measure(played, (frame) => {
    const packets = tape[frame % TAPE_FRAMES] as TapedPacket[];
    poll = (poll + 1) % MOST_POLLS;
    renumber(packets, poll);
    clientPeer.load(packets);
  });
  close();
  return cost;
}

const show = ({ ms, bytes }: Cost): string => `${ms.toFixed(3)} ms, ${bytes.toFixed(0)} bytes a frame`;

/** 1,000 nodes of which a tenth moves: what the network adds to a frame of each engine. */
export function measureFrames(figures: Figures): void {
  for (const engine of Object.keys(engines) as Engine[]) {
    const base = alone(engine);
    console.log(`${engine} alone: ${show(base)}`);
    const report = (name: string, cost: Cost, ms: number, bytes: number): void => {
      console.log(`${engine} ${name}: ${show(cost)}`);
      figures.report(`nodes-${engine}-${name}-frame`, Math.max(0, cost.ms - base.ms), 'ms', { atMost: ms });
      figures.report(`nodes-${engine}-${name}-allocation`, Math.max(0, Math.floor(cost.bytes - base.bytes)), 'bytes', {
        atMost: bytes,
      });
    };
    for (const rule of ['onChange', 'always'] as const) {
      const { cost, packets, bytes } = host(engine, rule, MOVING);
      console.log(`${engine} host, ${rule}: ${packets.toFixed(1)} packets, ${(bytes / 1024).toFixed(1)} KiB a frame`);
      report(`host-${rule}`, cost, 4, 1024);
      // A packet takes a view on its bytes to be read.
      report(`client-${rule}`, client(engine, rule), 4, 65_536);
    }
    report('client-smooth', client(engine, { mode: 'always', smooth: 'curve' }), 8, 200_000);
    const { cost } = host(engine, 'onChange', 0);
    report('idle', cost, 1, 256);
  }
}
