import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { inRoot } from '../../scripts/lib/paths.js';
import { type SampleServer, serveSamples } from '../../scripts/lib/sample-server.js';
import { listSamples } from '../../scripts/lib/samples.js';
import { isNamespaced, launchChromium } from '../support/browsers.js';
import { bundleInParts } from './support/bundle.js';

/** The pages as `npm start` serves them, in a real browser. */
describe('the pages of the samples', () => {
  const samples = listSamples(inRoot('samples/'));
  const bundles = mkdtempSync(join(tmpdir(), 'scenewire-samples-'));
  let server: SampleServer;
  let browser: Browser;

  beforeAll(async () => {
    for (const { name, folder } of samples) {
      mkdirSync(join(bundles, name));
      for (const [file, text] of await bundleInParts(join(folder, 'main.ts'), 'main'))
        writeFileSync(join(bundles, name, file), text);
    }
    server = await serveSamples({ samples, bundles, host: '127.0.0.1', port: 18080 });
    browser = await launchChromium();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(bundles, { recursive: true, force: true });
  });

  /** A page, and everything that went wrong in it. */
  async function open(path: string): Promise<{ page: Page; problems: string[] }> {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const problems: string[] = [];
    watch(page, problems);
    await page.goto(server.url + path);
    return { page, problems };
  }

  function watch(page: Page, problems: string[]): void {
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      // A browser asks for the index's icon, which there is none of.
      const isIcon = message.location().url.endsWith('/favicon.ico');
      if (message.type() !== 'log' && !isIcon) problems.push(message.text());
    });
  }

  it('are found and lead from one index', async () => {
    const { page, problems } = await open('');
    const titles = await page.locator('li a').allTextContents();
    expect(titles).toEqual(samples.map((sample) => sample.title));
    expect(titles).toEqual(expect.arrayContaining(['Two connections in one page', 'An own back end']));
    expect(problems).toEqual([]);
  });

  // It opens sockets; without a namespace they would be on the networks of this machine.
  it.runIf(isNamespaced)('minimal connects by itself and carries what is written', async () => {
    const { page, problems } = await open('minimal/');
    const lines = (peer: string) => page.locator(`#${peer} .lines li`);
    await lines('p1').getByText('Hi from P2').waitFor();
    await lines('p2').getByText('Hi from P1').waitFor();
    expect(await page.locator('.states dd').allTextContents()).toEqual([
      'STATE_CONNECTED',
      'SIGNALING_STATE_STABLE',
      'STATE_CONNECTED',
      'SIGNALING_STATE_STABLE',
    ]);
    await page.locator('#p1 input').fill('typed by hand <b>&');
    await page.locator('#p1 button').click();
    await lines('p2').getByText('typed by hand <b>&', { exact: true }).waitFor();
    expect(await lines('p1').count()).toBe(1);
    expect(problems).toEqual([]);
  });

  it('own-backend connects two tabs, and the end of one is seen in the other', async () => {
    const { page: one, problems } = await open('own-backend/');
    const two = await one.context().newPage();
    watch(two, problems);
    await two.goto(`${server.url}own-backend/`);
    for (const tab of [one, two]) await tab.locator('#send:enabled').waitFor();
    expect(await one.locator('#state').textContent()).toBe('STATE_CONNECTED');
    await one.locator('#text').fill('hello there');
    await one.locator('#send').click();
    await two.getByText('other tab: hello there').waitFor();
    await two.close({ runBeforeUnload: false });
    await one.locator('#state').getByText('STATE_CLOSED').waitFor();
    expect(await one.locator('#send').isDisabled()).toBe(true);
    expect(problems).toEqual([]);
  });
});
