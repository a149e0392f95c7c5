import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inRoot } from '../../scripts/lib/paths.js';
import { OverlayBrowser } from './support/overlay-browser.js';

const keep = process.env.SCENEWIRE_PICTURES === '1';
const FOLDER = 'docs/images';
/** A picture with next to nothing on it is smaller; a larger one is no picture for the repository. */
const LEAST_BYTES = 10_000;
const MOST_BYTES = 150_000;

let chromium: OverlayBrowser;

beforeAll(async () => {
  chromium = await OverlayBrowser.open();
  await chromium.page.setViewportSize({ width: 520, height: 640 });
  await chromium.load();
  await chromium.page.evaluate(() => {
    demo.open({ clients: 3, karts: 6, conditions: { latencyMs: 28, jitterMs: 8, lossRate: 0.01 } });
    demo.show();
    demo.seconds(40);
    demo.misbehave();
  });
}, 60_000);

afterAll(() => chromium?.close());

it.each(['Peers', 'Objects', 'Packets'])('pictures of the overlay: %s', async (name) => {
  await chromium.page.getByRole('tab', { name }).click();
  await chromium.page.evaluate(() => demo.seconds(3));
  const picture = await chromium.page.locator('[data-scenewire] section').screenshot();
  expect(picture.length).toBeGreaterThan(LEAST_BYTES);
  expect(picture.length).toBeLessThan(MOST_BYTES);
  if (!keep) return;
  mkdirSync(inRoot(FOLDER), { recursive: true });
  writeFileSync(inRoot(`${FOLDER}/overlay-${name.toLowerCase()}.png`), picture);
});
