import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DrawingFirefox, openDrawingFirefox } from '../samples/support/drawing-firefox.js';
import { FAKE_DEVICES, isNamespaced, launchBrowser, MEDIA_PREFS } from '../support/browsers.js';
import { showsColors } from './support/colors.js';
import { PATIENCE, type ProgramPage } from './support/program-page.js';
import { Room } from './support/room.js';

/** Firefox finds no address outside of the namespace. */
describe.runIf(isNamespaced)('screens in Firefox', () => {
  let firefox: DrawingFirefox;
  let chromium: Browser;
  let room: Room;
  let fox: ProgramPage;
  let other: ProgramPage;

  beforeAll(async () => {
    [firefox, chromium, room] = await Promise.all([
      openDrawingFirefox({ prefs: MEDIA_PREFS }),
      launchBrowser('chromium', { args: [...FAKE_DEVICES, '--enable-unsafe-swiftshader', '--use-angle=swiftshader'] }),
      Room.open('projector'),
    ]);
    const openIn = (browser: Browser) => async (url: string) => {
      const page = await browser.newPage();
      await page.goto(url);
      return page;
    };
    fox = await room.enter(openIn(firefox.browser));
    other = await room.enter(openIn(chromium));
    await room.complete();
  }, 180_000);

  afterAll(async () => {
    await firefox?.close();
    await chromium?.close();
    await room?.close();
  });

  const both = (expression: string): Promise<unknown[]> =>
    Promise.all(room.pages.map((page) => page.evaluate(expression)));

  it('show and are shown pictures at the same moment, beside sound, on meshes of three and of Babylon', async () => {
    // Each of these is two offers at once, with different numbers for the same extensions.
    await both('projector.hum()');
    expect(await both('projector.share()')).toEqual([0, 0]);
    for (const page of room.pages) {
      await expect.poll(() => page.evaluate('projector.tracks()'), PATIENCE).toEqual([2]);
      await expect.poll(() => page.evaluate('projector.shown[0]?.aspect'), PATIENCE).toBe(1);
      for (const engine of ['three', 'babylon'] as const) await showsColors(page, engine);
    }
    await fox.evaluate('projector.takeOff()');
    await other.evaluate('projector.screens.stopSharing()');
    await expect
      .poll(() => fox.evaluate('projector.events.map((event) => event.split(" ")[0])'), PATIENCE)
      .toEqual(['added', 'removed']);
    expect(await other.evaluate('projector.screens.getScreens().length')).toBe(1);
  }, 240_000);
});
