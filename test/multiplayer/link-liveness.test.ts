import { describe, expect, it } from 'vitest';
import { ByeReason } from '../../src/multiplayer/link/bye-message.js';
import { Liveness } from '../../src/multiplayer/link/liveness.js';
import { LinkRig, RELIABLE_LANE, UNRELIABLE_LANE } from '../support/link-rig.js';

const FRAME = 1000 / 60;
const LIMITS = {
  unresponsiveAfterMs: 3000,
  goneAfterMs: 10_000,
  hiddenUnresponsiveAfterMs: 15_000,
  hiddenGoneAfterMs: 60_000,
};

describe('liveness over a link (users 2, D20)', () => {
  it('a killed peer is unresponsive within 3 s and gone after 10 s', () => {
    for (const lossRate of [0, 0.2]) {
      const rig = new LinkRig({ conditions: { latencyMs: 50, jitterMs: 20, lossRate } });
      rig.run(5000, FRAME);
      expect(rig.a.kinds).toEqual([]);
      // The worst moment: it was heard just before.
      rig.b.link.put(RELIABLE_LANE, Uint8Array.of(1));
      rig.b.link.flush();
      rig.b.isDead = true;
      const diedAt = rig.clock.now();
      rig.run(12_000, FRAME);
      expect(rig.a.kinds).toEqual(['unresponsive', 'gone']);
      expect(rig.a.events[0]!.at - diedAt).toBeLessThan(3000);
      expect(rig.a.events[0]!.at - diedAt).toBeGreaterThan(1500);
      expect(rig.a.events[1]!.at - diedAt).toBeGreaterThan(8500);
      expect(rig.a.events[1]!.at - diedAt).toBeLessThan(10_200);
      expect(rig.a.link.ended).toEqual({ kind: 'timeout' });
    }
  });

  it('a clean leave is noticed within 250 ms, with its reason', () => {
    for (const conditions of [{ latencyMs: 50 }, { latencyMs: 50, lossRate: 0.1 }]) {
      for (let seed = 1; seed <= 20; seed += 1) {
        const rig = new LinkRig({ conditions, seed });
        rig.run(1000, FRAME);
        rig.b.link.leave(ByeReason.SHUTDOWN);
        const leftAt = rig.clock.now();
        // Both messages lost is a chance of 1 in 100; then the reliable one is repeated.
        rig.run(1000, FRAME);
        expect(rig.a.events.at(-1)!.event).toEqual({ kind: 'gone', cause: { kind: 'left', reason: 2 } });
        if (!conditions.lossRate) expect(rig.a.events.at(-1)!.at - leftAt).toBeLessThan(250);
        expect(rig.b.kinds).toEqual([]);
        expect(rig.b.link.ended).toEqual({ kind: 'closed' });
      }
    }
  });

  it('what was put before leaving still comes', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 40 } });
    rig.run(500, FRAME);
    for (let i = 0; i < 5; i += 1) rig.b.link.put(RELIABLE_LANE, Uint8Array.of(i + 1));
    rig.b.link.leave();
    rig.run(300, FRAME);
    expect(rig.a.taken.map(({ packet }) => packet[0])).toEqual([1, 2, 3, 4, 5]);
    expect(rig.a.kinds).toEqual(['gone']);
  });

  it('a goodbye that overtook reliable packets waits 150 ms for them, and no longer', () => {
    for (const areLost of [true, false]) {
      const rig = new LinkRig();
      rig.run(500, FRAME);
      // What it says is carried by hand from now on.
      rig.b.isDead = true;
      rig.b.sent = [];
      rig.b.link.put(RELIABLE_LANE, Uint8Array.of(7));
      rig.b.link.leave();
      const fast = rig.b.sent.filter(({ lane }) => lane === UNRELIABLE_LANE);
      const certain = rig.b.sent.filter(({ lane }) => lane === RELIABLE_LANE);
      expect([fast.length, certain.length]).toEqual([1, 2]);
      for (const { lane, message } of fast) rig.a.link.receive(lane, message);
      rig.run(140);
      expect(rig.a.kinds).toEqual([]);
      if (!areLost) for (const { lane, message } of certain) rig.a.link.receive(lane, message);
      rig.run(areLost ? 15 : 1);
      expect(rig.a.taken.map(({ packet }) => packet[0])).toEqual(areLost ? [] : [7]);
      expect(rig.a.kinds).toEqual(['gone']);
    }
  });

  it('a peer that stalls for 6 s comes back as responsive, and does not judge the others by its own absence', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 30, lossRate: 0.05 } });
    rig.run(3000, FRAME);
    rig.b.stalledUntil = rig.clock.now() + 6000;
    rig.run(9000, FRAME);
    expect(rig.a.kinds).toEqual(['unresponsive', 'responsive']);
    expect(rig.b.kinds).toEqual([]);
  });

  it('a cut route is found and found again by both', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 30 } });
    rig.run(2000, FRAME);
    rig.setConditions({ partitioned: true });
    rig.run(5000, FRAME);
    rig.setConditions({ partitioned: false });
    rig.run(3000, FRAME);
    expect(rig.a.kinds).toEqual(['unresponsive', 'responsive']);
    expect(rig.b.kinds).toEqual(['unresponsive', 'responsive']);
  });

  it('10 minutes of 20 % loss and 200 ms jitter give no false alarm', () => {
    for (let seed = 1; seed <= 3; seed += 1) {
      const rig = new LinkRig({ conditions: { latencyMs: 200, jitterMs: 200, lossRate: 0.2 }, seed });
      rig.run(600_000, FRAME);
      expect([rig.a.kinds, rig.b.kinds]).toEqual([[], []]);
    }
  });

  it('a hidden peer is waited for longer', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 30, lossRate: 0.1 } });
    rig.run(2000, FRAME);
    rig.b.link.setHidden(true);
    rig.run(FRAME, FRAME);
    rig.b.isDead = true;
    rig.run(12_000, FRAME);
    expect(rig.a.link.stats().isHidden).toBe(true);
    expect(rig.a.kinds).toEqual([]);
    rig.run(50_000, FRAME);
    expect(rig.a.kinds).toEqual(['unresponsive', 'gone']);
  });

  it('that its page is hidden, or seen again, a peer says at once and twice: on the fast lane and on the certain one', () => {
    const rig = new LinkRig();
    rig.run(2000, FRAME);
    for (const hidden of [true, false]) {
      rig.b.sent = [];
      rig.b.link.setHidden(hidden);
      rig.b.link.setHidden(hidden);
      expect(rig.b.sent.map(({ lane }) => lane)).toEqual([UNRELIABLE_LANE, RELIABLE_LANE]);
      for (const { lane, message } of rig.b.sent.slice(1)) rig.a.link.receive(lane, message);
      expect(rig.a.link.stats().isHidden).toBe(hidden);
    }
  });

  it('a transport in trouble makes a peer unresponsive until it is heard', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 30 } });
    rig.run(1000, FRAME);
    rig.a.link.suspect();
    rig.a.link.suspect();
    expect(rig.a.link.isUnresponsive).toBe(true);
    rig.run(1000, FRAME);
    expect(rig.a.kinds).toEqual(['unresponsive', 'responsive']);
  });

  it('the time-outs are configurable', () => {
    const rig = new LinkRig({ options: { unresponsiveAfterMs: 1000, goneAfterMs: 2000 } });
    rig.run(1000, FRAME);
    rig.b.isDead = true;
    rig.run(2100, FRAME);
    expect(rig.a.kinds).toEqual(['unresponsive', 'gone']);
  });

  it('silence costs a pulse every half second', () => {
    const rig = new LinkRig({ conditions: { latencyMs: 30 } });
    rig.run(5000, FRAME);
    const before = rig.a.link.stats().sent;
    rig.run(10_000, FRAME);
    const { messages, bytes } = rig.a.link.stats().sent;
    expect(messages - before.messages).toBeGreaterThanOrEqual(18);
    expect(messages - before.messages).toBeLessThanOrEqual(20);
    expect(bytes - before.bytes).toBe(41 * (messages - before.messages));
  });

  it('any packet is a sign of life', () => {
    const rig = new LinkRig();
    rig.run(1000, FRAME);
    const packet = Uint8Array.of(1, 99, 0, 99, 0, 0, 0, 0, 0, 1, 7);
    rig.b.isDead = true;
    for (let i = 0; i < 20; i += 1) {
      rig.run(500, FRAME);
      packet[3] = i;
      rig.a.link.receive(UNRELIABLE_LANE, packet.slice());
    }
    expect(rig.a.kinds).toEqual([]);
  });
});

describe('Liveness', () => {
  it('does not count the time in which nobody watched', () => {
    const liveness = new Liveness(LIMITS, 0);
    for (let now = 0; now <= 1000; now += 100) expect(liveness.watch(now)).toBeNull();
    expect(liveness.watch(60_000)).toBeNull();
    expect(liveness.silenceMs(60_000)).toBe(1250);
    for (let now = 60_000; now <= 61_700; now += 100) expect(liveness.watch(now)).toBeNull();
    expect(liveness.watch(61_800)).toBe('unresponsive');
  });

  it('tells each change once', () => {
    const liveness = new Liveness(LIMITS, 0);
    const seen: (string | null)[] = [];
    for (let now = 0; now <= 6000; now += 1000) seen.push(liveness.watch(now));
    expect(seen.filter(Boolean)).toEqual(['unresponsive']);
    liveness.heard(6500);
    expect(liveness.watch(6600)).toBe('responsive');
    expect(liveness.watch(6700)).toBeNull();
    for (let now = 7000; now <= 16_500; now += 500) seen.push(liveness.watch(now));
    expect(liveness.watch(16_600)).toBe('gone');
  });
});
