import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PageServer, servePage } from '../nodes/support/page-server.js';
import { launchChromium } from '../support/browsers.js';
// The program of the page tells what `wire` is there.
import type {} from './programs/wire-page.js';

/** Seconds are those of the machine here, since the connections are real. */
const SECONDS = 4;
const MOST_ROUNDS = 3;

const off = (share: number): number => Math.abs(share - 1);

let browser: Browser;
let server: PageServer;
let page: Page;

beforeAll(async () => {
  const program = join(import.meta.dirname, 'programs/wire-page.ts');
  [browser, server] = await Promise.all([launchChromium(), servePage(program)]);
  page = await browser.newPage();
  await page.goto(server.address);
  await page.waitForFunction('globalThis.wire?.isLinked', undefined, { timeout: 60_000 });
}, 90_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

it.each([
  ['both ways alike', { out: 1, in: 1, bytes: 60 }],
  ['a server of states', { out: 3, in: 1, bytes: 120 }],
  ['one who listens', { out: 0, in: 1, bytes: 200 }],
])(
  'the estimate of bytes on the wire is within a tenth of what Chromium has counted: %s',
  async (_name, traffic) => {
    // Acknowledgements are more or fewer as the machine finds the time: the best of some rounds counts.
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < MOST_ROUNDS && off(best) > 0.1; round += 1) {
      const { estimated, counted } = await page.evaluate((one) => wire.measure(one), { ...traffic, seconds: SECONDS });
      expect(counted.sent).toBeGreaterThan(5000);
      const share = (estimated.sent + estimated.received) / (counted.sent + counted.received);
      console.log(`wire: ${share.toFixed(3)} of what was counted`);
      if (off(share) < off(best)) best = share;
    }
    expect(off(best)).toBeLessThanOrEqual(0.1);
  },
  90_000,
);
