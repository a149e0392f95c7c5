import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { Assembler } from '../../src/multiplayer/link/assembler.js';
import { MAX_PIECE_BYTES } from '../../src/multiplayer/link/link-limits.js';
import { MessageKind } from '../../src/multiplayer/link/message-header.js';
import {
  EXTRA_LANE,
  LinkRig,
  percentile,
  putAt,
  RELIABLE_LANE,
  stamped,
  UNRELIABLE_LANE,
} from '../support/link-rig.js';

const FRAME = 1000 / 60;
const MIB = 1024 * 1024;
const { BUNDLE } = MessageKind;
const PIECES: readonly number[] = [MessageKind.PIECE_FIRST, MessageKind.PIECE_NEXT];

/** Bytes that tell when one is missing, twice or elsewhere. */
function pattern(size: number, seed: number): Uint8Array {
  const packet = new Uint8Array(size);
  for (let i = 0; i < size; i += 1) packet[i] = (i * 31 + (i >>> 8) * 7 + seed) & 0xff;
  return packet;
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

describe('large reliable packets (users 11)', () => {
  it('come as they were, up to 4 MiB', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 10, lossRate: 0.01, reorderRate: 0.01, reorderByMs: 20 } });
    rig.run(500, FRAME);
    for (const size of [1146, 1147, 1148, 1149, 16_384, 65_536, 65_537, 300_000, MIB, 4 * MIB]) {
      expect(rig.a.link.put(RELIABLE_LANE, pattern(size, size))).toBe(Err.OK);
      rig.run(size > 100_000 ? 20_000 : 2000, FRAME);
      expect(rig.b.taken.length).toBe(1);
      expect(isSame(rig.b.taken.pop()!.packet, pattern(size, size))).toBe(true);
    }
    expect(rig.b.link.stats().drops['broken-piece']).toBe(0);
  });

  it('beyond the limit they are ERR_OUT_OF_MEMORY at the sender; the smaller limit of both counts', () => {
    const rig = new LinkRig();
    expect(rig.a.link.put(RELIABLE_LANE, new Uint8Array(4 * MIB + 1))).toBe(Err.ERR_OUT_OF_MEMORY);
    expect(rig.a.link.put(UNRELIABLE_LANE, new Uint8Array(256 * 1024))).toBe(Err.ERR_OUT_OF_MEMORY);
    expect(rig.a.link.put(RELIABLE_LANE, new Uint8Array(4 * MIB))).toBe(Err.OK);
    const small = new LinkRig({ options: { maxPacketBytes: 100_000 } });
    small.run(200);
    expect(small.a.link.put(RELIABLE_LANE, new Uint8Array(100_001))).toBe(Err.ERR_OUT_OF_MEMORY);
    expect(small.a.link.put(RELIABLE_LANE, new Uint8Array(100_000))).toBe(Err.OK);
    const large = new LinkRig({ options: { maxPacketBytes: 8 * MIB } });
    large.run(200);
    expect(large.a.link.put(RELIABLE_LANE, pattern(8 * MIB, 1))).toBe(Err.OK);
    large.run(20_000, FRAME);
    expect(large.b.taken[0]!.packet.length).toBe(8 * MIB);
  });

  it('keep their place in the order of their lane', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 20, bandwidthBps: 20_000_000 } });
    rig.run(500, FRAME);
    const sizes = [10, 200_000, 20, 50_000, 1200, 30];
    for (const size of sizes) rig.a.link.put(RELIABLE_LANE, pattern(size, size));
    rig.run(3000, FRAME);
    expect(rig.b.taken.map(({ packet }) => packet.length)).toEqual(sizes);
  });

  it('never ask the peer for more memory than it said it has', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 20, lossRate: 0.02 }, options: { maxPacketBytes: 4 * MIB } });
    rig.run(500, FRAME);
    expect(rig.a.link.put(RELIABLE_LANE, pattern(1.5 * MIB, 1))).toBe(Err.OK);
    expect(rig.a.link.put(EXTRA_LANE, pattern(3 * MIB, 2))).toBe(Err.OK);
    rig.run(60_000, FRAME);
    expect(rig.b.taken.map(({ packet }) => packet.length)).toEqual([1.5 * MIB, 3 * MIB]);
    expect(rig.b.kinds).toEqual([]);
  });

  it('leave when the frame ends, after the calls that were put in it', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 15, bandwidthBps: 10_000_000 } });
    rig.run(500, FRAME);
    const kinds = (): number[] => {
      const messages = rig.a.sent ?? [];
      rig.a.sent = [];
      return messages.map(({ message }) => message[0]!).filter((kind) => PIECES.includes(kind) || kind === BUNDLE);
    };
    rig.a.link.put(RELIABLE_LANE, pattern(MIB, 1));
    rig.run(100, FRAME);
    kinds();
    const [polls, flushes]: [number[][], number[][]] = [[], []];
    for (let i = 0; i < 30; i += 1) {
      rig.run(FRAME, FRAME, () => {
        polls.push(kinds());
        rig.a.link.put(EXTRA_LANE, new Uint8Array(60));
      });
      flushes.push(kinds());
    }
    expect(polls.flat()).toEqual([]);
    expect(flushes.map((sent) => sent[0])).toEqual(flushes.map(() => BUNDLE));
    expect(flushes.flat().length).toBeGreaterThan(100);
  });

  it('of two lanes share the link: their pieces take turns', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 15, bandwidthBps: 10_000_000 } });
    rig.run(500, FRAME);
    rig.a.sent = [];
    rig.a.link.put(RELIABLE_LANE, pattern(MIB, 1));
    rig.a.link.put(EXTRA_LANE, pattern(MIB, 2));
    rig.run(500, FRAME);
    const lanes = rig.a.sent.filter(({ message }) => PIECES.includes(message[0]!)).map(({ lane }) => lane);
    expect(lanes.length).toBeGreaterThan(50);
    expect(lanes).toEqual(lanes.map((_, i) => (i % 2 === 0 ? RELIABLE_LANE : EXTRA_LANE)));
  });

  it('1 MiB on a 10 Mbit/s link makes the calls beside it less than 50 ms later', () => {
    for (const latencyMs of [5, 15, 30]) {
      for (const lane of [EXTRA_LANE, UNRELIABLE_LANE]) {
        const [alone, beside] = [false, true].map((hasTransfer) => callDelays(latencyMs, lane, hasTransfer));
        expect(beside!.doneAfter).toBeLessThan(3000);
        expect(percentile(beside!.delays, 0.95) - percentile(alone!.delays, 0.95)).toBeLessThan(50);
      }
    }
  });
});

