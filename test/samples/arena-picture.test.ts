import { mkdirSync, writeFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inRoot } from '../../scripts/lib/paths.js';
import { launchChromium } from '../support/browsers.js';
import { SampleSite } from './support/sample-site.js';

const keep = process.env.SCENEWIRE_PICTURES === '1';
/** The best looks take their time where there is no graphics hardware. */
const PATIENCE_MS = keep ? 240_000 : 60_000;
/** The smaller one is for machines that draw without hardware and keep nothing of it. */
const VIEWPORT = keep ? { width: 1280, height: 640 } : { width: 480, height: 240 };
/** One that shows next to nothing is smaller; a larger one is too much for a README. */
const LEAST_BYTES = 5000;
const MOST_BYTES = 250_000;

let site: SampleSite;
let browser: Browser;

beforeAll(async () => {
  [site, browser] = await Promise.all([SampleSite.open('arena'), launchChromium()]);
}, PATIENCE_MS);

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

it(
  'pictures of the arena: in the middle of a round, as the README shows it',
  async () => {
    const page = await browser.newPage({ viewport: VIEWPORT });
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(`${site.url}?view=three&bot&name=You${keep ? '&quality=0' : ''}`);
    await page.getByRole('button', { name: 'Play against bots' }).click();
    await page.waitForFunction(isInTheMiddle);
    const png = await page.screenshot();
    const picture = Buffer.from(
      await page.evaluate(toWebp, `data:image/png;base64,${png.toString('base64')}`),
      'base64',
    );
    expect(picture.length).toBeGreaterThan(LEAST_BYTES);
    expect(picture.length).toBeLessThan(MOST_BYTES);
    if (!keep) return;
    mkdirSync(inRoot('docs/images'), { recursive: true });
    writeFileSync(inRoot('docs/images/arena.webp'), picture);
  },
  PATIENCE_MS + 60_000,
);

interface Kart {
  readonly isAlive: boolean;
  readonly node: { readonly position: { readonly x: number; readonly z: number } };
}

/** In the page: somebody is near, shots fly, and the scores are no longer all zero. */
function isInTheMiddle(): boolean {
  const { arena } = globalThis as unknown as {
    arena: { mine: Kart | null; karts: Map<string, Kart>; shots: Map<string, unknown>; match: { seconds: number } };
  };
  const { mine, karts, shots, match } = arena;
  if (!mine?.isAlive || match.seconds > 170 || shots.size < 2) return false;
  const at = mine.node.position;
  const distances = [...karts.values()].map(({ node: { position } }) =>
    Math.hypot(position.x - at.x, position.z - at.z),
  );
  return distances.filter((distance) => distance > 0 && distance < 16).length >= 2;
}

/** In the page: base64, since that is how bytes leave it. */
async function toWebp(url: string): Promise<string> {
  const bitmap = await createImageBitmap(await (await fetch(url)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.85 });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
