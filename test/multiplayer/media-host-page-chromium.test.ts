import type { Page } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import { TrackType } from '../../src/extension/media/media-types.js';
import type { MediaPage } from './programs/media-page.js';
import { MediaPages } from './support/media-pages.js';
import { BLACK, BLUE, GREEN, RED, sees } from './support/seeing.js';

declare const member: MediaPage;

const PATIENCE = { timeout: 60_000, interval: 100 };

let pages: MediaPages | null = null;
afterEach(async () => {
  await pages?.close();
  pages = null;
});

/** A page that hosts, with two players. */
async function hosted(all: MediaPages): Promise<readonly [host: Page, two: Page, three: Page]> {
  const [host, two, three] = [
    await all.open('chromium', 1),
    await all.open('chromium', 2),
    await all.open('chromium', 3),
  ];
  await host.evaluate(() => {
    member.begin('server', 1);
    member.openMedia();
    member.forward();
    for (const id of [2, 3]) member.add(id, false);
  });
  for (const [id, page] of [two, three].entries()) {
    await page.evaluate((own) => {
      member.begin('client', own);
      member.openMedia();
      member.add(1, true);
    }, id + 2);
  }
  await all.until(() => host.evaluate(() => member.forwarder?.getPeers().length === 2), 'both take tracks');
  return [host, two, three];
}

it('pictures go through the page of a player that hosts, and one that is on hold when it is taken away is gone for all', async () => {
  pages = new MediaPages();
  const [host, two, three] = await hosted(pages);
  await two.evaluate(() => member.show('red', 'blue'));
  await three.evaluate(() => member.show('green', 'black'));
  await sees(three, 2, RED, BLUE);
  await sees(two, 3, GREEN, BLACK);
  // The host is one of those who see.
  await sees(host, 2, RED, BLUE);
  const passedOn = (): Promise<unknown> =>
    host.evaluate(() => [2, 3].map((id) => [member.forwarder?.getTracks(id), member.forwarder?.getHeard(id)]));
  expect([await passedOn(), await host.evaluate(() => member.forwarder?.getWay(2))]).toEqual([
    [
      [[TrackType.TRACK_VIDEO], [3]],
      [[TrackType.TRACK_VIDEO], [2]],
    ],
    'tracks',
  ]);
  await two.evaluate(() => {
    for (const id of [1, 3]) member.withheld.add(id);
  });
  await expect.poll(passedOn, PATIENCE).toEqual([
    [[TrackType.TRACK_VIDEO], [3]],
    [[TrackType.TRACK_VIDEO], []],
  ]);
  await two.evaluate(() => member.hide());
  for (const page of [host, three]) {
    await expect.poll(() => page.evaluate(() => member.events.at(-1)), PATIENCE).toBe('-2');
    expect(await page.evaluate(() => member.see(2))).toBeNull();
  }
  expect(await passedOn()).toEqual([
    [[], [3]],
    [[TrackType.TRACK_VIDEO], []],
  ]);
  await two.evaluate(() => {
    member.withheld.clear();
    member.show('blue', 'red');
  });
  await sees(three, 2, BLUE, RED);
  await sees(two, 3, GREEN, BLACK);
}, 180_000);
