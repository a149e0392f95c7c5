import { resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Projector } from './programs/projector.js';
import { Tabs } from './support/tabs.js';

declare const projector: Projector;
declare const three: () => number[][];
declare const babylon: () => number[][];

const PATIENCE = { timeout: 40_000, interval: 200 };
const COLORS = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 0],
];

let tabs: Tabs | null = null;
afterEach(() => tabs?.close());

/** How far the worst quarter is from its colour: a video is squeezed. */
const error = (quarters: readonly (readonly number[])[]): number =>
  Math.max(...quarters.flatMap((rgb, i) => rgb.map((value, n) => Math.abs(value - (COLORS[i]?.[n] ?? 0)))));

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

  await watcher.evaluate(
    () => void Object.assign(globalThis, { three: projector.onThree(), babylon: projector.onBabylon() }),
  );
  await expect.poll(async () => error(await watcher.evaluate(() => three())), PATIENCE).toBeLessThan(60);
  await expect.poll(async () => error(await watcher.evaluate(() => babylon())), PATIENCE).toBeLessThan(60);
  await watcher.evaluate(() => projector.takeOff());
  await expect.poll(async () => error(await watcher.evaluate(() => three())), PATIENCE).toBeGreaterThan(200);
  await shower.evaluate(() => projector.screens?.stopSharing());
  await expect.poll(() => watcher.evaluate(() => projector.events), PATIENCE).toEqual(['added 1', 'removed 1']);
}, 120_000);