/** 20 calls per second while a megabyte is transferred, or for three seconds. */
function callDelays(latencyMs: number, lane: number, hasTransfer: boolean): { delays: number[]; doneAfter: number } {
  const rig = new LinkRig({ conditions: { latencyMs, bandwidthBps: 10_000_000, queuePackets: 100 } });
  rig.run(2000, FRAME);
  const startedAt = rig.clock.now();
  const delays: number[] = [];
  let doneAt = hasTransfer ? Number.POSITIVE_INFINITY : startedAt + 3000;
  rig.b.onPacket = ({ at, packet }) => {
    if (packet.length === MIB) doneAt = at;
    else if (putAt(packet) < doneAt) delays.push(at - putAt(packet));
  };
  let calledAt = 0;
  let isStarted = !hasTransfer;
  rig.run(6000, FRAME, (now) => {
    if (!isStarted) rig.a.link.put(RELIABLE_LANE, new Uint8Array(MIB));
    isStarted = true;
    if (now - calledAt < 50) return;
    calledAt = now;
    if (now < doneAt) rig.a.link.put(lane, stamped(now, 60));
  });
  return { delays, doneAfter: doneAt - startedAt };
}

describe('reliable back-pressure (users 7)', () => {
  it('is ERR_BUSY above the high mark, and drained below the low one', () => {
    const rig = new LinkRig({
      conditions: { latencyMs: 20, bandwidthBps: 4_000_000 },
      options: { reliableHighBytes: 200_000, reliableLowBytes: 50_000 },
    });
    rig.run(500, FRAME);
    let taken = 0;
    while (taken < 1000 && rig.a.link.put(RELIABLE_LANE, pattern(1000, taken)) === Err.OK) taken += 1;
    expect(rig.a.link.put(RELIABLE_LANE, pattern(1000, taken))).toBe(Err.ERR_BUSY);
    expect(taken).toBeGreaterThan(190);
    expect(rig.a.link.queuedBytes).toBeLessThan(202_000);
    expect(rig.a.link.stats().queuedBytes).toBe(rig.a.link.queuedBytes);
    // Unreliable data is not held up by it.
    expect(rig.a.link.put(UNRELIABLE_LANE, Uint8Array.of(1))).toBe(Err.OK);
    rig.run(3000, FRAME, () => expect(rig.a.kinds.length > 0).toBe(rig.a.link.queuedBytes <= 50_000));
    expect(rig.a.kinds).toEqual(['drained']);
    expect(rig.b.taken.filter(({ lane }) => lane === RELIABLE_LANE)).toHaveLength(taken);
    expect(rig.a.link.queuedBytes).toBe(0);
    rig.run(1000, FRAME);
    expect(rig.a.kinds).toEqual(['drained']);
  });

  it('a peer that stalls stops the flow, and nothing is lost', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 20 }, options: { reliableHighBytes: 100_000 } });
    rig.run(500, FRAME);
    rig.b.stalledUntil = rig.clock.now() + 5000;
    let put = 0;
    rig.run(4500, FRAME, () => {
      if (rig.a.link.put(RELIABLE_LANE, pattern(1000, put)) === Err.OK) put += 1;
    });
    expect(rig.a.link.stats().bytesUnderWay).toBeLessThan(150_000);
    rig.run(6000, FRAME);
    expect(rig.b.taken.map(({ packet }) => packet[0])).toEqual(Array.from({ length: put }, (_, i) => i & 0xff));
  });
});

