import { setErrorHandler } from 'scenewire';
import { PERFECT_LINK } from 'scenewire/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BAD_LINK, playRound } from '../../samples/arena/headless.js';
import { ARENA_RADIUS, type Contact, startOf, touch } from '../../samples/arena/sim/course.js';
import { KART_RADIUS, makeBody, stepKart, TICK, TOP_SPEED } from '../../samples/arena/sim/kart-body.js';
import { makeShot, SHOT_LIFE, stepShot } from '../../samples/arena/sim/shot-body.js';
import { inRoot } from '../../scripts/lib/paths.js';
import { runProgram } from './support/run-program.js';

/** Rounds are computed, not waited for; a busy machine takes its time. */
const PATIENCE_MS = 120_000;

const errors: string[] = [];
beforeEach(() => {
  errors.length = 0;
  setErrorHandler((text) => errors.push(text));
});
afterEach(() => {
  setErrorHandler(null);
  expect(errors).toEqual([]);
});

const sum = (lines: readonly string[], what: RegExp): number =>
  lines.reduce((total, line) => total + Number(what.exec(line)?.[1] ?? 0), 0);

describe('the simulation of the arena', () => {
  it('a kart that only accelerates reaches its top speed, and stays inside of the wall', () => {
    const body = makeBody({ x: 0, z: 8, heading: -Math.PI / 2 });
    let fastest = 0;
    for (let time = 0; time < 10; time += TICK) {
      stepKart(body, { throttle: 1, steer: 0, drift: false, fire: false }, []);
      fastest = Math.max(fastest, Math.hypot(body.vx, body.vz));
      expect(Math.hypot(body.x, body.z)).toBeLessThanOrEqual(ARENA_RADIUS - KART_RADIUS + 1e-9);
    }
    expect(fastest).toBeGreaterThan(TOP_SPEED * 0.75);
    expect(fastest).toBeLessThanOrEqual(TOP_SPEED);
  });

  it('every start is free, and two karts in one place are pushed apart', () => {
    const contact: Contact = { depth: 0, nx: 0, nz: 0 };
    for (let slot = 0; slot < 8; slot += 1) {
      const { x, z } = startOf(slot);
      expect(touch(x, z, KART_RADIUS, contact), `slot ${slot}`).toBe(false);
    }
    const [a, b] = [makeBody({ x: 10, z: 0.1, heading: 0 }), makeBody({ x: 10, z: 0, heading: 0 })];
    const nothing = { throttle: 0, steer: 0, drift: false, fire: false };
    for (let tick = 0; tick < 30; tick += 1) {
      stepKart(a, nothing, [b]);
      stepKart(b, nothing, [a]);
    }
    expect(Math.hypot(a.x - b.x, a.z - b.z)).toBeGreaterThan(2 * KART_RADIUS - 0.01);
  });

  it('a shot flies the same way for everybody: by nothing but where it began', () => {
    const ends = [0, 1].map(() => {
      const shot = makeShot(3, 12, 0.7);
      while (stepShot(shot)) expect(Math.hypot(shot.x, shot.z)).toBeLessThan(ARENA_RADIUS);
      return shot;
    });
    expect(ends[0]).toEqual(ends[1]);
    expect(ends[0]?.age).toBeLessThanOrEqual(SHOT_LIFE + TICK);
  });
});

describe('a round of the arena', () => {
  for (const [name, link] of [
    ['a perfect link', PERFECT_LINK],
    ['60 ± 20 ms and 5 % loss each way', BAD_LINK],
  ] as const) {
    it(
      `with eight bots at four peers ends with the same scores and positions for all of them, over ${name}`,
      () => {
        const [first = [], ...others] = playRound(40, link);
        expect(others).toHaveLength(3);
        for (const other of others) expect(other).toEqual(first);
        expect(first[0]).toBe('round 1, over');
        expect(first).toHaveLength(9);
        const wrecks = sum(first, /(\d+) wrecks/);
        expect(wrecks).toBeGreaterThan(4);
        expect(sum(first, /(\d+) points/)).toBe(wrecks);
      },
      PATIENCE_MS,
    );
  }

  it(
    'headless.ts plays one and the process ends by itself',
    async () => {
      const { code, lines } = await runProgram(inRoot('samples/arena/headless.ts'));
      expect(lines.at(-1)).toBe('All four agree.');
      expect(code).toBe(0);
    },
    PATIENCE_MS,
  );
});
