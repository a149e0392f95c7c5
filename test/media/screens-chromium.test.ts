import { resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Projector } from './programs/projector.js';
import { showsColors, showsNone } from './support/colors.js';
import { Tabs } from './support/tabs.js';

declare const projector: Projector;

const PATIENCE = { timeout: 40_000, interval: 200 };
let tabs: Tabs | null = null;
afterEach(() => tabs?.close());

it('a picture that one page shows is on a mesh of three and of Babylon in another, the right way up, until it ends', async () => {
  tabs = await Tabs.open(resolve(import.meta.dirname, 'programs/projector.ts'), {
    args: ['--enable-unsafe-swiftshader', '--use-angle=swiftshader'],
  });
  const [shower, watcher] = [await tabs.open(), await tabs.open()];
  const code = await shower.evaluate(() => projector.host());
  await watcher.evaluate((to) => projector.join(to), code);
  for (const page of [shower, watcher]) await page.evaluate(() => projector.open());
  expect(await shower.evaluate(() => projector.share())).toBe(0);
  await expect.poll(() => watcher.evaluate(() => projector.events), PATIENCE).toEqual(['added 1']);
  await expect.poll(() => watcher.evaluate(() => projector.shown[0]?.aspect), PATIENCE).toBe(1);

  await showsColors(watcher, 'three');
  await showsColors(watcher, 'babylon');
  await watcher.evaluate(() => projector.takeOff());
  await showsNone(watcher, 'three');
  await shower.evaluate(() => projector.screens?.stopSharing());
  await expect.poll(() => watcher.evaluate(() => projector.events), PATIENCE).toEqual(['added 1', 'removed 1']);
}, 120_000);
