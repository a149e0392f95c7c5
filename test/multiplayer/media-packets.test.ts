import { describe, expect, it } from 'vitest';
import { forwardedName, readForwardedName } from '../../src/multiplayer/media/forwarded-name.js';
import { MissingPackets } from '../../src/multiplayer/media/forwarding/missing-packets.js';
import { PacketHistory } from '../../src/multiplayer/media/forwarding/packet-history.js';
import { RateLimit } from '../../src/multiplayer/media/forwarding/rate-limit.js';
import { type RtpPacket, readRtp, SILENCE, writeRtp } from '../../src/multiplayer/media/forwarding/rtp-packet.js';
import { RtpStream } from '../../src/multiplayer/media/forwarding/rtp-stream.js';
import { startsKeyframe } from '../../src/multiplayer/media/forwarding/vp8.js';
import { type MediaWord, readWord, writeWord } from '../../src/multiplayer/media/media-word.js';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

/** Marker, payload type 111, sequence 0x4aca, level 0x36 under id 1, two bytes of payload. */
const OPUS = hex('90ef 4aca 48f7cef3 ee53d5be bede0001 10360000 fffe');

describe('packets of tracks', () => {
  it('are read with the level of their sound, and written under another header without extensions', () => {
    const packet = readRtp(OPUS, 1) as RtpPacket;
    const { marker, sequence, timestamp, ssrc, level } = packet;
    expect([marker, sequence, timestamp, ssrc, level]).toEqual([true, 0x4aca, 0x48f7cef3, 0xee53d5be, 0x36]);
    const header = { payloadType: 96, sequence: 1, timestamp: 2, ssrc: 3 };
    expect(text(writeRtp(packet, header))).toBe('80e0000100000002000000' + '03' + 'fffe');
    expect(readRtp(OPUS, 2)?.level).toBe(SILENCE);
  });

  it('keep their padding, and give up their contributors', () => {
    const padded = readRtp(hex('a16f 0001 00000002 00000003 000000aa ff0002'), 0) as RtpPacket;
    expect(text(writeRtp(padded, { payloadType: 111, sequence: 1, timestamp: 2, ssrc: 9 }))).toBe(
      'a06f00010000000200000009ff0002',
    );
  });

  it('tell the level in extensions with two bytes in front, too', () => {
    expect(readRtp(hex('906f 0001 00000002 00000003 10000001 01018900 ff'), 1)?.level).toBe(9);
  });

  it.each([
    ['nothing', ''],
    ['a header alone', '806f00010000000200000003'],
    ['another version', '406f00010000000200000003ff'],
    ['contributors that are not there', '8f6f00010000000200000003ff'],
    ['extensions that are not there', '906f00010000000200000003bede'],
    ['extensions longer than the packet', '906f00010000000200000003bedeffff00'],
    ['extensions and nothing behind', '906f00010000000200000003bede0000'],
  ])('that are none are refused: %s', (_what, bytes) => {
    expect(readRtp(hex(bytes), 1)).toBeNull();
  });

  it('of any bytes are read without a throw', () => {
    let state = 1;
    for (let n = 0; n < 20_000; n += 1) {
      const bytes = new Uint8Array(n % 60).map(() => {
        state = (state * 1103515245 + 12345) & 0x7fffffff;
        return state >> 16;
      });
      if (bytes.length > 0) bytes[0] = 0x90 | (bytes[0]! & 0x2f);
      const packet = readRtp(bytes, 1 + (n % 14));
      if (packet !== null) expect(packet.payloadAt).toBeLessThan(bytes.length);
    }
  });
});

