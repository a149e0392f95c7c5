import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { isWallBetween, step } from '../../samples/voice/sim.js';
import { inRoot } from '../../scripts/lib/paths.js';
import { isNamespaced, launchChromium, MEDIA_PREFS } from '../support/browsers.js';
import { SoundServer } from '../support/sound-server.js';
import { openDrawingFirefox } from './support/drawing-firefox.js';
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

  beforeEach(() => {
    problems.length = 0;
  });

  interface Visit {
    readonly room: string;
    readonly viewport?: { readonly width: number; readonly height: number };
    /** Before the page has begun. */
    readonly prepare?: (page: Page) => Promise<unknown>;
  }
  const PHONE = { width: 390, height: 800 };

  async function enter(visitor: Browser, visit: Visit): Promise<Page> {
    // Small: it is drawn by software.
    const viewport = visit.viewport ?? { width: 480, height: 360 };
    const context = await visitor.newContext({ viewport });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    await visit.prepare?.(page);
    await page.goto(`${site.url}#${visit.room}`);
    await page.getByRole('button', { name: 'Enter' }).click();
    await page.locator('body.inside').waitFor(SOON);
    return page;
  }

  const level = (page: Page): Promise<number> =>
    page.locator('meter').evaluate((meter: HTMLMeterElement) => meter.value);

  async function photograph(pages: Readonly<Record<string, Page>>): Promise<void> {
    const folder = process.env['SCENEWIRE_PICTURES'];
    if (folder === undefined) return;
    for (const [name, page] of Object.entries(pages)) await page.screenshot({ path: `${folder}/voice-${name}.png` });
  }

  it('two enter: both microphones are open, and mute and push-to-talk close them', async () => {
    const anna = await enter(browser, { room: 'two' });
    await anna.getByText('Nobody else is here yet').waitFor(SOON);
    const ben = await enter(browser, { room: 'two', viewport: PHONE });
    for (const page of [anna, ben]) await expect.poll(() => level(page), SOON).toBeGreaterThan(0.02);
    await anna.getByText('Nobody else is here yet').waitFor({ ...SOON, state: 'hidden' });
    await anna.getByRole('button', { name: 'Mute' }).click();
    await expect.poll(() => level(anna), SOON).toBe(0);
    await anna.getByRole('button', { name: 'Mute' }).click();
    await anna.getByRole('button', { name: 'Push to talk' }).click();
    await expect.poll(() => level(anna), SOON).toBe(0);
    await anna.locator('canvas').click();
    await anna.keyboard.down('v');
    await expect.poll(() => level(anna), SOON).toBeGreaterThan(0.02);
    await anna.keyboard.up('v');
    await expect.poll(() => level(anna), SOON).toBe(0);
    // Without a keyboard there is a button to hold.
    await ben.getByRole('button', { name: 'Push to talk' }).click();
    await expect.poll(() => level(ben), SOON).toBe(0);
    await photograph({ page: anna, phone: ben });
    await ben.getByRole('button', { name: 'Hold to talk' }).hover();
    await ben.mouse.down();
    await expect.poll(() => level(ben), SOON).toBeGreaterThan(0.02);
    await ben.mouse.up();
    await expect.poll(() => level(ben), SOON).toBe(0);
    expect(problems).toEqual([]);
  }, 120_000);

  it('who says no is told what to do, listens, and may think better of it', async () => {
    const refuse = `(() => {
      const { mediaDevices } = navigator;
      const ask = mediaDevices.getUserMedia;
      mediaDevices.getUserMedia = () => {
        mediaDevices.getUserMedia = ask;
        return Promise.reject(new DOMException('no', 'NotAllowedError'));
      };
    })()`;
    const shy = await enter(browser, { room: 'shy', viewport: PHONE, prepare: (page) => page.addInitScript(refuse) });
    await shy.getByText('Allow it beside the address').waitFor(SOON);
    expect(await shy.getByRole('button', { name: 'Mute' }).isVisible()).toBe(false);
    await photograph({ refused: shy });
    await shy.getByRole('button', { name: 'Use my microphone' }).click();
    await expect.poll(() => level(shy), SOON).toBeGreaterThan(0.02);
    await shy.getByText('Allow it beside the address').waitFor({ ...SOON, state: 'hidden' });
    expect(problems).toEqual([]);
  }, 120_000);

  it.runIf(isNamespaced)(
    'three hear one another, one of them in Firefox, until they walk out of earshot',
    async () => {
      const sound = await SoundServer.start();
      onTestFinished(() => sound.close());
      const firefox = await openDrawingFirefox({ prefs: MEDIA_PREFS, env: sound.env });
      onTestFinished(() => firefox.close());
      const pages: Page[] = [];
      const ids: number[] = [];
      for (const visitor of [browser, browser, firefox.browser]) {
        const page = await enter(visitor, { room: 'three' });
        pages.push(page);
        ids.push(await page.evaluate('courtyard.me'));
      }
      const hears = (page: Page, id: number): Promise<number> => page.evaluate(`hears(${id})`);
      for (const page of pages)
        for (const id of ids) await expect.poll(() => hears(page, id), SOON).toBeGreaterThan(0.02);
      const [, east, west] = pages as [Page, Page, Page];
      await photograph({ firefox: west });
      await east.keyboard.down('d');
      await west.keyboard.down('ArrowLeft');
      // Firefox's own microphone of tests never pauses: when it is not heard, it is not sent.
      await expect.poll(() => hears(east, ids[2] as number), SOON).toBe(0);
      await east.keyboard.up('d');
      await east.keyboard.down('a');
      await expect.poll(() => hears(east, ids[2] as number), SOON).toBeGreaterThan(0.02);
      expect(problems).toEqual([]);
    },
    240_000,
  );
});
