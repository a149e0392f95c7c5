import { afterEach, expect, it } from 'vitest';
import type { MediaPage } from './programs/media-page.js';
import { MediaPages } from './support/media-pages.js';

declare const member: MediaPage;

const TIMES = 50;
const PER_SECOND = 60;

let pages: MediaPages | null = null;
afterEach(async () => {
  await pages?.close();
  pages = null;
});

it('R-054 adding and removing a voice 50 times loses no reliable packet and no peer, at 60 packets a second', async () => {
  pages = new MediaPages();
  const [one, two] = [await pages.open('chromium', 2), await pages.open('chromium', 3)];
  await one.evaluate(() => {
    member.begin('mesh', 2);
    member.openMedia();
    member.add(3, true);
  });
  await two.evaluate(() => {
    member.begin('mesh', 3);
    member.openMedia();
    member.add(2, false);
  });
  await pages.until(() => one.evaluate(() => member.media?.getPeers().includes(3) === true), 'both take tracks');
  // From here on nobody carries letters.
  for (const page of [one, two]) await page.evaluate((rate) => member.flow(rate), PER_SECOND);
  await Promise.all([one, two].map((page) => page.evaluate((times) => member.flicker(times), TIMES)));

  for (const [page, other] of [
    [one, 3],
    [two, 2],
  ] as const) {
    const { received, unreliable, lost, events, errors } = await page.evaluate((from) => {
      const numbers = member.received.get(from) ?? [];
      return {
        received: numbers,
        unreliable: member.unreliable,
        lost: member.lost,
        events: member.events,
        errors: member.errors,
      };
    }, other);
    expect(received).toEqual(received.map((_, index) => index + 1));
    expect(received.length).toBeGreaterThan(PER_SECOND);
    expect(unreliable).toBeGreaterThan(received.length / 2);
    expect([lost, errors]).toEqual([0, []]);
    expect(await page.evaluate((id) => member.isConnected(id), other)).toBe(true);
    // Each time under its name, also when it goes while an offer is being made.
    expect(events.filter((event) => event.startsWith('+'))).toEqual(Array(TIMES).fill(`+${other} voice`));
    expect(events.filter((event) => event.startsWith('-')).length).toBeGreaterThanOrEqual(TIMES - 1);
  }
}, 180_000);
