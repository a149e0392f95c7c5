import { expect } from 'vitest';
import { PATIENCE, type ProgramPage } from './program-page.js';

const COLORS = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 0],
];

/** How far the worst quarter of what `programs/projector.ts` shows is from its colour: a video is squeezed. */
const error = (quarters: readonly (readonly number[])[]): number =>
  Math.max(...quarters.flatMap((rgb, i) => rgb.map((value, n) => Math.abs(value - (COLORS[i]?.[n] ?? 0)))));

/** Puts what the page is shown on a mesh, which then has the picture, the right way up. */
export async function showsColors(page: ProgramPage, engine: 'three' | 'babylon'): Promise<void> {
  const put = engine === 'three' ? 'projector.onThree()' : 'projector.onBabylon()';
  await page.evaluate(`void Object.assign(globalThis, { ${engine}: ${put} })`);
  await expect.poll(async () => error(await page.evaluate(`${engine}()`)), PATIENCE).toBeLessThan(60);
}

/** It has gone from the mesh. */
export const showsNone = (page: ProgramPage, engine: 'three' | 'babylon'): Promise<void> =>
  expect.poll(async () => error(await page.evaluate(`${engine}()`)), PATIENCE).toBeGreaterThan(200);
