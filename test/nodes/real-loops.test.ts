import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/browsers.js';
import { type PageServer, servePage } from './support/page-server.js';

const FRAMES = 20;
const WAIT = { timeout: 60_000 };

let server: PageServer;
let browser: Browser;

beforeAll(async () => {
  server = await servePage(resolve(import.meta.dirname, 'programs/loops-page.ts'));
  browser = await launchChromium(['--enable-unsafe-webgpu']);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Engines with loops of their own, in a real page, on WebGL and on WebGPU, both drawn in software. */
describe.each(['webgl', 'webgpu'] as const)('[%s] in Chromium', (gpu) => {
  let page: Page;

  beforeEach(async () => {
    page = await browser.newPage();
    await page.goto(server.address);
  }, 60_000);
  afterEach(async () => {
    await page.evaluate('page.end()');
    await page.close();
  });

  const run = <R = unknown>(call: string): Promise<R> => page.evaluate(`page.${call}`);

  /** What a scene goes through until it had so many frames. */
  async function frames(name: string): Promise<string[]> {
    const lines: string[] = [];
    await run(`take('${name}')`);
    await expect
      .poll(async () => {
        lines.push(...(await run<string[]>(`take('${name}')`)));
        return lines.filter((line) => line === 'frame').length;
      }, WAIT)
      .toBeGreaterThanOrEqual(FRAMES);
    return lines;
  }

  /** Each frame has a poll before it and a flush behind it; a beat that came between two frames polls as well. */
  function expectWrapped(lines: readonly string[]): void {
    for (const [at, line] of lines.entries()) {
      if (line !== 'frame' || at === 0 || at === lines.length - 1) continue;
      expect([lines[at - 1], lines[at + 1]]).toEqual(['poll', 'flush']);
    }
  }

  it('Babylon.js: two scenes on one engine are polled and flushed around their own frames', async () => {
    expect(await run(`babylon('${gpu}')`)).toBe(gpu);
    for (const name of ['first', 'second']) expectWrapped(await frames(name));
    expect(await run('errors()')).toEqual([]);
  }, 120_000);

  it('Babylon.js: a loop that is paused leaves the network to its heartbeat, and takes it back', async () => {
    await run(`babylon('${gpu}')`);
    await frames('first');
    await run('pause()');
    await run(`take('first')`);
    const polls: string[] = [];
    await expect
      .poll(async () => polls.push(...(await run<string[]>(`take('first')`))), WAIT)
      .toBeGreaterThanOrEqual(2 * FRAMES);
    // One frame may have been on its way.
    expect(polls.filter((line) => line === 'frame').length).toBeLessThanOrEqual(1);
    await run('go()');
    expectWrapped(await frames('first'));
  }, 120_000);

  it('Babylon.js: user code that throws in every frame ends no loop', async () => {
    await run(`babylon('${gpu}')`);
    await run(`sabotage('first')`);
    for (const name of ['first', 'second']) expectWrapped(await frames(name));
    // It is told of where pages look for errors.
    expect(new Set(await run<string[]>('errors()'))).toEqual(new Set(['Uncaught Error: user code']));
  }, 120_000);

  it('three.js: setAnimationLoop with a wrapped loop', async () => {
    expect(await run(`three('${gpu}')`)).toBe(gpu);
    await run(`sabotage('three')`);
    expectWrapped(await frames('three'));
  }, 120_000);
});
