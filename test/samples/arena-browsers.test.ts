import { mkdirSync, writeFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { inRoot } from '../../scripts/lib/paths.js';
import { ArenaServer } from './support/arena-server.js';
import { launchChromium } from './support/chromium.js';
import { SampleSite } from './support/sample-site.js';

const LANDSCAPE = { viewport: { width: 480, height: 270 } };
const PHONE = { viewport: { width: 300, height: 600 }, hasTouch: true, isMobile: true };
const PATIENCE_MS = 60_000;

/** Where the pictures are left for whoever wants to look at them. */
const pictures = inRoot('.cache/screenshots/');

/** The arena in real pages: with every engine, in one room, against one server. */
describe('the arena in browsers', () => {
  let site: SampleSite;
  let browser: Browser;
  const problems: string[] = [];

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    [site, browser] = await Promise.all([SampleSite.open('arena'), launchChromium()]);
  }, PATIENCE_MS);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  async function open(query: string, options: BrowserContextOptions): Promise<Page> {
    const page = await (await browser.newContext(options)).newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => problems.push(`${query}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`${query}: ${message.text()}`);
    });
    await page.addInitScript(rememberRounds);
    await page.goto(site.url + query);
    return page;
  }

  it('Babylon.js, three.js and react-three-fiber meet on one dedicated server, and agree with it about the round', async () => {
    problems.length = 0;
    const server = new ArenaServer(
      '--port',
      '19081',
      '--bots',
      '5',
      '--round',
      '15',
      '--rounds',
      '1',
      '--players',
      '3',
    );
    onTestFinished(() => server.stop());
    await server.line(/the arena is open/);
    const query = (view: string): string => `?view=${view}&bot&name=${view}&server=ws://127.0.0.1:19081`;
    const pages = await Promise.all([
      open(query('three'), LANDSCAPE),
      open(query('babylon'), PHONE),
      open(query('react'), LANDSCAPE),
    ]);
    for (const view of ['three', 'babylon', 'react']) await server.line(new RegExp(`^${view} plays$`));
    for (const [at, view] of ['three', 'babylon', 'react'].entries()) await photograph(pages[at] as Page, view);
    expect(await server.ended()).toBe(0);
    const seen = await Promise.all(pages.map(lastRoundOf));
    expect(server.summary).toHaveLength(6);
    expect(server.summary[0]).toBe('round 1, over');
    for (const summary of seen) expect(summary).toEqual(server.summary);
    expect(problems).toEqual([]);
    for (const page of pages) await page.context().close();
  }, 120_000);

  it('two players meet in a room of the lobby: code, ready, seal, play, and the same scores at the end', async () => {
    problems.length = 0;
    const [host, guest] = await Promise.all([
      open('?view=three&bot&name=Anna&bots=4&round=12', LANDSCAPE),
      open('?view=babylon&bot&name=Ben', PHONE),
    ]);
    await host.getByRole('button', { name: 'Create a room' }).click();
    const code = (await host.locator('.room-code').textContent()) ?? '';
    expect(code).toMatch(/^[A-Z0-9]{4,}$/);
    // In the list, too; and typed in small letters it is found all the same.
    await guest.locator('.list li', { hasText: "Anna's arena" }).waitFor();
    await guest.getByLabel('Code').fill(code.toLowerCase());
    await guest.getByLabel('Code').press('Enter');
    await host.getByText('1 not ready yet').waitFor();
    expect(await host.getByRole('button', { name: 'Seal and start' }).isDisabled()).toBe(true);
    await guest.getByRole('button', { name: 'I am ready' }).click();
    await host.getByText('Everybody is ready').waitFor();
    await host.screenshot({ path: `${pictures}arena-room.png` });
    await host.getByRole('button', { name: 'Seal and start' }).click();
    for (const page of [host, guest]) await page.waitForFunction('arena.mine?.isAlive && arena.karts.size === 4');
    const late = await open(`?view=three#${code}`, LANDSCAPE);
    await late.getByText(/sealed/i).waitFor();
    await late.context().close();
    // The pause after the round is longer than what is still under way.
    for (const page of [host, guest]) await page.waitForFunction('arena.match.over && arena.match.seconds <= 3');
    const [one, other] = await Promise.all([lastRoundOf(host), lastRoundOf(guest)]);
    expect(other).toEqual(one);
    expect(one.filter((line) => / (Anna|Ben): /.test(line))).toHaveLength(2);
    // Scores were the host's alone: with it the game is over.
    await host.getByRole('button', { name: 'Leave' }).click();
    await guest.getByText('The host has gone').waitFor();
    expect(problems).toEqual([]);
    for (const page of [host, guest]) await page.context().close();
  }, 150_000);
});

/** In the page: keeps what it last said about a round that was over. */
function rememberRounds(): void {
  const page = globalThis as unknown as PageGlobals;
  setInterval(() => {
    if (page.arena?.match.over) page.lastRound = page.summary();
  }, 50);
}

interface PageGlobals {
  readonly arena?: { readonly match: { readonly over: boolean } };
  summary(): string[];
  lastRound?: string[];
}

const lastRoundOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => (globalThis as unknown as PageGlobals).lastRound ?? []);

/** A picture of a page that plays. One that is empty has few colours. */
async function photograph(page: Page, name: string): Promise<void> {
  await page.waitForFunction('arena.mine?.isAlive');
  const picture = await page.screenshot();
  writeFileSync(`${pictures}arena-${name}.png`, picture);
  const colours = await page.evaluate(
    async (url) => {
      const bitmap = await createImageBitmap(await (await fetch(url)).blob());
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
      context.drawImage(bitmap, 0, 0);
      return new Set(new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size;
    },
    `data:image/png;base64,${picture.toString('base64')}`,
  );
  expect(colours, name).toBeGreaterThan(200);
}
