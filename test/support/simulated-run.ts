import type { SimulatedLink } from '../../src/extension/loopback/simulated-link.js';
import type { SimulatedPath } from '../../src/extension/loopback/simulated-path.js';

/** Given as arguments, so that the same run can be made in a page, from a bundle. */
export interface SimulationClasses {
  readonly SimulatedLink: typeof SimulatedLink;
  readonly SimulatedPath: typeof SimulatedPath;
}

export interface SimulatedRun {
  /** One line for each thing the receiver saw, then the counters. */
  readonly log: readonly string[];
  readonly hash: string;
}

const STEP_MS = 10;
const STEPS = 3000;
/** Time in which all that is certain has to arrive after the last message. */
const SETTLE_STEPS = 3000;

/** Half a minute of four streams over a link that gets worse, breaks and heals; `pumpEvery` counts steps of 10 ms. */
export function simulatedRun(classes: SimulationClasses, seed: number, pumpEvery = 1): SimulatedRun {
  const log: string[] = [];
  const clock = { time: 0, now: () => clock.time };
  const link = new classes.SimulatedLink(seed, { latencyMs: 30, jitterMs: 10, lossRate: 0.05 });
  const reverse = new classes.SimulatedLink(seed + 1, { latencyMs: 40 });
  const path = new classes.SimulatedPath({
    clock,
    link,
    reverse,
    deliver: (stream, payload, isText) =>
      log.push(`${clock.time} ${stream} ${isText ? 'text' : 'bytes'} ${payload.length} ${fnv1a(payload)}`),
    onStreamClosed: (stream) => log.push(`${clock.time} ${stream} closed`),
  });

  const chat = path.openStream({ ordered: true, maxRetransmits: null, maxPacketLifeTime: null });
  const state = path.openStream({ ordered: false, maxRetransmits: 0, maxPacketLifeTime: null });
  const input = path.openStream({ ordered: true, maxRetransmits: 1, maxPacketLifeTime: null });
  const voice = path.openStream({ ordered: false, maxRetransmits: null, maxPacketLifeTime: 150 });

  for (let step = 0; step < STEPS + SETTLE_STEPS; step += 1) {
    clock.time = step * STEP_MS;
    if (step === 500) link.setConditions({ bandwidthBps: 400_000, queuePackets: 20, lossBurst: 3 });
    if (step === 900) link.setConditions({ duplicateRate: 0.1, reorderRate: 0.1, reorderByMs: 60 });
    if (step === 1300) link.setConditions({ partitioned: true });
    if (step === 1800) link.setConditions({ partitioned: false, lossRate: 0.2 });
    if (step === 2200) reverse.setConditions({ latencyMs: 5 });
    if (step === 2500) link.setConditions({ latencyMs: 2.5, jitterMs: 0.5, bandwidthBps: Number.POSITIVE_INFINITY });
    if (step < STEPS) {
      if (step % 7 === 0) path.send(chat, content(step, 40 + (step % 300)), true);
      if (step % 2 === 0) path.send(state, content(step, 60), false);
      if (step % 3 === 0) path.send(input, content(step, step % 2 === 0 ? 0 : 12), false);
      if (step % 2 === 1) path.send(voice, content(step, 160), false);
      if (step % 1000 === 400) path.send(chat, content(step, 60_000), false);
    }
    if (step === STEPS) for (const stream of [chat, state, input, voice]) path.closeStream(stream);
    if (step % pumpEvery === 0) path.pump();
  }
  log.push(JSON.stringify(path.stats), JSON.stringify(link.stats));
  return { log, hash: fnv1a(new TextEncoder().encode(log.join('\n'))) };
}

function content(index: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (index * 31 + at * 7) & 255);
}

/** FNV-1a, 32 bits, as hex. */
function fnv1a(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