describe('a stream of one speaker after the other', () => {
  const packet = (sequence: number, timestamp: number, ssrc = 1): RtpPacket => ({
    bytes: new Uint8Array(13),
    marker: false,
    sequence: sequence & 0xffff,
    timestamp: timestamp >>> 0,
    ssrc,
    payloadAt: 12,
    hasPadding: false,
    level: SILENCE,
  });
  const stream = (): RtpStream => new RtpStream({ ssrc: 77, payloadType: 111, last: null }, 48_000);
  const numbers = (header: { sequence: number; timestamp: number } | null): number[] | null =>
    header === null ? null : [header.sequence, header.timestamp];

  it('goes on with its own numbers when another speaks, and after a pause', () => {
    const made = stream();
    expect(numbers(made.next(packet(10, 1000), 0))).toEqual([10, 1000]);
    expect(numbers(made.next(packet(11, 1960), 20))).toEqual([11, 1960]);
    expect(numbers(made.next(packet(40_000, 5, 2), 40))).toEqual([12, 2920]);
    expect(numbers(made.next(packet(40_001, 965, 2), 60))).toEqual([13, 3880]);
    made.pause();
    expect(numbers(made.next(packet(50_000, 480_005, 2), 1060))).toEqual([14, 3880 + 48_000]);
  });

  it('begins in the lower half of the numbers, wherever its speaker is, so that who misses the beginning can decrypt it', () => {
    const made = stream();
    expect(numbers(made.next(packet(65_534, 1000), 0))).toEqual([32_766, 1000]);
    expect([65_535, 0, 1].map((sequence) => made.next(packet(sequence, 1960), 20)?.sequence)).toEqual([
      32_767, 32_768, 32_769,
    ]);
    expect([made.originalOf(32_768), made.again(packet(65_535, 1960))?.sequence]).toEqual([0, 32_767]);
    const low = stream();
    expect(numbers(low.next(packet(0, 1000), 0))).toEqual([0, 1000]);
  });

  it('goes on where another one has left off that was sent on the same way', () => {
    const sender = { ssrc: 77, payloadType: 111, last: null };
    new RtpStream(sender, 48_000).next(packet(10, 1000), 0);
    expect(numbers(new RtpStream(sender, 48_000).next(packet(900, 5), 20))).toEqual([11, 1960]);
  });

  it('knows under which number its speaker sent a packet, and gives it its own again', () => {
    const made = stream();
    made.next(packet(10, 1000), 0);
    made.next(packet(500, 70, 2), 20);
    expect([made.originalOf(11), made.originalOf(14), made.originalOf(10)]).toEqual([500, 503, -1]);
    expect(numbers(made.again(packet(503, 2950, 2)))).toEqual([14, 1960 + 2880]);
    expect(made.again(packet(503, 2950, 1))).toBeNull();
    made.pause();
    expect(made.originalOf(11)).toBe(-1);
  });

  it('leaves what was lost a gap, puts late packets in their place, and drops repeated ones', () => {
    const made = stream();
    made.next(packet(10, 0), 0);
    expect(numbers(made.next(packet(13, 2880), 60))).toEqual([13, 2880]);
    expect(numbers(made.next(packet(12, 1920), 61))).toEqual([12, 1920]);
    expect(made.next(packet(13, 2880), 62)).toBeNull();
  });

  it('drops what is from before the speaker was taken up: those numbers were another one’s', () => {
    const made = stream();
    made.next(packet(10, 0, 1), 0);
    made.next(packet(500, 0, 2), 20);
    expect(made.next(packet(499, 0, 2), 21)).toBeNull();
  });

  it('counts over the end of the numbers', () => {
    const last = { sequence: 0xfffe, timestamp: 0xfffffeff, at: 0 };
    const made = new RtpStream({ ssrc: 77, payloadType: 111, last }, 48_000);
    expect(numbers(made.next(packet(0xffff, 0xffffff00), 0))).toEqual([0xffff, 0xffffff00]);
    expect(numbers(made.next(packet(0, 0xffffff00 + 960), 20))).toEqual([0, 704]);
  });
});

