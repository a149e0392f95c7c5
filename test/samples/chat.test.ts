import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { inRoot } from '../../scripts/lib/paths.js';
import { launchChromium } from '../support/browsers.js';
import { runProgram } from './support/run-program.js';
import { SampleSite } from './support/sample-site.js';

/** Connections are noticed as lost after seconds. */
const SOON = { timeout: 60_000 };

it('headless.ts: three chat in a room, one leaves, and the process ends by itself', async () => {
  const { code, lines } = await runProgram(inRoot('samples/chat/headless.ts'));
  expect(lines.slice(-3)).toEqual(['Anna: Hello everybody', 'Cleo: Hello Anna', '* Cleo left']);
  expect(lines.slice(0, -3).sort()).toEqual(['* Ben is here', '* Cleo is here']);
  expect(code).toBe(0);
}, 90_000);

describe('the page of the chat', () => {
  const problems: string[] = [];
  let site: SampleSite;
  let browser: Browser;

  beforeAll(async () => {
    [site, browser] = await Promise.all([SampleSite.open('chat'), launchChromium()]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  beforeEach(() => {
    problems.length = 0;
  });

  async function open(name: string, hash = ''): Promise<Page> {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(`${site.url}${hash}`);
    await page.getByLabel('Your name').fill(name);
    return page;
  }

  const member = (page: Page, name: string) => page.locator('.members li', { hasText: name });

  it('three talk in a mesh; one whose line is cut is silent and comes back, one that closes its tab is gone', async () => {
    const anna = await open('Anna');
    await anna.getByRole('button', { name: 'Create a room' }).click();
    await anna.locator('.room').waitFor();
    const code = (await anna.locator('.code').textContent()) ?? '';
    const [ben, cleo] = await Promise.all([open('Ben', `#${code}`), open('Cleo', `#${code}`)]);
    for (const page of [ben, cleo]) await page.getByRole('button', { name: 'Join' }).click();
    for (const page of [anna, ben, cleo])
      await expect.poll(() => page.locator('.members li.here').count(), SOON).toBe(2);

    await ben.getByLabel('Say something').fill('Hello <b>everybody</b> & all');
    await ben.getByRole('button', { name: 'Send' }).click();
    for (const page of [anna, ben, cleo]) await page.getByText('Ben Hello <b>everybody</b> & all').waitFor();

    await ben.getByLabel('Cut my line').check();
    await expect.poll(() => member(anna, 'Ben').getAttribute('class'), SOON).toBe('silent');
    await anna.getByLabel('Say something').fill('Are you there?');
    await anna.getByRole('button', { name: 'Send' }).click();
    await ben.getByLabel('Cut my line').uncheck();
    await ben.getByText('Anna Are you there?').waitFor();
    await expect.poll(() => member(anna, 'Ben').getAttribute('class'), SOON).toBe('here');

    await cleo.close({ runBeforeUnload: false });
    await expect.poll(() => member(anna, 'Cleo').getAttribute('class'), SOON).toBe('gone');
    expect(await member(anna, 'Cleo').locator('small').textContent()).toBe('left');
    expect(problems).toEqual([]);
  }, 240_000);
});
