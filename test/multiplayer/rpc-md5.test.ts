import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { md5Hex } from '../../src/multiplayer/rpc/md5.js';

const md5Of = (text: string): string => md5Hex(new TextEncoder().encode(text));

describe('md5', () => {
  it.each([
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['a', '0cc175b9c0f1b6a831c399e269772661'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'd174ab98d277d9f5a5611c2c9f419d9f'],
    ['1234567890'.repeat(8), '57edf4a22be3c955ac49da2e2107b67a'],
  ])('of %j is that of RFC 1321', (text, digest) => {
    expect(md5Of(text)).toBe(digest);
  });

  it('is that of Node for every length around the ends of its blocks', () => {
    for (let length = 0; length <= 200; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 0xff);
      expect(md5Hex(bytes), `${length} bytes`).toBe(createHash('md5').update(bytes).digest('hex'));
    }
  });

  it('reads no further than its bytes', () => {
    const around = Uint8Array.from([1, 2, 0x61, 0x62, 0x63, 3]);
    expect(md5Hex(around.subarray(2, 5))).toBe(md5Of('abc'));
  });
});
