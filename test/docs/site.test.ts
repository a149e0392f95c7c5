import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inRoot } from '../../scripts/lib/paths.js';
import { runNode } from '../../scripts/lib/process.js';
import { launchChromium } from '../support/browsers.js';
import { BuiltSite, brokenSiteLinks, outsideRequests } from './support/built-site.js';

/** No server, and no such host: what is not in the site can't be had. */
const HOST = 'http://docs.test';
const site = new BuiltSite(inRoot('docs/site/dist'));
/** Where pictures of pages go, for those who want to look at them. */
const pictures = process.env['SCENEWIRE_DOCS_PICTURES'];
let browser: Browser;

beforeAll(async () => {
  const { code, output } = await runNode(['--import', 'tsx', inRoot('scripts/docs.ts')]);
  if (code !== 0) throw new Error(output);
  browser = await launchChromium();
}, 600_000);
afterAll(() => browser?.close());

interface Visit {
  readonly page: Page;
  /** What was asked of anybody else, or is not there. */
  readonly missed: string[];
  readonly errors: string[];
}

async function open(path: string, viewport = { width: 1280, height: 900 }): Promise<Visit> {
  const page = await browser.newPage({ viewport });
  const missed: string[] = [];
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.route('**/*', (route) => {
    const { origin, pathname } = new URL(route.request().url());
    const file = origin === HOST ? site.file(pathname) : null;
    if (file !== null) return route.fulfill({ path: file });
    missed.push(route.request().url());
    return route.abort();
  });
  await page.goto(HOST + path, { waitUntil: 'load' });
  return { page, missed, errors };
}

describe('the site of the documentation', () => {
  it('has links that lead somewhere, to pages and to headings', () => {
    expect(site.pages().size).toBeGreaterThan(200);
    expect(brokenSiteLinks(site).slice(0, 20)).toEqual([]);
  });

  it('asks nothing of other hosts', () => {
    for (const [path, html] of site.pages()) expect(outsideRequests(html), path).toEqual([]);
  });

  it('has the reference of every entry point, with examples', () => {
    const pages = site.pages();
    for (const entry of ['', '/babylon', '/three', '/react-three-fiber', '/headless', '/lobby', '/testing']) {
      expect(pages.has(`/api/scenewire${entry}/index.html`), entry).toBe(true);
    }
    expect(pages.get('/api/scenewire/classes/SceneMultiplayer.html')).toMatch(/<h2 id="example"/);
  });

  it('is searched in the browser alone', async () => {
    const { page, missed, errors } = await open('/quick-start.html');
    await page.locator('.VPNavBarSearch button').first().click();
    await page.locator('.VPLocalSearchBox input').fill('unresponsive');
    const found = page.locator('.VPLocalSearchBox .result', { hasText: 'Signs of life' });
    await found.first().click({ timeout: 60_000 });
    await page.waitForURL(/multiplayer\.html#signs-of-life$/);
    expect(missed).toEqual([]);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('is read on a phone without moving sideways', async () => {
    const paths = [
      '/',
      '/quick-start.html',
      '/troubleshooting.html',
      '/coming-from-godot.html',
      '/api/scenewire/classes/Signal.html',
    ];
    for (const path of paths) {
      const { page, missed } = await open(path, { width: 390, height: 844 });
      await page.locator('h1').first().waitFor();
      const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(widths[0], path).toBeLessThanOrEqual(widths[1] ?? 0);
      expect(missed).toEqual([]);
      await picture(page, path, 'phone');
      await page.close();
    }
  });

  it('is read at a desk without moving sideways', async () => {
    for (const path of ['/', '/concepts.html', '/api/scenewire/classes/SceneMultiplayer.html', '/samples/arena.html']) {
      const { page, missed, errors } = await open(path);
      await page.locator('h1').first().waitFor();
      const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(widths[0], path).toBeLessThanOrEqual(widths[1] ?? 0);
      expect([missed, errors], path).toEqual([[], []]);
      await picture(page, path, 'desk');
      await page.close();
    }
  }, 120_000);
});

async function picture(page: Page, path: string, kind: string): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await page.waitForTimeout(400);
  await page.screenshot({ path: `${pictures}/${kind}${path.replaceAll('/', '_')}.png` });
}
