import type { Replication } from 'scenewire';
import { allocatedBy } from './allocation.js';
import type { Figures } from './figures.js';
import { type Engine, engines, joinScenes, player, record } from './nodes-games.js';
import type { NodesScene } from './nodes-scene.js';
import { cpuMs } from './peers-end.js';

const NODES = 1000;
const MOVING = NODES / 10;
const WARM_UP_FRAMES = 1200;
const LOOKS = 15;
const FRAMES_OF_A_LOOK = 24;
const FRAMES_LOOKED_AT = 300;
/** Frames that are recorded at the host and played at the client. */
const TAPE_FRAMES = 64;
/** A packet takes a view on its bytes to be read, and a reader. */
const BYTES_OF_A_PACKET = 200;

interface Cost {
  readonly ms: number;
  readonly bytes: number;
}

/** CPU time of a frame (the best of some runs: others share the machine), and what it allocates. */
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
    run(FRAMES_OF_A_LOOK);
    times.push((cpuMs() - began) / FRAMES_OF_A_LOOK);
  }
  return { ms: Math.min(...times), bytes: allocatedBy(() => run(FRAMES_LOOKED_AT)) / FRAMES_LOOKED_AT };
}

function alone(engine: Engine): Cost {
  const scene = engines[engine]({ peer: null, rule: 'always', count: NODES });
  const cost = measure(scene, (frame) => scene.move(MOVING, frame));
  scene.close();
  return cost;
}

function host(engine: Engine, rule: Replication, moving: number): { cost: Cost; bytes: number; packets: number } {
  const game = joinScenes(engine, rule, NODES);
  const cost = measure(game.host, (frame) => game.host.move(moving, frame));
  const sent = record(game, 100, moving).flat();
  game.close();
  const bytes = sent.reduce((sum, packet) => sum + packet.bytes.length, 0);
  return { cost, bytes: bytes / 100, packets: sent.length / 100 };
}

function client(engine: Engine, rule: Replication): Cost {
  const game = joinScenes(engine, rule, NODES);
  const cost = measure(game.client, player(game.clientPeer, record(game, TAPE_FRAMES, MOVING)));
  game.close();
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
      const more = Math.max(0, Math.floor(cost.bytes - base.bytes));
      figures.report(`nodes-${engine}-${name}-allocation`, more, 'bytes', { atMost: bytes });
    };
    for (const rule of ['onChange', 'always'] as const) {
      const { cost, packets, bytes } = host(engine, rule, MOVING);
      console.log(`${engine} host, ${rule}: ${packets.toFixed(1)} packets, ${(bytes / 1024).toFixed(1)} KiB a frame`);
      report(`host-${rule}`, cost, 4, 256);
      report(`client-${rule}`, client(engine, rule), 4, 1024 + packets * BYTES_OF_A_PACKET);
      if (rule === 'always') {
        const smooth = client(engine, { mode: rule, smooth: 'curve' });
        report('client-smooth', smooth, 8, 1024 + packets * BYTES_OF_A_PACKET);
      }
    }
    report('idle', host(engine, 'onChange', 0).cost, 1, 256);
  }
}
