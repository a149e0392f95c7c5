import type { WebRTCPeerConnection, WebRTCPeerConnectionInit } from 'scenewire';
import { LoopbackNetwork } from 'scenewire/testing';
import { everyTurn, gameChannels, time } from './attempts.js';
import { type MakeEnd, Pair } from './end.js';
import type { Figures } from './figures.js';
import { ScenewireEnd } from './scenewire-end.js';
import { median } from './statistics.js';

/** Of one call. */
interface Cost {
  readonly ns: number;
  readonly bytes: number;
}

const CALLS = 1_000_000;
const ROUNDS = 5;
/** Frames after which the last news of the connection's beginning has arrived. */
const SETTLING_FRAMES = 1000;

/** What a poll costs in a frame in which nothing has happened on an open connection. */
export async function measureIdlePoll(figures: Figures): Promise<void> {
  const native = await measure('native');
  figures.report('idle-poll', native.ns, 'ns', { atMost: 150 });
  figures.report('idle-poll-allocation', native.bytes, 'bytes', { atMost: 0 });
  // Shown only: it asks its clock for the time, which makes a number object now and then.
  await measure('loopback', { extension: new LoopbackNetwork().Extension });
}

async function measure(name: string, init?: WebRTCPeerConnectionInit): Promise<Cost> {
  const make: MakeEnd = (channels, post) => new ScenewireEnd(channels, post, init);
  const pair = new Pair(make, gameChannels);
  pair.a.offer();
  await time(pair.settled(), () => pair.poll(), everyTurn);
  for (let frame = 0; frame < SETTLING_FRAMES; frame += 1) {
    pair.poll();
    await everyTurn.next();
  }
  const rounds = Array.from({ length: ROUNDS }, () => pollOften((pair.a as ScenewireEnd).connection));
  await pair.close();
  const ns = median(rounds.map((round) => round.ns));
  const grown = Math.min(...rounds.map((round) => round.bytes));
  console.log(`idle poll, ${name}: ${ns.toFixed(1)} ns a call; the heap grew by ${grown} bytes in ${CALLS} calls`);
  return { ns, bytes: Math.max(0, Math.floor(grown / CALLS)) };
}

function pollOften(connection: WebRTCPeerConnection): Cost {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  // By the time the processor gave us: what others take of it is not the poll's.
  const start = process.cpuUsage();
  for (let i = 0; i < CALLS; i += 1) connection.poll();
  const { user, system } = process.cpuUsage(start);
  const ns = ((user + system) * 1000) / CALLS;
  return { ns, bytes: process.memoryUsage().heapUsed - before };
}
