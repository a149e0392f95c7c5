import { everyMillisecond } from './attempts.js';
import type { Pair } from './end.js';
import type { Side } from './sides.js';
import { sideNames } from './sides.js';
import { compare, type Run, spread } from './turns.js';

/** Frames without an arrival after which what has not come is lost, on an unreliable channel. */
const QUIET_FRAMES = 20;

/** What is carried in one slice. */
export interface Load {
  readonly name: string;
  readonly bytes: number;
  /** Packets put in each frame. */
  readonly batch: number;
  readonly packets: number;
}

/** Packets that arrived, per second of the clock and of the processors. */
export interface Rate {
  readonly wall: number;
  readonly cpu: number;
}

/**
 * Frames of put, poll and get until every packet of a slice has been put and has arrived. A frame puts nothing while
 * something waits to be sent: the library below packs what waits into fewer datagrams, at half the cost, so that a
 * sender at the limit measures how often that happens by chance, and not what a packet costs.
 */
export async function carry(pair: Pair, { bytes, batch, packets }: Load): Promise<Rate> {
  const packet = new Uint8Array(bytes).fill(1);
  const [start, before] = [performance.now(), process.cpuUsage()];
  let [end, left, arrived] = [start, packets, 0];
  for (let quiet = 0; arrived < packets && quiet < QUIET_FRAMES; ) {
    const isWaiting = pair.a.buffered() > 0;
    if (!isWaiting && left > 0) {
      pair.a.send(packet, batch);
      left -= batch;
    }
    pair.poll();
    const taken = pair.b.take() / bytes;
    arrived += taken;
    if (taken > 0) end = performance.now();
    quiet = taken > 0 || left > 0 || isWaiting ? 0 : quiet + 1;
    await everyMillisecond.next();
  }
  const { user, system } = process.cpuUsage(before);
  return { wall: (arrived * 1000) / (end - start), cpu: (arrived * 1e6) / (user + system) };
}

/**
 * Shows the rates of both sides, and gives how often the other's packets ours are. By the time the processors gave us:
 * what others take of them weighs on the clock alone.
 */
export function compareRates(name: string, runs: readonly Run<Rate>[], nameOf: (side: Side) => string): number {
  for (const side of sideNames) {
    const shown = spread(runs, side, ({ cpu }) => cpu);
    console.log(`${name} ${nameOf(side)}: ${shown} packets per second of CPU (median, min, max)`);
  }
  console.log(`${name}: ${compare(runs, ({ wall }) => wall).toFixed(3)} times the bare library's packets by the clock`);
  return compare(runs, ({ cpu }) => cpu);
}
