import { mkdirSync } from 'node:fs';
import { setErrorHandler } from 'scenewire';
import { PERFECT_LINK } from 'scenewire/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Outcome, playOn } from '../../samples/bad-network/headless.js';
import { inRoot } from '../../scripts/lib/paths.js';
import { launchChromium } from '../support/browsers.js';
import { SampleSite } from './support/sample-site.js';

const errors: string[] = [];
beforeEach(() => {
  errors.length = 0;
  setErrorHandler((text) => errors.push(text));
});
afterEach(() => {
  setErrorHandler(null);
  expect(errors).toEqual([]);
});

describe('the modes of a channel on a bad link, in memory', { timeout: 120_000 }, () => {
  const [unreliable, ordered, reliable] = [0, 1, 2].map((at) => (outcome: Outcome) => outcome.lanes[at]!);

  it('on a perfect link all of them bring everything at once', () => {
    const outcome = playOn(PERFECT_LINK, 12);
    for (const lane of outcome.lanes) expect(lane).toMatchObject({ arrived: 80, lost: 0, overtaken: 0 });
    expect(outcome.error).toBeLessThan(1.5);
  });

  it('with loss, unreliable packets have gaps and come in time; reliable ones come all, and wait for each other', () => {
    const outcome = playOn({ latencyMs: 80, lossRate: 0.15 });
    expect(unreliable!(outcome).lost).toBeGreaterThan(4);
    expect(unreliable!(outcome).worstMs).toBeLessThan(150);
    // All of the last eighty but those that are still under way.
    expect(reliable!(outcome).arrived).toBeGreaterThan(60);
    expect(reliable!(outcome).worstMs).toBeGreaterThan(300);
  });

  it('overtaking reaches the game in the unreliable mode alone', () => {
    const outcome = playOn({ latencyMs: 50, reorderRate: 0.2, reorderByMs: 150 });
    expect(unreliable!(outcome).overtaken).toBeGreaterThan(4);
    expect(ordered!(outcome).overtaken).toBe(0);
    expect(reliable!(outcome).overtaken).toBe(0);
  });

  it('karts of others are shown later on a slow link, and not wildly off', () => {
    const [near, far] = [10, 200].map((latencyMs) => playOn({ latencyMs, jitterMs: latencyMs / 4 }).error);
    expect(far).toBeGreaterThan(near!);
    expect(far).toBeLessThan(12);
  });
});

it('the page plays over a real connection, and its sliders change the link', async () => {
  const [site, browser] = await Promise.all([SampleSite.open('bad-network'), launchChromium()]);
  onTestFinished(async () => {
    await browser.close();
    await site.close();
  });
  const page = await (await browser.newContext({ viewport: { width: 700, height: 420 } })).newPage();
  page.setDefaultTimeout(60_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(site.url);
  await page.waitForFunction('room.guest.mine?.isAlive');
  const lost = page.locator('.lane small').first();
  await page.waitForFunction('room.lanes[0].packets.length >= 20');
  await page.getByRole('button', { name: 'perfect' }).click();
  const loss = page.getByRole('slider', { name: 'Loss' });
  expect(await loss.inputValue()).toBe('0');
  await loss.fill('50');
  // Packets that are lost are known as lost after a while.
  await page.waitForFunction('room.lanes[0].summary(performance.now()).lost >= 8');
  expect(await lost.textContent()).toMatch(/^\d+ lost/);
  mkdirSync(inRoot('.cache/screenshots'), { recursive: true });
  await page.screenshot({ path: inRoot('.cache/screenshots/bad-network.png') });
  expect(problems).toEqual([]);
}, 120_000);
