import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/browsers.js';
import { ArenaPages, PATIENCE_MS, PHONE } from './support/arena-pages.js';

/** What the game hears of its player. */
interface Hands {
  readonly throttle: number;
  readonly steer: number;
  readonly drift: boolean;
  readonly fire: boolean;
}

const handsOf = (page: Page): Promise<Hands> =>
  page.evaluate(() => {
    const { arena } = globalThis as unknown as { arena: { driver: { drive(): Hands } } };
    return { ...arena.driver.drive() };
  });
const AT_REST: Hands = { throttle: 0, steer: 0, drift: false, fire: false };

describe('the hands of a player', { timeout: 2 * PATIENCE_MS }, () => {
  let pages: ArenaPages;
  let chromium: Browser;
  let page: Page;

  beforeAll(async () => {
    [pages, chromium] = await Promise.all([ArenaPages.open(), launchChromium()]);
  }, PATIENCE_MS);

  // One game for all, and another one after a failure, which may have left keys held down.
  beforeEach(async ({ onTestFailed }) => {
    onTestFailed(() => pages.leave());
    if (page?.isClosed() === false) return;
    pages.problems.length = 0;
    page = await pages.visit(chromium, '?view=three&bots=1', PHONE);
    await page.getByRole('button', { name: 'Play against bots' }).click();
    await page.waitForFunction('arena.mine?.isAlive');
  }, 2 * PATIENCE_MS);

  afterAll(async () => {
    await chromium?.close();
    await pages?.close();
  });

  it('drive by keyboard, and let go when the page is left', async () => {
    for (const key of ['KeyW', 'ArrowRight', 'ShiftLeft', 'Space']) await page.keyboard.down(key);
    expect(await handsOf(page)).toEqual({ throttle: 1, steer: 1, drift: true, fire: true });
    await page.waitForFunction('Math.hypot(arena.mine.body.vx, arena.mine.body.vz) > 3');
    await page.waitForFunction('arena.mine.shots > 0');
    await page.evaluate(() => dispatchEvent(new Event('blur')));
    expect(await handsOf(page)).toEqual(AT_REST);
    for (const key of ['KeyW', 'ArrowRight', 'ShiftLeft', 'Space']) await page.keyboard.up(key);
  });

  it('drive by touch: a stick for the left thumb, wherever it is put down, and buttons for the right one', async () => {
    const at = { pointerId: 1, pointerType: 'touch', isPrimary: true, bubbles: true };
    // A thumb that was never down can't be held.
    await page.evaluate(() => {
      Element.prototype.setPointerCapture = () => {};
    });
    const area = page.locator('.stick-area');
    await area.dispatchEvent('pointerdown', { ...at, clientX: 80, clientY: 450 });
    await area.dispatchEvent('pointermove', { ...at, clientX: 20, clientY: 450 });
    expect(await handsOf(page)).toMatchObject({ throttle: 1, steer: -1 });
    await area.dispatchEvent('pointermove', { ...at, clientX: 80, clientY: 520 });
    expect((await handsOf(page)).throttle).toBe(-1);
    await page.getByRole('button', { name: 'Fire' }).dispatchEvent('pointerdown', { ...at, pointerId: 2 });
    expect((await handsOf(page)).fire).toBe(true);
    await page.getByRole('button', { name: 'Fire' }).dispatchEvent('pointerup', { ...at, pointerId: 2 });
    await area.dispatchEvent('pointerup', at);
    expect(await handsOf(page)).toEqual(AT_REST);
  });

  it('drive by gamepad: stick and triggers', async () => {
    await page.evaluate(() => {
      const button = (value: number) => ({ value, pressed: value > 0, touched: value > 0 });
      const buttons = Array.from({ length: 16 }, (_, number) => button(number === 0 ? 1 : number === 7 ? 0.75 : 0));
      navigator.getGamepads = () => [null, { axes: [-0.5, 0.02], buttons } as unknown as Gamepad];
    });
    expect(await handsOf(page)).toEqual({ throttle: 0.75, steer: -0.5, drift: false, fire: true });
    await page.evaluate(() => {
      navigator.getGamepads = () => [];
    });
    expect(await handsOf(page)).toEqual(AT_REST);
  });

  it('open the network overlay, which is loaded then', async () => {
    expect(await page.locator('[data-scenewire]').count()).toBe(0);
    await page.getByRole('button', { name: 'Network (F9)' }).click();
    await page.locator('[data-scenewire] section').waitFor();
    await page.keyboard.press('F9');
    await page.locator('[data-scenewire] section').waitFor({ state: 'hidden' });
    expect(pages.problems).toEqual([]);
  });
});
