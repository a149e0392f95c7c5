import type { Lab } from '../../conformance/support/lab.js';

type Channel = import('scenewire').WebRTCDataChannel;

const BATCH = 2000;
const PATIENCE_MS = 60_000;

const numbered = (value: number): Uint8Array => new Uint8Array(new Uint32Array([value]).buffer);

/**
 * Puts numbered packets as fast as the channel takes them, while nobody reads, and never lets more than `maxWaiting` bytes
 * wait in the sender. Returns how many were put.
 */
export async function putNumbered(lab: Lab, channel: Channel, count: number, maxWaiting: number): Promise<number> {
  const deadline = performance.now() + PATIENCE_MS;
  let next = 0;
  while (next < count && channel.getReadyState() === 1) {
    if (performance.now() > deadline) throw new Error(`only ${next} of ${count} were put`);
    for (let left = BATCH; left > 0 && next < count && channel.getBufferedAmount() < maxWaiting; left -= 1) {
      if (channel.putPacket(numbered(next)) !== 0) break;
      next += 1;
    }
    await lab.turn(0);
    lab.poll();
  }
  return next;
}

/** Frames until the channel says nothing new any more. */
export async function untilQuiet(lab: Lab, from: Channel, to: Channel): Promise<void> {
  const sign = (): string =>
    `${from.getBufferedAmount()} ${to.getAvailablePacketCount()} ${to.getDroppedPacketCount()}`;
  for (let quiet = 0, last = ''; quiet < 25; quiet += 1) {
    await lab.turn();
    lab.poll();
    if (sign() === last) continue;
    last = sign();
    quiet = 0;
  }
}

export interface ReadResult {
  readonly count: number;
  readonly first: number;
  readonly last: number;
  /** Each number is greater than the one before. */
  readonly rising: boolean;
}

/** Reads all there is. */
export function readNumbered(channel: Channel): ReadResult {
  let [count, first, last, rising] = [0, -1, -1, true];
  while (channel.getAvailablePacketCount() > 0) {
    const value = new DataView(channel.getPacket().slice().buffer).getUint32(0, true);
    if (count === 0) first = value;
    else rising &&= value > last;
    last = value;
    count += 1;
  }
  return { count, first, last, rising };
}

export interface GreedyResult {
  readonly codes: number[];
  readonly mostBuffered: number;
  readonly received: number;
}

/** Puts far more than the line carries, whatever the codes say; the other side reads all it gets. */
export async function putForEver(
  lab: Lab,
  from: Channel,
  to: Channel,
  { frames, perFrame }: { readonly frames: number; readonly perFrame: number },
): Promise<GreedyResult> {
  const packet = new Uint8Array(65_536);
  const codes = new Set<number>();
  let [mostBuffered, received] = [0, 0];
  for (let frame = 0; frame < frames; frame += 1) {
    for (let i = 0; i < perFrame; i += 1) codes.add(from.putPacket(packet));
    mostBuffered = Math.max(mostBuffered, from.getBufferedAmount());
    await lab.turn();
    lab.poll();
    for (; to.getAvailablePacketCount() > 0; received += 1) to.getPacket();
  }
  return { codes: [...codes].sort(), mostBuffered, received };
}
