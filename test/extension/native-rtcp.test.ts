import { describe, expect, it } from 'vitest';
import { Reception } from '../../src/extension/native/reception.js';
import {
  asksForKeyframe,
  isControl,
  lostOf,
  reportedTimeOf,
  writeKeyframeRequest,
  writeLost,
} from '../../src/extension/native/rtcp.js';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

const SENDER_REPORT = hex('80c80006 00000009 11223344 55667788 00000000 00000000 00000000');

describe('control packets', () => {
  it('that are written can be read', () => {
    expect(text(writeKeyframeRequest(1, 2))).toBe('81ce00020000000100000002');
    expect(asksForKeyframe(writeKeyframeRequest(1, 2), 2)).toBe(true);
    const lost = [65_530, 65_531, 65_535, 0, 10, 11, 500];
    const written = writeLost(1, 2, lost);
    expect(lostOf(written, 2)).toEqual(lost);
    expect([isControl(written), written.length]).toEqual([true, 12 + 4 * 3]);
  });

  it('in a bundle are all read, and those of another source are left out', () => {
    const bundle = join(SENDER_REPORT, writeLost(1, 9, [5]), writeKeyframeRequest(1, 7), writeLost(1, 7, [8]));
    expect([lostOf(bundle, 9), lostOf(bundle, 7), lostOf(bundle, 1)]).toEqual([[5], [8], []]);
    expect([asksForKeyframe(bundle, 7), asksForKeyframe(bundle, 9)]).toEqual([true, false]);
    expect([reportedTimeOf(bundle, 9), reportedTimeOf(bundle, 7)]).toEqual([0x33445566, null]);
  });

  it('ask for a keyframe in the other way, too, by an entry for each source', () => {
    const both = hex('84ce0006 00000001 00000000 00000007 01000000 00000008 01000000');
    expect([7, 8, 0].map((source) => asksForKeyframe(both, source))).toEqual([true, true, false]);
  });

  it('say that so many packets are lost, and no more are believed', () => {
    const all = Array.from({ length: 5000 }, (_, n) => n);
    expect(lostOf(writeLost(1, 2, all), 2)).toEqual(all.slice(0, 256));
  });

  it.each([
    ['nothing', ''],
    ['half of a head', '81ce0002'],
    ['a length beyond the end', '81ce0009 00000001 00000002'],
    ['a length of nothing', '81ce0000 00000002 00000002'],
    ['another version', '41ce0002 00000001 00000002'],
    ['feedback without a source', '81ce0001 00000002'],
  ])('that are none say nothing: %s', (_what, bytes) => {
    const message = hex(bytes);
    expect([asksForKeyframe(message, 2), lostOf(message, 2), reportedTimeOf(message, 2)]).toEqual([false, [], null]);
  });

  it('of any bytes are read without a throw, and say little', () => {
    let state = 7;
    const next = (): number => {
      state = (state * 1103515245 + 12345) & 0x7fffffff;
      return state >> 16;
    };
    for (let n = 0; n < 20_000; n += 1) {
      const bytes = new Uint8Array(n % 90).map(next);
      // Mostly right, so that it is read far.
      for (let at = 0; at + 4 <= bytes.length; at += 4 * (1 + (next() % 4))) {
        bytes.set([0x80 | (next() & 0x1f), 200 + (next() % 8), 0, next() % 6], at);
      }
      asksForKeyframe(bytes, next());
      reportedTimeOf(bytes, next());
      expect(lostOf(bytes, bytes.length >= 12 ? new DataView(bytes.buffer).getUint32(8) : 0).length).toBeLessThan(257);
    }
  });
});

describe('what a sender is told of how its packets arrive', () => {
  const packet = (sequence: number, timestamp = 0, source = 9): Uint8Array => {
    const bytes = new Uint8Array(13);
    const view = new DataView(bytes.buffer);
    view.setUint16(2, sequence);
    view.setUint32(4, timestamp);
    view.setUint32(8, source);
    return bytes;
  };
  const read = (report: Uint8Array): Record<string, number> => {
    const view = new DataView(report.buffer);
    const [source, fraction, lost] = [view.getUint32(8), view.getUint8(12), view.getUint32(12) & 0xffffff];
    return { source, fraction, lost, highest: view.getUint32(16), jitter: view.getUint32(20), at: view.getUint32(24) };
  };

  it('is the share that was lost since the last report, and all of it, over the end of the numbers', () => {
    const reception = new Reception(1, 90_000);
    for (const sequence of [65_534, 65_535, 0, 2]) expect(reception.takes(packet(sequence), 0)).toBe(true);
    expect(read(reception.report(77))).toEqual({
      source: 9,
      fraction: 51,
      lost: 1,
      highest: 0x10002,
      jitter: 0,
      at: 77,
    });
    for (const sequence of [3, 4, 1]) reception.takes(packet(sequence), 0);
    // The late one makes up for it.
    expect(read(reception.report(78))).toMatchObject({ fraction: 0, lost: 0, highest: 0x10004 });
  });

  it('is how unevenly they come', () => {
    const reception = new Reception(1, 90_000);
    reception.takes(packet(1, 0), 0);
    reception.takes(packet(2, 900), 10);
    expect(read(reception.report(0)).jitter).toBe(0);
    reception.takes(packet(3, 1800), 36);
    expect(read(reception.report(0)).jitter).toBe((16 * 90) / 16);
  });

  it('is about one source at a time: another one is heard when that has fallen silent', () => {
    const reception = new Reception(1, 90_000);
    expect([reception.takes(packet(1), 0), reception.takes(packet(1, 0, 8), 400)]).toEqual([true, false]);
    expect([reception.takes(packet(9, 0, 8), 500), reception.source]).toEqual([true, 8]);
    expect(read(reception.report(0))).toMatchObject({ source: 8, lost: 0, highest: 9 });
  });

  it('begins anew after a jump', () => {
    const reception = new Reception(1, 90_000);
    reception.takes(packet(1), 0);
    reception.takes(packet(20_000), 1);
    expect(read(reception.report(0))).toMatchObject({ fraction: 0, lost: 0, highest: 20_000 });
  });
});
