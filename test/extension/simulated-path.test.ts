import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/core/clock.js';
import { LINK_PRESETS, type LinkConditions } from '../../src/extension/loopback/link-conditions.js';
import { CHUNK_BYTES, type StreamReliability } from '../../src/extension/loopback/path-message.js';
import { DATAGRAM_OVERHEAD_BYTES, SimulatedLink } from '../../src/extension/loopback/simulated-link.js';
import { SimulatedPath } from '../../src/extension/loopback/simulated-path.js';

const RELIABLE: StreamReliability = { ordered: true, maxRetransmits: null, maxPacketLifeTime: null };
const RELIABLE_UNORDERED: StreamReliability = { ...RELIABLE, ordered: false };
const UNRELIABLE: StreamReliability = { ...RELIABLE_UNORDERED, maxRetransmits: 0 };
const UNRELIABLE_ORDERED: StreamReliability = { ...RELIABLE, maxRetransmits: 0 };

interface Delivery {
  readonly at: number;
  readonly stream: number;
  readonly payload: Uint8Array;
  readonly isText: boolean;
}

/** A path over a link with a clock, and what came out of it. Messages are numbers, in four bytes. */
class Rig {
  readonly clock = new ManualClock();
  readonly link: SimulatedLink;
  readonly reverse: SimulatedLink;
  readonly path: SimulatedPath;
  readonly deliveries: Delivery[] = [];
  readonly closed: { at: number; stream: number; after: number }[] = [];

  constructor(conditions: Partial<LinkConditions> = {}, seed = 42) {
    this.link = new SimulatedLink(seed, conditions);
    this.reverse = new SimulatedLink(seed + 1, { latencyMs: conditions.latencyMs ?? 0 });
    this.path = new SimulatedPath({
      clock: this.clock,
      link: this.link,
      reverse: this.reverse,
      deliver: (stream, payload, isText) => this.deliveries.push({ at: this.clock.now(), stream, payload, isText }),
      onStreamClosed: (stream) => this.closed.push({ at: this.clock.now(), stream, after: this.deliveries.length }),
    });
  }

  send(stream: number, value: number, length = 4): void {
    const payload = new Uint8Array(length);
    new DataView(payload.buffer).setUint32(0, value);
    this.path.send(stream, payload, false);
  }

  /** Sends 0 to count - 1, one every `everyMs`, pumping as it goes. */
  sendMany(stream: number, count: number, everyMs: number): void {
    for (let value = 0; value < count; value += 1) {
      this.send(stream, value);
      this.run(everyMs, everyMs);
    }
  }

