/** Left rotations of the 16 steps of each round. */
const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;

const BLOCK = 64;

/**
 * MD5 (RFC 1321) as lower-case hex. Godot compares lists of methods by it, and browsers have no MD5. It guards against
 * mistakes, not against anybody.
 */
export function md5Hex(bytes: Uint8Array): string {
  const state = new Uint32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]);
  const padded = pad(bytes);
  const view = new DataView(padded.buffer);
  const sines = Uint32Array.from({ length: BLOCK }, (_, i) => Math.abs(Math.sin(i + 1)) * 2 ** 32);
  for (let at = 0; at < padded.length; at += BLOCK) mixBlock(state, view, at, sines);
  return hex(state);
}

/** A one bit, zeros, and the length in bits: up to whole blocks. */
function pad(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / BLOCK) * BLOCK);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n, true);
  return padded;
}

function mixBlock(state: Uint32Array, view: DataView, at: number, sines: Uint32Array): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  for (let i = 0; i < BLOCK; i += 1) {
    const round = i >> 4;
    const [mixed, word] = step(round, i, b, c, d);
    const sum = (a + mixed + sines[i]! + view.getUint32(at + word * 4, true)) | 0;
    const shift = SHIFTS[round]![i & 3]!;
    [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
  }
  for (const [i, value] of [a, b, c, d].entries()) state[i]! += value;
}

/** What a step makes of three words of the state, and which word of the block it takes. */
function step(round: number, i: number, b: number, c: number, d: number): [mixed: number, word: number] {
  if (round === 0) return [(b & c) | (~b & d), i];
  if (round === 1) return [(d & b) | (~d & c), (5 * i + 1) & 15];
  if (round === 2) return [b ^ c ^ d, (3 * i + 5) & 15];
  return [c ^ (b | ~d), (7 * i) & 15];
}

function hex(state: Uint32Array): string {
  const bytes = new DataView(new ArrayBuffer(16));
  for (const [i, word] of state.entries()) bytes.setUint32(i * 4, word, true);
  return Array.from(new Uint8Array(bytes.buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
