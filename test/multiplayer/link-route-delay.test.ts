import { describe, expect, it } from 'vitest';
import { QueueMeter } from '../../src/multiplayer/link/queue-meter.js';
import { RouteDelay } from '../../src/multiplayer/link/route-delay.js';

const EVERY_MS = 20;

/** Messages every 20 ms that take as long as these say, in turn. */
function add(route: RouteDelay, delays: readonly number[], ms: number, isLoaded: boolean, from = 0): number {
  let now = from;
  for (let i = 0; now < from + ms; i += 1) {
    now += EVERY_MS;
    const delay = delays[i % delays.length]!;
    route.add(delay, delay, now, isLoaded);
  }
  return now;
}

describe('the delay of the route', () => {
  it('is the shortest as long as there was always enough under way for a queue', () => {
    const route = new RouteDelay();
    expect(route.at(0)).toBe(Number.POSITIVE_INFINITY);
    const now = add(route, [70, 50, 60], 1000, true);
    expect([route.at(now), route.at(now + 11_000)]).toEqual([50, Number.POSITIVE_INFINITY]);
  });

  it('allows on an uneven route for what is usual, and on a busy link as long as that lasts', () => {
    const route = new RouteDelay();
    const uneven = [30, 40, 50, 60];
    const then = add(route, uneven, 1000, false);
    const usual = route.at(then);
    expect(usual).toBeGreaterThan(55);
    expect(usual).toBeLessThan(75);
    const now = add(
      route,
      uneven.map((delay) => delay + 20),
      90_000,
      true,
      then,
    );
    expect(route.at(now)).toBeGreaterThan(55);
    expect(route.at(now)).toBeLessThan(75);
  });

  it('does not grow with the queue of a busy link', () => {
    const route = new RouteDelay();
    const now = add(route, [66], 60_000, true, add(route, [50], 1000, false));
    expect(route.at(now)).toBe(50);
  });

  it('becomes shorter, and more even, also on a busy link', () => {
    const route = new RouteDelay();
    const then = add(route, [80, 120], 1000, false);
    expect(route.at(then)).toBeGreaterThan(130);
    const now = add(route, [28, 32], 10_000, true, then);
    expect(route.at(now)).toBeLessThan(40);
  });

  it('that was found to be longer is as uneven as before', () => {
    const route = new RouteDelay();
    const then = add(route, [40, 60], 1000, false);
    const before = route.at(then);
    route.lengthen(30, then);
    expect(route.at(then)).toBeCloseTo(before + 30);
  });

  it('begins anew after a silence', () => {
    const route = new RouteDelay();
    const then = add(route, [10, 90], 1000, false);
    route.forgetUsual();
    expect(route.at(then)).toBe(10);
    route.add(200, 200, then, false);
    expect(route.at(then)).toBe(200);
  });
});

describe('the queue', () => {
  const sample = { gapMs: 16, isTimed: true };

  /** One that knows a route of 50 ms. */
  function meterOf50(): QueueMeter {
    const meter = new QueueMeter();
    for (let now = 0; now < 1000; now += 50) meter.add({ ...sample, now, forwardMs: 50 }, false, 0);
    return meter;
  }

  it('is what the last three messages took longer than the route', () => {
    const meter = meterOf50();
    const standing = [90, 85, 95, 50].map((forwardMs, i) => {
      meter.add({ ...sample, now: 1000 + i * 50, forwardMs }, true, 0);
      return meter.standingMs;
    });
    expect(standing).toEqual([0, 0, 35, 0]);
  });

  it('that turns out to be the route is none: by what all messages showed, not by one that came even later', () => {
    const meter = meterOf50();
    for (const [i, forwardMs] of [80, 80, 170].entries()) {
      meter.add({ ...sample, now: 1000 + i * 50, forwardMs }, true, 0);
    }
    meter.takeForRoute(1100);
    expect([meter.standingMs, meter.lastMs]).toEqual([0, 0]);
    for (let i = 0; i < 3; i += 1) meter.add({ ...sample, now: 1200 + i * 50, forwardMs: 100 }, true, 0);
    expect(meter.standingMs).toBe(20);
  });

  it('is seen at once behind a peer that polled once per second for a while', () => {
    const meter = meterOf50();
    for (let i = 0; i < 20; i += 1) {
      meter.add({ now: 1000 + i * 1000, forwardMs: 50 + ((i * 370) % 1000), gapMs: 1000, isTimed: true }, false, 0);
    }
    for (let i = 0; i < 3; i += 1) meter.add({ ...sample, now: 21_000 + i * 50, forwardMs: 100 }, true, 0);
    expect(meter.standingMs).toBe(50);
  });

  it('without an unreliable message is what all waited for two seconds, counted anew after a silence', () => {
    const meter = meterOf50();
    const held = (from: number, ms: number): number => {
      for (let now = from; now <= from + ms; now += 50) {
        meter.add({ now, forwardMs: 90, gapMs: 16, isTimed: false }, true, 10);
      }
      return meter.standingMs;
    };
    expect([held(1000, 1900), held(2950, 100)]).toEqual([0, 30]);
    meter.startOver();
    expect([held(3100, 1900), held(5050, 100)]).toEqual([0, 30]);
  });
});
