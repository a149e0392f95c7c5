import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { isNamespaced, launchChromium } from '../support/browsers.js';
import { ArenaPages, firstRoundOf, LANDSCAPE, PATIENCE_MS, PHONE, photograph } from './support/arena-pages.js';
import { ArenaServer } from './support/arena-server.js';
import { openDrawingFirefox } from './support/drawing-firefox.js';

const PORT = '19081';
const AT_PORT = `&server=ws://127.0.0.1:${PORT}`;

/** Of all lines of a summary. */
const sum = (summary: readonly string[], what: RegExp): number =>
  summary.reduce((total, line) => total + Number(what.exec(line)?.[1] ?? 0), 0);

/** The arena in real pages: with every engine, in one room, against one server. */
describe('the arena in browsers', () => {
  let pages: ArenaPages;
  let chromium: Browser;

  beforeAll(async () => {
    [pages, chromium] = await Promise.all([ArenaPages.open(), launchChromium()]);
  }, PATIENCE_MS);

  afterAll(async () => {
    await chromium?.close();
    await pages?.close();
  });

  beforeEach(() => {
    pages.problems.length = 0;
  });

  // Also of a test that failed: the room of a page that stays would be in the list of the next attempt.
  afterEach(() => pages.leave());

  it('three.js by WebRTC, Babylon.js and react-three-fiber by WebSocket meet on one dedicated server, and agree with it', async () => {
    const rules = ['--bots', '5', '--round', '15', '--rounds', '1', '--players', '3'];
    const server = new ArenaServer('--port', PORT, '--lobby', pages.site.lobby, ...rules);
    onTestFinished(() => server.stop());
    const [, code] = await server.line(/in the lobby, with the code (\w+)/);
    // The round begins when all three are there: until then there is time for pictures.
    const tabs = [];
    for (const view of ['three', 'babylon', 'react']) {
      const query = `?view=${view}&bot&name=${view}${view === 'three' ? `#${code}` : AT_PORT}`;
      const tab = await pages.visit(chromium, query, view === 'babylon' ? PHONE : LANDSCAPE);
      await server.line(new RegExp(`^${view} plays$`));
      await tab.waitForFunction('arena.mine?.isAlive');
      await photograph(tab, view);
      tabs.push(tab);
    }
    expect(await server.ended()).toBe(0);
    expect(server.summary).toHaveLength(6);
    expect(server.summary[0]).toBe('round 1, over');
    for (const tab of tabs) expect(await firstRoundOf(tab)).toEqual(server.summary);
    expect(pages.problems).toEqual([]);
  }, 240_000);

  it('two tabs meet in a room of the lobby by its code, are ready, seal, and play for a minute: the same scores and places at the end', async () => {
    // Firefox finds no address without a route: outside of a namespace both tabs are Chromium's.
    const firefox = isNamespaced ? await openDrawingFirefox() : null;
    onTestFinished(() => firefox?.close());
    const host = await pages.visit(chromium, '?view=three&bot&name=Anna&bots=6&round=60&pause=90');
    const guest =
      firefox === null
        ? await pages.visit(chromium, '?view=babylon&bot&name=Ben', PHONE)
        : await pages.visit(firefox.browser, '?view=babylon&bot&name=Ben', {
            viewport: PHONE.viewport,
            hasTouch: true,
          });
    await host.getByRole('button', { name: 'Create a room' }).click();
    const code = (await host.locator('.room-code').textContent()) ?? '';
    expect(code).toMatch(/^[A-Z0-9]{4,}$/);
    // In the list, too; and typed in small letters it is found all the same.
    await guest.locator('.list li', { hasText: "Anna's arena" }).waitFor();
    await photograph(guest, 'title');
    await guest.getByLabel('Code').fill(code.toLowerCase());
    await guest.getByLabel('Code').press('Enter');
    await host.getByText('1 not ready yet').waitFor();
    expect(await host.getByRole('button', { name: 'Seal and start' }).isDisabled()).toBe(true);
    await guest.getByRole('button', { name: 'I am ready' }).click();
    await host.getByText('Everybody is ready').waitFor();
    await photograph(host, 'room');
    await host.getByRole('button', { name: 'Seal and start' }).click();
    for (const tab of [host, guest]) await tab.waitForFunction('arena.mine?.isAlive && arena.karts.size === 6');
    const late = await pages.visit(chromium, `?view=three#${code}`);
    await late.getByText(/sealed/i).waitFor();
    await late.context().close();

    await host.waitForFunction('arena.match.over', undefined, { timeout: 3 * PATIENCE_MS });
    // What is still under way arrives, and then nothing moves any more.
    const first = (): Promise<string[][]> => Promise.all([host, guest].map(firstRoundOf));
    await expect.poll(async () => new Set((await first()).map(String)).size, { timeout: PATIENCE_MS }).toBe(1);
    const [summary = []] = await first();
    expect(summary[0]).toBe('round 1, over');
    expect(summary.filter((line) => / (Anna|Ben): .* at /.test(line))).toHaveLength(2);
    expect(sum(summary, /(\d+) wrecks/)).toBeGreaterThan(2);
    expect(sum(summary, /(\d+) points/)).toBe(sum(summary, /(\d+) wrecks/));
    await photograph(guest, 'phone');
    // Scores were the host's alone: with it the game is over.
    await host.getByRole('button', { name: 'Leave' }).click();
    await guest.getByText('The host has gone').waitFor();
    expect(pages.problems).toEqual([]);
  }, 420_000);
});
