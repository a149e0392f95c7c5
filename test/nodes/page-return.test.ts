import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isLoopbackOnly, PagePlayer, stateOf, until } from './support/page-player.js';
import { type PageServer, servePage } from './support/page-server.js';
import { openTabBrowser, type Tab, type TabBrowser } from './support/tab-browser.js';

const PATIENCE_MS = 30_000;

/** Chromium keeps pages that are left, with everything in them. Firefox keeps none while it is driven from outside. */
describe('[chromium] a page that is left, kept by the browser, and gone back to', () => {
  let server: PageServer;
  let browser: TabBrowser;
  let page: Tab;
  const players: PagePlayer[] = [];

  beforeAll(async () => {
    server = await servePage(resolve(import.meta.dirname, 'programs/hidden-page.ts'));
    browser = await openTabBrowser('chromium');
  }, 60_000);
  beforeEach(async () => {
    page = await browser.open(`${server.address}/`);
  }, 60_000);
  afterEach(() => {
    for (const player of players.splice(0)) player.leave();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const newPlayer = (): PagePlayer => {
    const player = new PagePlayer();
    players.push(player);
    return player;
  };
  const grantMicrophone = async (): Promise<void> => {
    if (isLoopbackOnly) await page.evaluate('navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 0)');
  };

  it('says good-bye at once, comes back as it was, is told so once, and can play again', async () => {
    await grantMicrophone();
    const first = newPlayer();
    await first.join(page);
    await until(() => first.synchronizedAt.length > 20, PATIENCE_MS);
    first.hush();
    await page.evaluate('(globalThis.mark = 7)');
    const before = (await stateOf(page)).log.length;

    await page.follow(`${server.address}/strict`);
    await until(() => first.log.length > 0, PATIENCE_MS);
    expect(first.log).toEqual(['disconnected: left']);
    await page.goBack();

    expect(await page.evaluate('globalThis.mark'), 'the page was kept').toBe(7);
    const log = async (): Promise<readonly string[]> => (await stateOf(page)).log.slice(before);
    await until(async () => (await log()).includes('over') && (await log()).includes('shown'), PATIENCE_MS);
    const told = (await log()).filter((line) => line !== 'over').map((line) => line.split(' ')[0]);
    expect(told).toEqual(['hidden', 'frozen', 'resumed', 'shown']);

    const second = newPlayer();
    await second.join(page);
    await until(() => second.synchronizedAt.length > 20, PATIENCE_MS);
    expect(second.log).toEqual([]);
  }, 120_000);
});