  /** Lets time pass in steps, with a pump after each. */
  run(ms: number, stepMs = 1): void {
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(stepMs, left));
      this.path.pump();
    }
  }

  values(stream: number): number[] {
    return this.deliveries
      .filter((delivery) => delivery.stream === stream)
      .map(({ payload }) => new DataView(payload.buffer, payload.byteOffset).getUint32(0));
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const isSorted = (values: number[]): boolean => values.every((value, i) => i === 0 || values[i - 1]! < value);
const threeSigma = (count: number, share: number): number => 3 * Math.sqrt(count * share * (1 - share));

/** Bad in every way a reliable stream has to survive. */
const ROUGH: Partial<LinkConditions> = {
  latencyMs: 40,
  jitterMs: 15,
  lossRate: 0.2,
  duplicateRate: 0.1,
  reorderRate: 0.1,
  reorderByMs: 60,
};

describe('SimulatedPath on a perfect link (D18)', () => {
  it('delivers with the next pump, at the same clock time, and not before', () => {
    const rig = new Rig();
    const stream = rig.path.openStream(RELIABLE);
    rig.path.send(stream, Uint8Array.of(1, 2), false);
    rig.path.send(stream, new TextEncoder().encode('hé'), true);
    rig.path.send(stream, new Uint8Array(0), false);
    expect(rig.deliveries).toEqual([]);
    rig.path.pump();
    expect(rig.deliveries).toEqual([
      { at: 0, stream, payload: Uint8Array.of(1, 2), isText: false },
      { at: 0, stream, payload: new TextEncoder().encode('hé'), isText: true },
      { at: 0, stream, payload: new Uint8Array(0), isText: false },
    ]);
    expect(rig.path.stats).toEqual({ sent: 3, delivered: 3, abandoned: 0, retransmissions: 0, duplicates: 0 });
  });

  it('copies the payload when it is sent', () => {
    const rig = new Rig();
    const stream = rig.path.openStream(RELIABLE);
    for (const payload of [Uint8Array.of(1, 2, 3), Buffer.of(1, 2, 3), Uint8Array.of(0, 1, 2, 3).subarray(1)]) {
      rig.path.send(stream, payload, false);
      payload.fill(9);
    }
    rig.path.pump();
    for (const { payload } of rig.deliveries) expect(payload).toEqual(Uint8Array.of(1, 2, 3));
    expect(rig.deliveries).toHaveLength(3);
  });

  it('delivers 256 KiB in one piece, within one pump', () => {
    const rig = new Rig();
    const stream = rig.path.openStream(RELIABLE);
    const payload = Uint8Array.from({ length: 256 * 1024 }, (_, i) => i % 251);
    rig.path.send(stream, payload, false);
    rig.path.pump();
    expect(rig.deliveries.map((delivery) => delivery.payload.length)).toEqual([payload.length]);
    expect(rig.deliveries[0]!.payload.every((byte, i) => byte === payload[i])).toBe(true);
    expect(rig.link.stats.sent).toBe(Math.ceil(payload.length / CHUNK_BYTES));
  });

  it('leaves what a callback sends to the next pump', () => {
    const clock = new ManualClock();
    const seen: number[] = [];
    const path: SimulatedPath = new SimulatedPath({
      clock,
      link: new SimulatedLink(1),
      deliver: (id, payload) => {
        seen.push(payload[0]!);
        path.send(id, Uint8Array.of(payload[0]! + 1), false);
        path.pump();
      },
    });
    path.send(path.openStream(RELIABLE), Uint8Array.of(0), false);
    path.pump();
    expect(seen).toEqual([0]);
    path.pump();
    expect(seen).toEqual([0, 1]);
  });

  it('goes on behind the message on which a callback threw', () => {
    const seen: number[] = [];
    const path = new SimulatedPath({
      clock: new ManualClock(),
      link: new SimulatedLink(1),
      deliver: (_, payload) => {
        seen.push(payload[0]!);
        if (payload[0] === 1) throw new Error('the real channel is closed');
      },
    });
    const stream = path.openStream(RELIABLE);
    for (const value of [0, 1, 2]) path.send(stream, Uint8Array.of(value), false);
    expect(() => path.pump()).toThrow('the real channel is closed');
    path.pump();
    expect(seen).toEqual([0, 1, 2]);
  });

  it('numbers streams, takes a number it is given, and refuses one that is in use', () => {
    const { path } = new Rig();
    expect([path.openStream(RELIABLE), path.openStream(RELIABLE)]).toEqual([0, 1]);
    expect(path.openStream(RELIABLE, 7)).toBe(7);
    expect(path.openStream(RELIABLE)).toBe(8);
    expect(() => path.openStream(RELIABLE, 1)).toThrow('Stream 1 is open');
    expect(() => path.send(3, Uint8Array.of(1), false)).toThrow('Stream 3 is not open');
    expect(path.bufferedAmount(3)).toBe(0);
  });

  it('says when it has something to do', () => {
    const rig = new Rig({ latencyMs: 25 });
    const stream = rig.path.openStream(RELIABLE);
    expect(rig.path.nextDueAt()).toBe(Number.POSITIVE_INFINITY);
    rig.clock.advance(10);
    rig.send(stream, 0);
    expect(rig.path.nextDueAt()).toBe(35);
    rig.run(100);
    expect(rig.path.nextDueAt()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('SimulatedPath, reliable streams (D18)', () => {
  it('deliver everything once and in order, through loss, duplication and reordering', () => {
    const rig = new Rig(ROUGH);
    const stream = rig.path.openStream(RELIABLE);
    rig.sendMany(stream, 2000, 5);
    rig.run(30_000, 5);
    expect(rig.values(stream)).toEqual(upTo(2000));
    expect(rig.path.stats.retransmissions).toBeGreaterThan(300);
    expect(rig.path.stats.duplicates).toBeGreaterThan(100);
    expect(rig.path.stats.duplicates).toBe(rig.link.stats.duplicated);
  });

  it('deliver everything once, in whatever order it arrives, when they are unordered', () => {
    const rig = new Rig(ROUGH);
    const stream = rig.path.openStream(RELIABLE_UNORDERED);
    rig.sendMany(stream, 2000, 5);
    rig.run(30_000, 5);
    const values = rig.values(stream);
    expect(isSorted(values)).toBe(false);
    expect([...values].sort((a, b) => a - b)).toEqual(upTo(2000));
  });

  it('deliver whole messages of 256 KiB through 20 % loss', () => {
    const rig = new Rig({ ...ROUGH, latencyMs: 10 });
    const stream = rig.path.openStream(RELIABLE);
    for (const value of upTo(4)) rig.send(stream, value, 256 * 1024);
    rig.run(300_000, 100);
    expect(rig.values(stream)).toEqual(upTo(4));
    expect(rig.deliveries.every(({ payload }) => payload.length === 256 * 1024)).toBe(true);
  });

  it('hold back what comes after a lost message, and nothing on other streams', () => {
    const rig = new Rig({ latencyMs: 10 });
    const blocked = rig.path.openStream(RELIABLE);
    const other = rig.path.openStream(RELIABLE);
    rig.link.setConditions({ partitioned: true });
    rig.send(blocked, 0);
    rig.link.setConditions({ partitioned: false });
    rig.send(blocked, 1);
    rig.send(other, 2);
    rig.run(100);
    expect(rig.values(blocked)).toEqual([]);
    expect(rig.values(other)).toEqual([2]);
    rig.run(200);
    expect(rig.values(blocked)).toEqual([0, 1]);
  });

  it('try again after a time-out that doubles, against the conditions of that moment', () => {
    const rig = new Rig({ partitioned: true });
    const stream = rig.path.openStream(RELIABLE);
    rig.send(stream, 0);
    // Sent at 0, 200, 600, 1400, 3000.
    rig.run(2999);
    expect(rig.link.stats.sent).toBe(4);
    rig.link.setConditions({ partitioned: false });
    rig.run(1);
    expect(rig.deliveries.map(({ at }) => at)).toEqual([3000]);
    expect(rig.link.stats.sent).toBe(5);
  });
});

describe('SimulatedPath, unreliable streams (D18, D7)', () => {
  it('lose the share that the link loses, and send nothing again', () => {
    const rig = new Rig({ latencyMs: 30, lossRate: 0.1 });
    const stream = rig.path.openStream(UNRELIABLE);
    rig.sendMany(stream, 10_000, 4);
    rig.run(2000);
    expect(Math.abs(rig.path.stats.abandoned - 1000)).toBeLessThan(threeSigma(10_000, 0.1));
    expect(rig.values(stream)).toHaveLength(10_000 - rig.path.stats.abandoned);
    expect(rig.path.stats.retransmissions).toBe(0);
  });

  it('never deliver a message twice, though the link duplicates', () => {
    const rig = new Rig({ ...ROUGH, duplicateRate: 0.5 });
    const stream = rig.path.openStream(UNRELIABLE);
    rig.sendMany(stream, 2000, 5);
    rig.run(2000);
    const values = rig.values(stream);
    expect(new Set(values).size).toBe(values.length);
    expect(isSorted(values)).toBe(false);
  });

  it('skip what is lost and never go backwards when they are ordered', () => {
    const rig = new Rig(ROUGH);
    const stream = rig.path.openStream(UNRELIABLE_ORDERED);
    rig.sendMany(stream, 2000, 5);
    rig.run(2000);
    const values = rig.values(stream);
    expect(isSorted(values)).toBe(true);
    expect(values).toHaveLength(2000 - rig.path.stats.abandoned);
    expect(rig.path.stats.abandoned).toBeGreaterThan(300);
  });

  it('lose about the square of the loss with one retransmission', () => {
    const rig = new Rig({ latencyMs: 10, lossRate: 0.2 });
    const stream = rig.path.openStream({ ...UNRELIABLE, maxRetransmits: 1 });
    rig.sendMany(stream, 10_000, 4);
    rig.run(5000);
    expect(Math.abs(rig.path.stats.abandoned - 400)).toBeLessThan(threeSigma(10_000, 0.04));
    expect(rig.values(stream)).toHaveLength(10_000 - rig.path.stats.abandoned);
  });

  it('try a message again for as long as its lifetime allows, and not longer', () => {
    const run = (maxPacketLifeTime: number): Rig => {
      const rig = new Rig({ lossRate: 1 });
      rig.send(rig.path.openStream({ ...UNRELIABLE, maxRetransmits: null, maxPacketLifeTime }), 0);
      rig.run(10_000, 10);
      return rig;
    };
    // The attempts of a message that is always lost are at 0, 200, 600, 1400, 3000.
    for (const [lifetime, attempts] of [
      [0, 1],
      [199, 1],
      [200, 2],
      [1000, 3],
      [3000, 5],
    ] as const) {
      const rig = run(lifetime);
      expect(rig.link.stats.sent).toBe(attempts);
      expect(rig.path.stats.abandoned).toBe(1);
    }
  });

  it('drop a message whose lifetime ended while it waited in the sender', () => {
    const rig = new Rig({ latencyMs: 10, bandwidthBps: 100_000 });
    const bulk = rig.path.openStream(RELIABLE);
    const stream = rig.path.openStream({ ...UNRELIABLE, maxRetransmits: null, maxPacketLifeTime: 100 });
    rig.send(bulk, 0, 100_000);
    rig.send(stream, 0);
    expect(rig.path.bufferedAmount(stream)).toBe(4);
    rig.run(60_000, 10);
    expect(rig.values(bulk)).toEqual([0]);
    expect(rig.values(stream)).toEqual([]);
    expect(rig.path.stats.abandoned).toBe(1);
    expect(rig.path.bufferedAmount(stream)).toBe(0);
  });

  it('deliver a message of many datagrams whole or not at all', () => {
    const rig = new Rig({ latencyMs: 5, lossRate: 0.1 });
    const stream = rig.path.openStream(UNRELIABLE);
    for (const value of upTo(500)) {
      rig.send(stream, value, 4 * CHUNK_BYTES);
      rig.run(250, 250);
    }
    rig.run(2000, 10);
    expect(rig.deliveries.every(({ payload }) => payload.length === 4 * CHUNK_BYTES)).toBe(true);
    const arrives = 0.9 ** 4;
    expect(Math.abs(rig.deliveries.length - 500 * arrives)).toBeLessThan(threeSigma(500, arrives));
  });
});

describe('SimulatedPath and its window (D18)', () => {
  it('fills a limited bandwidth to within 5 %, and never more', () => {
    const rig = new Rig({ latencyMs: 20, bandwidthBps: 2_000_000, queuePackets: 1000 });
    const stream = rig.path.openStream(RELIABLE);
    const messages = 1000;
    for (const value of upTo(messages)) rig.send(stream, value, CHUNK_BYTES);
    while (rig.deliveries.length < messages) rig.run(1);
    const bits = messages * (CHUNK_BYTES + DATAGRAM_OVERHEAD_BYTES) * 8;
    const bitsPerSecond = (bits * 1000) / (rig.clock.now() - 20);
    expect(bitsPerSecond).toBeGreaterThan(1_900_000);
    expect(bitsPerSecond).toBeLessThanOrEqual(2_000_000);
  });

  it('sends again what a small queue dropped, and keeps the link busy', () => {
    const rig = new Rig({ latencyMs: 20, bandwidthBps: 2_000_000, queuePackets: 20 });
    const stream = rig.path.openStream(RELIABLE);
    for (const value of upTo(5000)) rig.send(stream, value, CHUNK_BYTES);
    rig.run(20_000, 5);
    const received = rig.deliveries.length;
    expect(rig.link.stats.queueDropped).toBeGreaterThan(0);
    expect((received * CHUNK_BYTES * 8) / 20).toBeGreaterThan(1_200_000);
    rig.run(60_000, 5);
    expect(rig.values(stream)).toEqual(upTo(5000));
  });

  it('puts a window in flight at first, reports what waits behind it, and drains', () => {
    const rig = new Rig({ latencyMs: 50 });
    const stream = rig.path.openStream(RELIABLE);
    rig.send(stream, 0, 4 * CHUNK_BYTES);
    expect(rig.path.bufferedAmount(stream)).toBe(0);
    rig.send(stream, 1, 26 * CHUNK_BYTES);
    expect(rig.path.bufferedAmount(stream)).toBe(20 * CHUNK_BYTES);
    rig.run(99);
    expect(rig.path.bufferedAmount(stream)).toBe(20 * CHUNK_BYTES);
    rig.run(1);
    expect(rig.path.bufferedAmount(stream)).toBe(0);
    rig.run(100);
    expect(rig.values(stream)).toEqual([0, 1]);
  });

  it('does not widen a window that is not used', () => {
    const rig = new Rig({ latencyMs: 10 });
    const stream = rig.path.openStream(RELIABLE);
    rig.sendMany(stream, 100, 20);
    rig.send(stream, 100, 30 * CHUNK_BYTES);
    expect(rig.path.bufferedAmount(stream)).toBe(20 * CHUNK_BYTES);
  });

  it('halves the window once for all losses of one moment', () => {
    const rig = new Rig({ latencyMs: 10, partitioned: true });
    const stream = rig.path.openStream(UNRELIABLE);
    for (const value of upTo(10)) rig.send(stream, value, CHUNK_BYTES);
    rig.run(200);
    rig.link.setConditions({ partitioned: false });
    rig.send(stream, 10, 30 * CHUNK_BYTES);
    expect(rig.path.bufferedAmount(stream)).toBe(25 * CHUNK_BYTES);
  });

  it('begins with one datagram again when what it sent again was lost, too', () => {
    const rig = new Rig({ latencyMs: 10, partitioned: true });
    const stream = rig.path.openStream(RELIABLE);
    rig.send(stream, 0, CHUNK_BYTES);
    rig.run(599);
    rig.link.setConditions({ partitioned: false });
    rig.run(21);
    expect(rig.values(stream)).toEqual([0]);
    // One that filled the window was acknowledged, so that it doubled.
    rig.send(stream, 1, 30 * CHUNK_BYTES);
    expect(rig.path.bufferedAmount(stream)).toBe(28 * CHUNK_BYTES);
  });

  it('lowers the buffered amount with time, without a pump', () => {
    const rig = new Rig({ latencyMs: 50 });
    const stream = rig.path.openStream(RELIABLE);
    rig.send(stream, 0, 30 * CHUNK_BYTES);
    rig.clock.advance(100);
    expect(rig.path.bufferedAmount(stream)).toBe(0);
    expect(rig.deliveries).toEqual([]);
  });

  it('counts the buffered amount for each stream alone', () => {
    const rig = new Rig({ latencyMs: 50 });
    const [a, b] = [rig.path.openStream(RELIABLE), rig.path.openStream(UNRELIABLE)];
    rig.send(a, 0, 12 * CHUNK_BYTES);
    rig.send(b, 1, 100);
    expect([rig.path.bufferedAmount(a), rig.path.bufferedAmount(b)]).toEqual([2 * CHUNK_BYTES, 100]);
  });
});

describe('SimulatedPath in a partition (D18)', () => {
  it('of 5 s loses what is unreliable and, once healed, delivers all that is reliable, once and in order', () => {
    const rig = new Rig({ latencyMs: 40, jitterMs: 5 });
    const reliable = rig.path.openStream(RELIABLE);
    const unreliable = rig.path.openStream(UNRELIABLE);
    const ordered = rig.path.openStream(UNRELIABLE_ORDERED);
    const [cutAt, healedAt] = [100, 350];
    for (const value of upTo(500)) {
      if (value === cutAt) rig.link.setConditions({ partitioned: true });
      if (value === healedAt) rig.link.setConditions({ partitioned: false });
      for (const stream of [reliable, unreliable, ordered]) rig.send(stream, value);
      rig.run(20, 20);
    }
    rig.run(10_000, 20);
    expect(rig.values(reliable)).toEqual(upTo(500));
    const survivors = upTo(500).filter((value) => value < cutAt || value >= healedAt);
    expect(rig.values(unreliable)).toEqual(survivors);
    expect(rig.values(ordered)).toEqual(survivors);
  });

  it('delivers afterwards what an unreliable stream could not even send, as real stacks do', () => {
    const rig = new Rig({ latencyMs: 40, partitioned: true });
    const stream = rig.path.openStream(UNRELIABLE);
    for (const value of upTo(100)) rig.send(stream, value, CHUNK_BYTES);
    expect(rig.path.bufferedAmount(stream)).toBe(90 * CHUNK_BYTES);
    rig.link.setConditions({ partitioned: false });
    rig.run(2000);
    expect(rig.values(stream)).toEqual(upTo(100).slice(10));
  });

  it('delivers what was under way when it began, and nothing else', () => {
    const rig = new Rig({ latencyMs: 40 });
    const stream = rig.path.openStream(RELIABLE);
    rig.send(stream, 0);
    rig.run(10);
    rig.link.setConditions({ partitioned: true });
    rig.send(stream, 1);
    rig.run(5000);
    expect(rig.values(stream)).toEqual([0]);
  });
});

describe('SimulatedPath when conditions change (D18)', () => {
  it('leaves datagrams in flight alone and treats later ones by the new conditions', () => {
    const rig = new Rig({ latencyMs: 200 });
    const stream = rig.path.openStream(UNRELIABLE);
    rig.send(stream, 0);
    rig.run(50);
    rig.link.setConditions({ latencyMs: 20 });
    rig.send(stream, 1);
    rig.run(200);
    expect(rig.deliveries.map(({ at }) => at)).toEqual([70, 200]);
    expect(rig.values(stream)).toEqual([1, 0]);
  });

  it('does under the old conditions what was due under them, though nobody pumped', () => {
    const rig = new Rig({ partitioned: true });
    const stream = rig.path.openStream({ ...UNRELIABLE, maxRetransmits: 3 });
    rig.send(stream, 0);
    // Attempts at 0, 200, 600 and 1400 all fall into the partition.
    rig.clock.advance(10_000);
    rig.link.setConditions({ partitioned: false });
    rig.run(100);
    expect(rig.deliveries).toEqual([]);
    expect(rig.path.stats.abandoned).toBe(1);
  });

  it('takes the latency of the way back for what opens the window', () => {
    const rig = new Rig({ latencyMs: 10 });
    rig.reverse.setConditions({ latencyMs: 300 });
    const stream = rig.path.openStream(RELIABLE);
    rig.send(stream, 0, 15 * CHUNK_BYTES);
    rig.run(309);
    expect(rig.path.bufferedAmount(stream)).toBe(5 * CHUNK_BYTES);
    rig.run(1);
    expect(rig.path.bufferedAmount(stream)).toBe(0);
  });
});

describe('SimulatedPath, closing (D18)', () => {
  it.each([
    ['reliable', RELIABLE],
    ['reliable unordered', RELIABLE_UNORDERED],
    ['unreliable', UNRELIABLE],
    ['unreliable ordered', UNRELIABLE_ORDERED],
  ])('a %s stream is seen once, after its last message, however bad the link', (_, reliability) => {
    const rig = new Rig(ROUGH);
    const stream = rig.path.openStream(reliability);
    for (const value of upTo(200)) rig.send(stream, value, 500);
    rig.path.closeStream(stream);
    rig.path.closeStream(stream);
    expect(() => rig.send(stream, 0)).toThrow('is not open');
    rig.run(60_000, 5);
    expect(rig.closed).toHaveLength(1);
    expect(rig.closed[0]).toMatchObject({ stream, after: rig.deliveries.length });
    expect(rig.path.stats.delivered + rig.path.stats.abandoned).toBe(200);
    expect(rig.path.nextDueAt()).toBe(Number.POSITIVE_INFINITY);
  });

  it('a stream does not cross a partition, and frees its number once it was seen', () => {
    const rig = new Rig({ latencyMs: 10, partitioned: true });
    const stream = rig.path.openStream(UNRELIABLE);
    rig.path.closeStream(stream);
    rig.run(5000);
    expect(rig.closed).toEqual([]);
    expect(() => rig.path.openStream(RELIABLE, stream)).toThrow('is open');
    rig.link.setConditions({ partitioned: false });
    rig.run(5000);
    expect(rig.closed).toHaveLength(1);
    rig.path.closeStream(stream);
    expect(rig.path.openStream(RELIABLE, stream)).toBe(stream);
  });

  it('the path ends everything at once', () => {
    const rig = new Rig({ latencyMs: 10 });
    const stream = rig.path.openStream(RELIABLE);
    rig.send(stream, 0, 100_000);
    rig.run(5);
    rig.path.close();
    rig.link.setConditions({ latencyMs: 5 });
    rig.run(1000);
    expect(rig.deliveries).toEqual([]);
    expect(rig.closed).toEqual([]);
    expect(rig.path.bufferedAmount(stream)).toBe(0);
    expect(rig.path.nextDueAt()).toBe(Number.POSITIVE_INFINITY);
    expect(() => rig.send(stream, 0)).toThrow('is not open');
    expect(() => rig.path.openStream(RELIABLE)).toThrow('The path is closed');
  });

  it('the path from a callback delivers nothing more', () => {
    const seen: number[] = [];
    const path: SimulatedPath = new SimulatedPath({
      clock: new ManualClock(),
      link: new SimulatedLink(1),
      deliver: (_, payload) => {
        seen.push(payload[0]!);
        path.close();
      },
    });
    const stream = path.openStream(RELIABLE);
    for (const value of [0, 1]) path.send(stream, Uint8Array.of(value), false);
    path.pump();
    path.pump();
    expect(seen).toEqual([0]);
  });
});

describe('SimulatedPath on the presets (D18)', () => {
  it.each(Object.entries(LINK_PRESETS))('%s delivers a reliable game stream completely', (_, conditions) => {
    const rig = new Rig(conditions);
    const stream = rig.path.openStream(RELIABLE);
    rig.sendMany(stream, 500, 16);
    rig.run(20_000, 16);
    expect(rig.values(stream)).toEqual(upTo(500));
  });
});