describe('Assembler', () => {
  const piece = new Uint8Array(1000);

  it('refuses what no honest peer sends', () => {
    const assembler = new Assembler(2, 10_000);
    expect(assembler.next(0, piece, 0)).toBe('broken');
    expect(assembler.first(0, 0, piece, 0)).toBe('broken');
    expect(assembler.first(0, 10_001, piece, 0)).toBe('too-large');
    expect(assembler.first(0, 6000, piece, 0)).toBe('more');
    expect(assembler.first(0, 1000, piece, 0)).toBe('broken');
    expect(assembler.first(1, 4001, piece, 0)).toBe('too-large');
    expect(assembler.first(1, 999, piece, 0)).toBe('broken');
    expect(assembler.next(0, new Uint8Array(0), 0)).toBe('broken');
    expect(assembler.next(0, new Uint8Array(5001), 0)).toBe('broken');
    expect(assembler.next(0, new Uint8Array(5000), 0)).toBe('complete');
    expect(assembler.take(0).length).toBe(6000);
    expect(assembler.assembledBytes).toBe(6000);
  });

  it('holds memory for what came, not for what was announced', () => {
    const assembler = new Assembler(4, 4 * MIB);
    expect(assembler.first(0, 4 * MIB, Uint8Array.of(1), 0)).toBe('more');
    expect(assembler.heldBytes).toBe(65_536);
    for (let i = 0; i < 100; i += 1) assembler.next(0, new Uint8Array(MAX_PIECE_BYTES), 0);
    expect(assembler.heldBytes).toBeLessThanOrEqual(2 * 100 * MAX_PIECE_BYTES + 65_536);
    assembler.clear();
    expect([assembler.heldBytes, assembler.open]).toEqual([0, 0]);
  });
});
