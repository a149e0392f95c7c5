import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isWallBetween, step } from '../../samples/voice/sim.js';
import { inRoot } from '../../scripts/lib/paths.js';
import { launchChromium } from '../support/browsers.js';
import { runProgram } from './support/run-program.js';
import { SampleSite } from './support/sample-site.js';

const SOON = { timeout: 40_000 };
/** A microphone that beeps, and sound without a click. */
const SOUND = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

it('walls stop walkers, who slide along them, and voices', () => {
  const at = { x: -5, z: 1 };
  for (let n = 0; n < 100; n += 1) step(at, { x: 0.5, z: -1 }, 0.02);
  expect(at.z).toBeGreaterThan(0.6);
  expect(at.x).toBeGreaterThan(-4);
  const [here, behind, beside] = [
    { x: -5, z: 2 },
    { x: -5, z: -2 },
    { x: -3, z: 2 },
  ];
  expect([isWallBetween(here, behind), isWallBetween(behind, here), isWallBetween(here, beside)]).toEqual([
    true,
    true,
    false,
  ]);
});

it('headless.ts: three walk about, one leaves, and the process ends by itself', async () => {
  const { code, lines } = await runProgram(inRoot('samples/voice/headless.ts'));
  expect(lines).toEqual([
    expect.stringMatching(/^walked to 0\.\d, and is seen there$/),
    'a voice from behind the wall is muffled: true',
    'one left, two are here',
  ]);
  expect(code).toBe(0);
}, 60_000);

describe('the courtyard', () => {
  const problems: string[] = [];
  let site: SampleSite;
  let browser: Browser;

  beforeAll(async () => {
    [site, browser] = await Promise.all([SampleSite.open('voice'), launchChromium(SOUND)]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  async function enter(viewport = { width: 800, height: 600 }): Promise<Page> {
    const page = await (await browser.newContext({ viewport })).newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(site.url);
    await page.getByRole('button', { name: 'Enter' }).click();
    await page.locator('body.inside').waitFor(SOON);
    return page;
  }

  const level = (page: Page): Promise<number> =>
    page.locator('meter').evaluate((meter: HTMLMeterElement) => meter.value);

  it('two enter: both microphones are open, and mute and push-to-talk close them', async () => {
    const anna = await enter();
    const ben = await enter({ width: 390, height: 800 });
    for (const page of [anna, ben]) await expect.poll(() => level(page), SOON).toBeGreaterThan(0.02);
    await anna.getByRole('button', { name: 'Mute' }).click();
    await expect.poll(() => level(anna), SOON).toBe(0);
    await anna.getByRole('button', { name: 'Mute' }).click();
    await anna.getByRole('button', { name: 'Push to talk' }).click();
    await expect.poll(() => level(anna), SOON).toBe(0);
    await anna.locator('canvas').click();
    await anna.keyboard.down('v');
    await expect.poll(() => level(anna), SOON).toBeGreaterThan(0.02);
    const pictures = process.env['SCENEWIRE_PICTURES'];
    if (pictures !== undefined) {
      await anna.screenshot({ path: `${pictures}/voice.png` });
      await ben.screenshot({ path: `${pictures}/voice-phone.png` });
    }
    expect(problems).toEqual([]);
  }, 120_000);
});
