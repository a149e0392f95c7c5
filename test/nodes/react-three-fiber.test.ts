import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/browsers.js';
import { type PageServer, servePage } from './support/page-server.js';

interface State {
  readonly log: readonly string[];
  readonly frames: number;
  readonly polls: number;
  readonly draws: number;
  /** Networks that were made, those that are attached, and those that the host is connected with. */
  readonly made: number;
  readonly attached: number;
  readonly peers: number;
  readonly joined: readonly number[];
  readonly boxX: number | null;
  readonly heard: readonly number[];
  readonly things: readonly string[];
}

/** The machine draws in software, and does other things as well. */
const WAIT = { timeout: 60_000 };

describe('react-three-fiber in Chromium', { timeout: 120_000 }, () => {
  let server: PageServer;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    server = await servePage(resolve(import.meta.dirname, 'programs/react-page.ts'));
    browser = await launchChromium(['--js-flags=--expose-gc']);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  beforeEach(async () => {
    errors.length = 0;
    page = await browser.newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(server.address);
  });
  afterEach(async () => {
    await page.close();
    expect(errors).toEqual([]);
  });

  const state = (): Promise<State> => page.evaluate('page.state()');
  const run = <R = unknown>(call: string): Promise<R> => page.evaluate(`page.${call}`);

  async function until(isSo: (now: State) => boolean): Promise<State> {
    const end = performance.now() + WAIT.timeout;
    for (;;) {
      const now = await state();
      if (isSo(now)) return now;
      if (performance.now() > end) throw new Error(`Waited in vain for ${isSo}, with ${JSON.stringify(now)}`);
      await new Promise((next) => setTimeout(next, 20));
    }
  }

  /** Lets some frames pass. */
  const frames = (count: number): Promise<unknown> =>
    page.evaluate(
      `new Promise((done) => { let left = ${count}; const turn = () => (left-- > 0 ? requestAnimationFrame(turn) : done()); turn(); })`,
    );

  it('puts a canvas into the game: elements move, are called, come and go', async () => {
    await run('render({})');
    await until(({ joined }) => joined.length === 1);
    await run('moveBox(7)');
    await until(({ boxX }) => boxX === 7);
    await run('say(3)');
    await until(({ heard }) => heard.includes(3));
    expect([await run('spawn(1)'), await run('spawn(2)')]).toEqual(['spawned', 'spawned']);
    const { things } = await until((now) => now.things.filter((name) => name.startsWith('thing')).length === 2);
    // What is drawn stands inside of the entity's own group.
    expect(things.filter((name) => name.startsWith('thing'))).toEqual(['thing 1', 'thing 2']);
    expect(things).toHaveLength(4);
    expect(await run('spawnHere()')).toBe('refused');
    await run('despawnAll()');
    await until((now) => now.things.length === 0);
    errors.splice(0, errors.length, ...errors.filter((text) => !text.includes('Only its authority')));
  });

  it('polls once per frame, before the elements’ own frames', async () => {
    await run('render({})');
    await until(({ joined }) => joined.length === 1);
    const before = await state();
    await frames(30);
    const after = await state();
    const [polled, drawn] = [after.polls - before.polls, after.frames - before.frames];
    expect(drawn).toBeGreaterThan(20);
    expectOnePoll(polled, drawn);
    expect(after.draws).toBeGreaterThan(before.draws);
  });

  /** In each frame. A beat may come between two frames that are late; a second loop would poll twice as often. */
  function expectOnePoll(polls: number, frames: number): void {
    expect(polls).toBeGreaterThanOrEqual(frames - 1);
    expect(polls).toBeLessThan(frames * 1.5);
  }

  /** A network, a connection, a loop and a worker: one of each. */
  async function expectOne(): Promise<void> {
    const before = await until(({ joined, peers }) => joined.length === 1 && peers === 1);
    expect(before.attached).toBe(1);
    await frames(30);
    const after = await state();
    expect(after.frames - before.frames).toBeGreaterThan(20);
    expectOnePoll(after.polls - before.polls, after.frames - before.frames);
    expect(after.peers).toBe(1);
    await expect.poll(() => page.workers().length, WAIT).toBe(1);
    await run('moveBox(5)');
    await until(({ boxX }) => boxX === 5);
    await run('say(1)');
    await until(({ heard }) => heard.includes(1));
    expect((await state()).log.filter((line) => !line.startsWith('attached'))).toEqual([]);
  }

  it('in StrictMode is there once', async () => {
    await run('render({ strict: true })');
    await expectOne();
  });

  it('whose effects are taken down and put up again is there once, as if it were new', async () => {
    await run('render({ strict: true })');
    await until(({ joined }) => joined.length === 1);
    await run('render({ strict: true, hidden: true })');
    await until(({ attached, peers }) => attached === 0 && peers === 0);
    await run('render({ strict: true })');
    await expectOne();
    expect((await state()).made).toBe(2);
  });

  it('mounted anew a hundred times, as modules that are edited are: one network, and the others are collected', async () => {
    for (let version = 0; version < 100; version += 1) {
      await run(`render({ version: ${version} })`);
      await until(({ made }) => made === version + 1);
    }
    const now = await until(({ made, joined, peers }) => made === 100 && joined.length === 1 && peers === 1);
    expect(now.attached).toBe(1);
    await expect.poll(() => page.workers().length, WAIT).toBe(1);
    await run('moveBox(9)');
    await until(({ boxX }) => boxX === 9);
    await frames(10);
    await page.evaluate('gc()');
    await frames(10);
    await page.evaluate('gc()');
    // What React still holds for its last renders is not ours.
    expect(await run('collected()')).toBeGreaterThan(90);
  });

  it('leaves the game when it is unmounted: nobody is connected, nothing is polled', async () => {
    await run('render({})');
    await until(({ peers }) => peers === 1);
    await run('unmount()');
    await until(({ peers, attached }) => peers === 0 && attached === 0);
    await expect.poll(() => page.workers().length, WAIT).toBe(0);
    const before = await state();
    await frames(20);
    expect((await state()).polls).toBe(before.polls);
  });

  it('frameloop="demand": draws when something has arrived, and not else', async () => {
    await run(`render({ frameloop: 'demand' })`);
    await until(({ joined }) => joined.length === 1);
    // What belongs to joining is over when nothing was drawn for a while.
    let last = -1;
    await until(({ draws }) => {
      const isQuiet = draws === last;
      last = draws;
      return isQuiet;
    });
    await frames(30);
    const quiet = await state();
    await frames(60);
    const still = await state();
    expect(still.draws - quiet.draws).toBeLessThanOrEqual(1);
    expect(still.polls - quiet.polls).toBeGreaterThan(5);
    await run('moveBox(4)');
    const moved = await until(({ boxX, draws }) => boxX === 4 && draws > still.draws);
    expect(moved.attached).toBe(1);
  });
});