describe('pictures', () => {
  const picture = (...payload: number[]): RtpPacket =>
    readRtp(Uint8Array.from([0x80, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, ...payload]), 0) as RtpPacket;

  it.each<[string, boolean, number[]]>([
    ['a keyframe', true, [0x10, 0x00]],
    ['another frame', false, [0x10, 0x01]],
    ['the middle of a keyframe', false, [0x00, 0x00]],
    ['another partition of it', false, [0x11, 0x00]],
    ['one with a long number, a layer and all else', true, [0x90, 0xf0, 0x80, 0x01, 0x02, 0x40, 0x00]],
    ['one with a short number', true, [0x90, 0x80, 0x01, 0x00]],
    ['one that ends before it begins', false, [0x90, 0xf0, 0x80, 0x01]],
    ['padding', false, [0x00, 0x00, 0x02]],
  ])('begin with a keyframe: %s is %s', (_what, is, payload) => {
    expect(startsKeyframe(picture(...payload))).toBe(is);
  });

  const numbered = (sequence: number, ssrc = 9): RtpPacket => ({ ...picture(0), sequence, ssrc });

  it('that were lost are asked for at once and again, five times, and not when they came', () => {
    const missing = new MissingPackets();
    expect([missing.note(numbered(65_534), 0), missing.note(numbered(2), 1)]).toEqual([[], [65_535, 0, 1]]);
    expect(missing.note(numbered(0), 2)).toEqual([]);
    const asked: (readonly number[])[] = [];
    for (let n = 1; n <= 8; n += 1) asked.push(missing.note(numbered(2 + n), 1 + 80 * n));
    expect(asked.filter((numbers) => numbers.length > 0)).toEqual(Array(4).fill([65_535, 1]));
  });

  it('of another source, or after a large gap, are not missed', () => {
    const missing = new MissingPackets();
    missing.note(numbered(10), 0);
    expect(missing.note(numbered(112), 1)).toEqual([]);
    expect(missing.note(numbered(12, 8), 2)).toEqual([]);
    expect(missing.note(numbered(14, 8), 3)).toEqual([13]);
  });

  it('are kept for a while, by number and source', () => {
    const history = new PacketHistory();
    for (let n = 65_000; n < 65_600; n += 1) history.add(numbered(n & 0xffff));
    expect([history.find(63, 9)?.sequence, history.find(65_300, 9)?.sequence]).toEqual([63, 65_300]);
    expect([history.find(63, 8), history.find(65_000, 9), history.find(-1, 9)]).toEqual(Array(3).fill(undefined));
  });
});

it('a rate limit lets a second’s worth through at once, and then what the time gives', () => {
  const limit = new RateLimit(10);
  expect([limit.take(10, 0), limit.take(1, 0), limit.take(1, 100), limit.take(1, 150)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

it('names of forwarded streams carry whose they are', () => {
  expect(forwardedName(7, 'voice')).toBe('7~voice');
  expect(readForwardedName('7~5~voice')).toEqual({ peerId: 7, stream: '5~voice' });
  for (const name of ['voice', '~voice', '7~', 'x7~voice', '']) expect(readForwardedName(name)).toBeNull();
});

describe('words about tracks', () => {
  it.each<[string, MediaWord]>([
    ['0000', { type: 'hello', forwards: false }],
    ['0001', { type: 'hello', forwards: true }],
    ['01', { type: 'goodbye' }],
    ['02c3a9', { type: 'offer', sdp: 'é' }],
    ['0376', { type: 'answer', sdp: 'v' }],
    ['04310a300a63', { type: 'candidate', index: 1, media: '0', name: 'c' }],
    ['05', { type: 'refused' }],
    ['06', { type: 'listeners', ids: [] }],
    ['060000000102030405', { type: 'listeners', ids: [1, 0x02030405] }],
    ['070100000009', { type: 'withheld', kind: 1, ids: [9] }],
  ])('%s', (bytes, word) => {
    expect(text(writeWord(word))).toBe(bytes);
    expect(readWord(hex(bytes))).toEqual(word);
  });

  it('name a thousand players at most, and no half of one', () => {
    const ids = Array.from({ length: 3000 }, (_, n) => n + 1);
    expect(readWord(writeWord({ type: 'listeners', ids }))).toEqual({ type: 'listeners', ids: ids.slice(0, 1024) });
    expect(readWord(hex(`06${'00000001'.repeat(3000)}`))).toMatchObject({ ids: { length: 1024 } });
    expect(readWord(hex('0700000001'))).toEqual({ type: 'withheld', kind: 0, ids: [] });
    expect(readWord(hex('07'))).toEqual({ type: 'withheld', kind: 0, ids: [] });
  });

  it.each(['', '08', 'ff00', '04', '04780a300a63', '04310a30', `04${'31'.repeat(5000)}`])('%s is none', (bytes) => {
    expect(readWord(hex(bytes))).toBeNull();
  });
});
