import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { MediaPage } from '../programs/media-page.js';
import type { Seen } from '../programs/page-pictures.js';

declare const member: MediaPage;

const PATIENCE = { timeout: 60_000, interval: 200 };

const see = (page: Page, from: number): Promise<Seen | null> => page.evaluate((id) => member.see(id), from);

const isAbout = (colour: readonly number[], wanted: readonly number[]): boolean =>
  colour.every((value, channel) => Math.abs(value - (wanted[channel] as number)) < 60);

/** What a page sees from a player: colours, and pictures that go on. */
export async function sees(page: Page, from: number, left: readonly number[], right: readonly number[]): Promise<Seen> {
  const looks = async (): Promise<string> => {
    const seen = await see(page, from);
    if (seen !== null && isAbout(seen.left, left) && isAbout(seen.right, right)) return 'right';
    return JSON.stringify([seen, await page.evaluate(() => member.tellPictures())]);
  };
  await expect.poll(looks, PATIENCE).toBe('right');
  const { bar } = (await see(page, from)) as Seen;
  await expect.poll(async () => (await see(page, from))?.bar, PATIENCE).not.toBe(bar);
  return (await see(page, from)) as Seen;
}

export const RED = [255, 0, 0];
export const BLUE = [0, 0, 255];
export const GREEN = [0, 128, 0];
export const BLACK = [0, 0, 0];
