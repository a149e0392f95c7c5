import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/core/clock.js';
import { Err } from '../../src/core/err.js';
import { Freshness } from '../../src/multiplayer/link/freshness.js';
import { PeerLink } from '../../src/multiplayer/link/peer-link.js';
import {
  indexOf,
  LANES,
  LinkRig,
  ORDERED_LANE,
  percentile,
  putAt,
  RELIABLE_LANE,
  stamped,
  UNRELIABLE_LANE,
} from '../support/link-rig.js';

const FRAME = 1000 / 60;

/** 2 Mbit/s of unreliable packets and 20 reliable ones per second for half a minute. */
function overload(rig: LinkRig, lane: number, frameMs: number): { state: number[]; calls: number[]; callsPut: number } {
  const state: number[] = [];
  const calls: number[] = [];
  rig.b.onPacket = ({ at, lane: from, packet }) => {
    (from === RELIABLE_LANE ? calls : state).push(at - putAt(packet));
  };
  let [bytesDue, callsDue, callsPut] = [0, 0, 0];
  rig.run(30_000, frameMs, (now) => {
    bytesDue += (frameMs * 2_000_000) / 8000;
    callsDue += frameMs / 50;
    for (; bytesDue >= 200; bytesDue -= 200) rig.a.link.put(lane, stamped(now, 200));
    for (; callsDue >= 1; callsDue -= 1, callsPut += 1) rig.a.link.put(RELIABLE_LANE, stamped(now, 100));
  });
  return { state, calls, callsPut };
}

describe('freshness on a slow link (users 7)', () => {
  it('256 kbit/s, queue 100, 2 Mbit/s offered: state younger than 300 ms, calls within 1 s, each 95 of 100', () => {
    for (const lane of [UNRELIABLE_LANE, ORDERED_LANE]) {
      for (const latencyMs of [10, 30]) {
        const rig = new LinkRig({ conditions: { latencyMs, bandwidthBps: 256_000, queuePackets: 100 } });
        const { state, calls, callsPut } = overload(rig, lane, FRAME);
        expect(percentile(state, 0.95)).toBeLessThan(300);
        expect(percentile(calls, 0.95)).toBeLessThan(1000);
        // And the link is used: 80 of 100 bits are packets and their headers.
        expect(rig.a.network.stats.bytes * 8).toBeGreaterThan(0.8 * 256_000 * 30);
        expect(rig.a.network.stats.queueDropped).toBe(0);
        rig.run(1000, FRAME);
        expect(calls.length).toBe(callsPut);
      }
    }
  });

  it('what is sent, lost, dropped at the sender and dropped at the receiver adds up', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 30, bandwidthBps: 256_000, lossRate: 0.05 } });
    const { state } = overload(rig, UNRELIABLE_LANE, FRAME);
    rig.run(2000, FRAME);
    const { drops, lanes } = rig.a.link.stats();
    const held = drops['held-too-long'] + drops['held-too-many'] + drops['held-overtaken'];
    expect(lanes[UNRELIABLE_LANE]!.sent.packets + held).toBe(Math.floor((30_000 * 2_000_000) / 8000 / 200));
    const seen = rig.b.link.stats();
    expect(seen.lanes[UNRELIABLE_LANE]!.received.packets).toBe(state.length);
    expect(seen.drops.overtaken).toBe(0);
  });

  it('of several frames the newest goes first, and within a frame everybody has a turn', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 30, bandwidthBps: 256_000, queuePackets: 100 } });
    const seen = new Map<number, number>();
    rig.b.onPacket = ({ packet }) => seen.set(indexOf(packet), (seen.get(indexOf(packet)) ?? 0) + 1);
    // 20 objects of 200 bytes at 60 per second: about one in eight gets through.
    rig.run(20_000, FRAME, (now) => {
      for (let i = 0; i < 20; i += 1) rig.a.link.put(UNRELIABLE_LANE, stamped(now, 200, i));
    });
    expect(seen.size).toBe(20);
    const counts = [...seen.values()];
    expect(Math.min(...counts)).toBeGreaterThan(Math.max(...counts) / 3);
  });

  it('after 6 s in which the receiver stalled, nothing older than 500 ms is handed out', () => {
    for (const conditions of [{ latencyMs: 30 }, { latencyMs: 30, bandwidthBps: 1_000_000, lossRate: 0.02 }]) {
      const rig = new LinkRig({ conditions });
      const ages: number[] = [];
      rig.b.onPacket = ({ at, packet }) => ages.push(at - putAt(packet));
      const play = (now: number): void => {
        for (const lane of [ORDERED_LANE, UNRELIABLE_LANE]) rig.a.link.put(lane, stamped(now, 200));
      };
      rig.run(3000, FRAME, play);
      rig.b.stalledUntil = rig.clock.now() + 6000;
      const before = ages.length;
      rig.run(8000, FRAME, play);
      expect(ages.length - before).toBeGreaterThan(100);
      expect(Math.max(...ages)).toBeLessThan(500);
      expect(rig.b.link.stats().drops.stale).toBeGreaterThan(0);
      expect(rig.a.kinds).toEqual(['unresponsive', 'responsive']);
    }
  });

  it('a peer whose machine slept for a minute, its clock too, is believed again within 2 s', () => {
    for (const sleeper of ['a', 'b'] as const) {
      const options = { unresponsiveAfterMs: 100_000, goneAfterMs: 100_000 };
      const rig = new LinkRig({ conditions: { latencyMs: 40 }, offsetMs: 100_000, options });
      const play = (now: number): void => void rig[sleeper].link.put(UNRELIABLE_LANE, stamped(now, 50));
      rig.run(3000, FRAME, play);
      rig.sleepB(60_000);
      rig.run(2000, FRAME, play);
      const { taken } = sleeper === 'a' ? rig.b : rig.a;
      taken.length = 0;
      rig.run(1000, FRAME, play);
      expect(taken.length).toBeGreaterThan(55);
    }
  });

  it('a route that takes longer than the limit by itself is no reason to drop everything', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 800, jitterMs: 100 } });
    rig.run(10_000, FRAME, (now) => void rig.a.link.put(UNRELIABLE_LANE, stamped(now, 50)));
    expect(rig.b.taken.length).toBeGreaterThan(400);
    expect(rig.b.link.stats().drops.stale).toBeLessThan(20);
  });

  it('a receiver that polls rarely is not taken for a slow route', () => {
    for (const [pollMs, share] of [
      [50, 0.95],
      [100, 0.95],
      [250, 0.9],
    ] as const) {
      const rig = new LinkRig({ conditions: { latencyMs: 30 } });
      let [put, frameAt, pollAt] = [0, 0, 0];
      rig.run(20_000, 3.7, (now) => {
        if (now >= pollAt) pollAt = Math.max(now, pollAt + pollMs);
        rig.b.stalledUntil = pollAt;
        if (now < frameAt) return;
        frameAt = Math.max(now, frameAt + FRAME);
        for (let i = 0; i < 200; i += 1, put += 1) rig.a.link.put(UNRELIABLE_LANE, stamped(now, 32));
      });
      expect(rig.b.taken.length / put).toBeGreaterThan(share);
    }
  });

  it('jitter and loss alone drop nothing', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 100, jitterMs: 50, lossRate: 0.1 } });
    rig.run(20_000, FRAME, (now) => void rig.a.link.put(UNRELIABLE_LANE, stamped(now, 50)));
    expect(rig.b.link.stats().drops).toEqual(
      expect.objectContaining({ stale: 0, overtaken: 0, repeated: 0, flood: 0 }),
    );
    const { drops } = rig.a.link.stats();
    expect(drops['held-too-long'] + drops['held-too-many']).toBe(0);
  });
});

