import type { Dice } from './fuzz/dice.js';

/** Numbers at which checks break. */
const EDGES = [0, 1, 2, 4, 0x7f, 0x80, 0xff, 0x100, 0x3ff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x3fffffff, 0x7fffffff];
const HIGH_EDGES = [0x80000000, 0x80000001, 0xfffffffc, 0xffffffff];
const MOST_MUTATIONS = 3;

/** A copy of a packet with nothing to three things wrong with it. The same dice, the same packet. */
export function mutatePacket(packet: Uint8Array, dice: Dice, others: readonly Uint8Array[]): Uint8Array {
  let result: Uint8Array = packet.slice();
  for (let left = dice.below(MOST_MUTATIONS + 1); left > 0; left -= 1) result = mutation(result, dice, others);
  return result;
}

function mutation(packet: Uint8Array, dice: Dice, others: readonly Uint8Array[]): Uint8Array {
  const at = dice.below(packet.length);
  switch (dice.below(9)) {
    case 0:
      return packet.slice(0, dice.below(packet.length + 1));
    case 1:
      return spliced(packet, packet.length, 0, noise(dice, dice.below(40)));
    case 2:
      return spliced(packet, at, dice.below(9), noise(dice, dice.below(9)));
    case 3:
      return spliced(packet, dice.below(packet.length + 1), 0, dice.pick(others));
    case 4:
      return spliced(packet, at & ~3, 4, word(dice));
    case 5:
      return spliced(packet, at, 4, word(dice));
    case 6:
      if (packet.length > 0) packet[at]! ^= 1 << dice.below(8);
      return packet;
    default:
      if (packet.length > 0) packet[at] = dice.below(256);
      return packet;
  }
}

function word(dice: Dice): Uint8Array {
  const value = dice.chance(0.7) ? dice.pick(EDGES) : dice.pick(HIGH_EDGES);
  return new Uint8Array(Uint32Array.of(value).buffer);
}

function noise(dice: Dice, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => dice.below(256));
}

function spliced(packet: Uint8Array, at: number, removed: number, inserted: Uint8Array): Uint8Array {
  const tail = packet.subarray(at + removed);
  const result = new Uint8Array(at + inserted.length + tail.length);
  result.set(packet.subarray(0, at));
  result.set(inserted, at);
  result.set(tail, at + inserted.length);
  return result;
}
