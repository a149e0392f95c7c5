import { mkdirSync, writeFileSync } from 'node:fs';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { inRoot } from '../../../scripts/lib/paths.js';
import { SampleSite } from './sample-site.js';

export const LANDSCAPE = { viewport: { width: 480, height: 270 } };
export const PHONE = { viewport: { width: 300, height: 600 }, hasTouch: true, isMobile: true };
/** A browser that draws without hardware on a busy machine takes its time. */
export const PATIENCE_MS = 60_000;
/** Where the pictures are left for whoever wants to look at them. */
const PICTURES = inRoot('.cache/screenshots/');

interface PageGlobals {
  readonly arena?: { readonly match: { readonly over: boolean; readonly rounds: number } };
  summary(): string[];
  firstRound?: string[];
}

/** Real pages of the arena, and all that went wrong in them. */
export class ArenaPages {
  readonly problems: string[] = [];
  readonly site: SampleSite;
  readonly #contexts: BrowserContext[] = [];

  constructor(site: SampleSite) {
    this.site = site;
  }

  static async open(): Promise<ArenaPages> {
    mkdirSync(PICTURES, { recursive: true });
    return new ArenaPages(await SampleSite.open('arena'));
  }

  async visit(browser: Browser, query: string, options: BrowserContextOptions = LANDSCAPE): Promise<Page> {
    const context = await browser.newContext(options);
    this.#contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.problems.push(`${query}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(`${query}: ${message.text()}`);
    });
    await page.addInitScript(rememberFirstRound);
    await page.goto(this.site.url + query);
    return page;
  }

  /** Closes every page, whose browsers are still there. */
  async leave(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close();
  }

  close(): Promise<void> {
    return this.site.close();
  }
}

/** In the page: keeps what it last said about the first round, when that was over. */
function rememberFirstRound(): void {
  const page = globalThis as unknown as PageGlobals;
  setInterval(() => {
    const { over, rounds } = page.arena?.match ?? {};
    if (over && rounds === 1) page.firstRound = page.summary();
  }, 50);
}

export const firstRoundOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => (globalThis as unknown as PageGlobals).firstRound ?? []);

/** A picture of a page, kept by its name. One that is empty has few colours. */
export async function photograph(page: Page, name: string): Promise<void> {
  const picture = await page.screenshot();
  writeFileSync(`${PICTURES}arena-${name}.png`, picture);
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