describe('what finds no room at the sender', () => {
  /** A link whose transport is full until `isFull` is false; each packet is a message of its own. */
  function held(lane: number) {
    const clock = new ManualClock(1000);
    const state = { isFull: true };
    const sent: number[] = [];
    const send = (_lane: number, message: Uint8Array): Err => {
      if (message[0] === 2) sent.push(message.at(-1)!);
      return Err.OK;
    };
    const transport = { send, buffered: (): number => (state.isFull ? 100_000 : 0) };
    const link = new PeerLink({ clock, lanes: LANES, transport });
    // As much as the transport takes before anybody asks it.
    link.put(lane, new Uint8Array(4200));
    sent.length = 0;
    const frame = (values: readonly number[]): void => {
      for (const value of values) link.put(lane, new Uint8Array(1300).fill(value));
      link.flush();
      clock.advance(10);
    };
    return { link, clock, state, sent, frame, drops: () => link.stats().drops };
  }

  it('goes later, that of the newest frame first; on an ordered lane what is older is dropped', () => {
    for (const [lane, order, dropped] of [
      [UNRELIABLE_LANE, [3, 2, 1], 0],
      [ORDERED_LANE, [3], 2],
    ] as const) {
      const { link, state, sent, frame, drops } = held(lane);
      for (const value of [1, 2, 3]) frame([value]);
      expect(sent).toEqual([]);
      state.isFull = false;
      for (let i = 0; i < 3; i += 1) link.poll();
      expect([sent, drops()['held-overtaken']]).toEqual([order, dropped]);
    }
  });

  it('is dropped after 100 ms, and the oldest when there are more than 64 messages of a lane', () => {
    const late = held(UNRELIABLE_LANE);
    late.frame([1]);
    late.clock.advance(95);
    late.link.poll();
    expect(late.drops()['held-too-long']).toBe(1);
    const many = held(UNRELIABLE_LANE);
    many.frame(Array.from({ length: 70 }, (_, i) => i));
    expect(many.drops()['held-too-many']).toBe(6);
    many.state.isFull = false;
    many.link.poll();
    expect(Math.min(...many.sent)).toBeGreaterThanOrEqual(6);
  });
});

describe('Freshness', () => {
  it('an ordered lane takes what is newer than all before, across the wrap', () => {
    const freshness = new Freshness(true);
    const verdicts = [65_533, 65_535, 65_534, 65_535, 1, 0, 40_000].map((sequence) => freshness.judge(sequence));
    expect(verdicts).toEqual(['fresh', 'fresh', 'overtaken', 'repeated', 'fresh', 'overtaken', 'overtaken']);
  });

  it('an unordered lane takes each once', () => {
    const freshness = new Freshness(false);
    const verdicts = [10, 12, 11, 11, 12, 300, 45, 44, 43].map((sequence) => freshness.judge(sequence));
    expect(verdicts).toEqual([
      'fresh',
      'fresh',
      'fresh',
      'repeated',
      'repeated',
      'fresh',
      'fresh',
      'overtaken',
      'overtaken',
    ]);
  });

  it('counts what is missing, and takes it back when it comes late', () => {
    const freshness = new Freshness(false);
    const gaps = [5, 6, 9, 7, 8, 8].map((sequence) => {
      freshness.judge(sequence);
      return freshness.lastGap;
    });
    expect(gaps).toEqual([0, 0, 2, -1, -1, 0]);
  });
});
