/** The body of a bundle: packets, each after its length of one byte (up to 127) or two (the first one's top bit set). */

const LONG = 0x80;
const MAX_SHORT = 0x7f;
/** Below this a loop is faster than a call into the engine. */
const LOOP_UP_TO = 48;

export const bundledBytes = (size: number): number => size + (size > MAX_SHORT ? 2 : 1);

/** Writes a packet and returns where the next one goes. */
export function writeBundled(message: Uint8Array, at: number, packet: Uint8Array): number {
  const size = packet.length;
  let to = at;
  if (size > MAX_SHORT) message[to++] = LONG | (size >>> 8);
  message[to++] = size;
  if (size > LOOP_UP_TO) message.set(packet, to);
  else for (let i = 0; i < size; i += 1) message[to + i] = packet[i]!;
  return to + size;
}

/** How many packets follow, or -1 when they don't end where the message does. */
export function countBundled(message: Uint8Array, from: number): number {
  const end = message.length;
  let count = 0;
  let at = from;
  while (at < end) {
    const size = sizeAt(message, at);
    // An empty packet is never sent: it would let one message stand for a thousand of nothing.
    if (size === 0) return -1;
    at += bundledBytes(size);
    count += 1;
  }
  // A length that is cut off reads as a too large one; one in two bytes that fits one is no honest one either.
  return at === end && count > 0 ? count : -1;
}

/** The length that stands here; 0 when it is none. */
export function sizeAt(message: Uint8Array, at: number): number {
  const first = message[at]!;
  if (first < LONG) return first;
  if (at + 1 >= message.length) return 0;
  const size = ((first & MAX_SHORT) << 8) | message[at + 1]!;
  return size > MAX_SHORT ? size : 0;
}
