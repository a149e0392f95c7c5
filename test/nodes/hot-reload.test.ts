import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inRoot } from '../../scripts/lib/paths.js';
import { sourceAliases } from '../../scripts/lib/source-aliases.js';
import { launchChromium } from '../support/browsers.js';

const EDITS = 10;
const WAIT = { timeout: 60_000 };

interface State {
  readonly version: number;
  readonly made: number;
  readonly attached: number;
  readonly peers: readonly number[];
  readonly objects: number;
  readonly isFollowing: boolean;
  readonly frames: number;
  readonly polls: number;
}

describe('a game that is edited while it runs, in Vite and Chromium', () => {
  let folder = '';
  let vite: ViteDevServer;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    mkdirSync(inRoot('.cache'), { recursive: true });
    folder = mkdtempSync(inRoot('.cache/hot-reload-'));
    cpSync(resolve(import.meta.dirname, 'programs/hot-reload'), folder, { recursive: true });
    vite = await createServer({
      configFile: false,
      root: folder,
      cacheDir: join(folder, 'cache'),
      logLevel: 'warn',
      resolve: { alias: exactly(sourceAliases('browser')) },
      server: { host: '127.0.0.1', port: 0, fs: { allow: [inRoot('')] } },
      optimizeDeps: { include: ['three', 'typescript-event-target'] },
    });
    await vite.listen();
    browser = await launchChromium();
  }, 120_000);
  beforeEach(async () => {
    edit(1);
    errors.length = 0;
    page = await browser.newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(vite.resolvedUrls?.local[0] as string);
  }, 60_000);
  afterEach(() => page.close());
  afterAll(async () => {
    await browser?.close();
    await vite?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const state = (): Promise<State> => page.evaluate('page.state()');

  /** As an editor saves the file, with another number in it. */
  function edit(version: number): void {
    const file = join(folder, 'game.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/VERSION = \d+/, `VERSION = ${version}`));
  }

  it('has one network, one connection, one worker and one of each object, however often it is replaced', async () => {
    await expect.poll(async () => (await state()).peers, WAIT).toEqual([2]);
    for (let version = 2; version <= EDITS; version += 1) {
      edit(version);
      await expect.poll(async () => (await state()).version, WAIT).toBe(version);
      await expect.poll(async () => (await state()).peers, WAIT).toEqual([version + 1]);
    }
    // The page itself was never loaded again.
    const before = await state();
    expect([before.made, before.attached, before.objects]).toEqual([EDITS, 1, 1]);
    await expect.poll(() => page.workers().length, WAIT).toBe(1);
    await expect.poll(async () => (await state()).isFollowing, WAIT).toBe(true);
    await expect.poll(async () => (await state()).frames, WAIT).toBeGreaterThan(before.frames + 30);
    const after = await state();
    const [polls, frames] = [after.polls - before.polls, after.frames - before.frames];
    // A beat may come between two frames of a busy machine; a second loop would poll twice as often.
    expect(polls).toBeLessThan(frames * 1.5);
    expect(errors).toEqual([]);
  }, 180_000);
});

/** `scenewire` is not the beginning of `scenewire/three`. */
function exactly(aliases: Readonly<Record<string, string>>): { find: RegExp; replacement: string }[] {
  return Object.entries(aliases).map(([name, replacement]) => ({ find: new RegExp(`^${name}$`), replacement }));
}
