import { describe, expect, it } from 'vitest';
import {
  base64ToBytes,
  base64ToText,
  base64UrlToBytes,
  base64UrlToText,
  bytesToBase64,
  bytesToBase64Url,
  textToBase64,
} from '../../src/core/base64.js';

describe('base64', () => {
  it.each([[], [0], [255, 254], [1, 2, 3], [0xfb, 0xff, 0xfe, 0]])(
    'of bytes is what Node makes of them',
    (...bytes) => {
      const all = Uint8Array.from(bytes);
      expect(bytesToBase64(all)).toBe(Buffer.from(all).toString('base64'));
      expect(bytesToBase64Url(all)).toBe(Buffer.from(all).toString('base64url'));
      expect([base64ToBytes(bytesToBase64(all)), base64UrlToBytes(bytesToBase64Url(all))]).toEqual([all, all]);
    },
  );

  it.each(['', 'a', 'héllo✓', '\0', '𝕏'])('of the text %j comes out as it went in', (text) => {
    expect(base64ToText(textToBase64(text))).toBe(text);
    expect(base64UrlToText(Buffer.from(text).toString('base64url'))).toBe(text);
  });

  it.each(['!', 'A', 'AAAAA', 'AA=A', 'A A=', 'é', '-_', 'AAAA\n'])('%j is none', (text) => {
    expect(base64ToBytes(text)).toBe(null);
  });

  it('of the kind for addresses has other letters', () => {
    expect([base64UrlToBytes('-_8'), base64UrlToBytes('+/8'), base64UrlToBytes('AA==')]).toEqual([
      Uint8Array.of(0xfb, 0xff),
      null,
      null,
    ]);
  });

  it('of the kind for addresses is taken in one form only', () => {
    expect([base64UrlToBytes('AA'), base64UrlToBytes('AB')]).toEqual([Uint8Array.of(0), null]);
  });

  it('of bytes that are no text is no text', () => {
    expect(base64ToText(bytesToBase64(Uint8Array.of(0xff, 0xfe)))).toBe(null);
  });
});
