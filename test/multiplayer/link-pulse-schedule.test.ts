import { beforeEach, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { Arrivals } from '../../src/multiplayer/link/arrivals.js';
import { Outlet } from '../../src/multiplayer/link/outlet.js';
import { PulseSchedule } from '../../src/multiplayer/link/pulse-schedule.js';
import { LANES, RELIABLE_LANE, UNRELIABLE_LANE } from '../support/link-rig.js';

const KIB = 1024;
/** When the last pulse went out; the link is no longer young then. */
const SENT_AT = 10_000;

let arrivals: Arrivals;
let outlet: Outlet;
let schedule: PulseSchedule;

beforeEach(() => {
  arrivals = new Arrivals();
  outlet = new Outlet({ send: () => Err.OK, buffered: () => 0 }, LANES);
  schedule = new PulseSchedule();
  for (let i = 0; i < 20; i += 1) schedule.sent(SENT_AT, arrivals, false);
});

/** After how many milliseconds a poll sends the next pulse. */
function dueAfter(asks = false): number {
  for (let ms = 0; ms < 1000; ms += 1) if (schedule.isDue(SENT_AT + ms, arrivals, outlet, asks)) return ms;
  return Number.POSITIVE_INFINITY;
}

const arrive = (bytes: number): void => arrivals.add(1, bytes, SENT_AT, 0, true);
const send = (lane: number, bytes: number): boolean => outlet.send(lane, new Uint8Array(bytes), SENT_AT);

it('silence is filled every 500 ms, and what arrived is reported after 50 ms', () => {
  expect(dueAfter()).toBe(500);
  arrive(150);
  expect(dueAfter()).toBe(500);
  arrive(1);
  expect(dueAfter()).toBe(50);
});

it('12 KiB are reported after 10 ms to a peer that waits for it, and to one that sends much at once', () => {
  arrive(12 * KIB);
  expect(dueAfter()).toBe(10);
  expect(schedule.isDue(SENT_AT + 21, arrivals, outlet, false)).toBe(false);
  schedule.heard(true);
  expect(schedule.isDue(SENT_AT + 21, arrivals, outlet, false)).toBe(true);
  schedule.heard(false);
  expect(schedule.isDue(SENT_AT + 21, arrivals, outlet, false)).toBe(false);
  arrive(KIB);
  expect(schedule.isDue(SENT_AT + 21, arrivals, outlet, false)).toBe(true);
});

it('a peer that asks is answered after 150 ms, though nothing has arrived', () => {
  schedule.heard(true);
  expect(dueAfter()).toBe(150);
  schedule.sent(SENT_AT, arrivals, false);
  expect(dueAfter()).toBe(500);
});

it('that something waits is told at once, and then every 150 ms', () => {
  expect(dueAfter(true)).toBe(10);
  schedule.sent(SENT_AT, arrivals, true);
  expect(dueAfter(true)).toBe(150);
});

it('reliable data is measured every 150 ms; when it has to wait every 50 ms, or after 10 ms when it is 12 KiB', () => {
  send(RELIABLE_LANE, 4 * KIB);
  expect(dueAfter()).toBe(150);
  schedule.sent(SENT_AT, arrivals, true);
  expect(dueAfter(true)).toBe(50);
  send(RELIABLE_LANE, 8 * KIB);
  expect(dueAfter(true)).toBe(10);
  expect(dueAfter()).toBe(150);
  // Which measures by itself.
  send(UNRELIABLE_LANE, KIB);
  expect(dueAfter()).toBe(500);
});

it('little reliable data needs no measuring', () => {
  send(RELIABLE_LANE, KIB);
  expect(dueAfter()).toBe(500);
});

it('a poll may rest exactly until something becomes due', () => {
  expect(schedule.quietUntil(arrivals, outlet)).toBe(SENT_AT + 500);
  schedule.heard(true);
  expect(schedule.quietUntil(arrivals, outlet)).toBe(0);
});
