import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/browsers.js';
import { type PageServer, servePage } from './support/page-server.js';

const TIMES = 1000;
/** What a page may have grown by after so many, in bytes each: what the browser keeps of a worker that has ended. */
const KEPT_BYTES = 2048;

const WAIT = { timeout: 60_000 };

describe('attached and let go a thousand times in a page, each time with a worker', () => {
  let server: PageServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await servePage(resolve(import.meta.dirname, 'programs/churn-page.ts'));
    browser = await launchChromium(['--js-flags=--expose-gc', '--enable-precise-memory-info']);
  }, 60_000);
  beforeEach(async () => {
    page = await browser.newPage();
    await page.goto(server.address);
  });
  afterEach(() => page.close());
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const turn = (): Promise<void> => page.evaluate('new Promise((done) => setTimeout(() => { gc(); done(); }, 50))');

  it.each(['babylon', 'three'])(
    '[%s] leaves no worker, no network and no memory behind',
    async (way) => {
      await page.evaluate(`page.churn('${way}', 20)`);
      for (let n = 0; n < 3; n += 1) await turn();
      const before = await page.evaluate<number>('page.heap()');
      for (let n = 0; n < TIMES; n += 50) {
        await page.evaluate(`page.churn('${way}', 50)`);
        await expect.poll(() => page.workers().length, WAIT).toBe(0);
      }
      for (let n = 0; n < 3; n += 1) await turn();
      expect(await page.evaluate<number>('page.alive()')).toBeLessThanOrEqual(1);
      const grown = (await page.evaluate<number>('page.heap()')) - before;
      console.log(`${way}: the page grew by ${grown} bytes in ${TIMES} times`);
      expect(grown).toBeLessThan(TIMES * KEPT_BYTES);
    },
    240_000,
  );

  it('has one worker while it is attached', async () => {
    await page.evaluate(`page.keep('three')`);
    await expect.poll(() => page.workers().length, WAIT).toBe(1);
    await page.evaluate('page.release()');
    await expect.poll(() => page.workers().length, WAIT).toBe(0);
  }, 120_000);
});
