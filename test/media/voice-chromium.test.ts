import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import type { Heard, Talker } from './programs/talker.js';
import { type TabOptions, Tabs } from './support/tabs.js';
import { comesFromItsPlace, switchesAreHeard } from './support/voice-checks.js';

declare const talker: Talker;

const PROGRAM = resolve(import.meta.dirname, 'programs/talker.ts');
const PATIENCE = { timeout: 30_000, interval: 100 };

let tabs: Tabs | null = null;
afterEach(async () => {
  await tabs?.close();
  tabs = null;
});

const hear = (page: Page, tones: readonly number[] = []): Promise<Heard> =>
  page.evaluate((wanted) => talker.hear(wanted), tones);
const events = (page: Page): Promise<readonly string[]> => page.evaluate(() => talker.events);

/** Without the gesture that `evaluate` pretends: to the browser, nobody has touched the page. */
async function quietly<R>(page: Page, expression: string): Promise<R> {
  const session = await page.context().newCDPSession(page);
  const wishes = { awaitPromise: true, returnByValue: true, userGesture: false };
  const { result } = await session.send('Runtime.evaluate', { expression, ...wishes });
  await session.detach();
  return result.value as R;
}

/** Pages in one room, each with a voice; the ids in the order of the pages. */
async function room(count: number, options: TabOptions = {}): Promise<{ pages: Page[]; ids: number[] }> {
  tabs = await Tabs.open(PROGRAM, options);
  const pages: Page[] = [];
  const ids: number[] = [];
  for (let n = 0; n < count; n += 1) pages.push(await tabs.open());
  const code = await (pages[0] as Page).evaluate(() => talker.host());
  for (const page of pages.slice(1)) await page.evaluate((to) => talker.join(to), code);
  for (const page of pages) {
    await page.evaluate(() => talker.open({ carrying: { near: 1, far: 21, panning: 'equalpower' } }));
    ids.push(await page.evaluate(() => talker.id));
  }
  for (const page of pages) {
    await expect.poll(() => page.evaluate(() => talker.peers().length), PATIENCE).toBe(count - 1);
  }
  return { pages, ids };
}

describe('voices in Chromium', () => {
  it('a tone that is sent is the tone that is heard, as loud as its distance says, and from its side', async () => {
    const { pages, ids } = await room(2);
    const [speaker, listener] = pages as [Page, Page];
    const [speakerId = 0] = ids;
    await speaker.evaluate(() => talker.say(1000));
    await expect.poll(async () => (await hear(listener, [1000])).tones[0], PATIENCE).toBeGreaterThan(0.05);
    expect(Math.abs((await hear(listener)).peak - 1000)).toBeLessThan(12);
    await expect.poll(() => events(listener), PATIENCE).toContain(`speaks ${speakerId}`);
    await comesFromItsPlace(listener, speakerId, 3);
  }, 120_000);

  it('muted, deafened, push-to-talk and the volume of one peer', async () => {
    const { pages, ids } = await room(2);
    const [speaker, listener] = pages as [Page, Page];
    const [speakerId = 0] = ids;
    await speaker.evaluate(() => talker.say(600));
    await switchesAreHeard(speaker, listener, 600);
    await speaker.evaluate(() => talker.voice?.close());
    await expect.poll(() => events(listener), PATIENCE).toContain(`removed ${speakerId}`);
  }, 120_000);

  it('four players hear one another, and who is too far away is sent nothing', async () => {
    const { pages, ids } = await room(4);
    const tones = [500, 800, 1300, 2100];
    for (const [i, page] of pages.entries()) await page.evaluate((hz) => talker.say(hz), tones[i] as number);
    for (const [i, page] of pages.entries()) {
      const others = tones.filter((_hz, n) => n !== i);
      const heard = async (): Promise<number> => Math.min(...(await hear(page, others)).tones);
      await expect.poll(heard, PATIENCE).toBeGreaterThan(0.02);
      expect((await hear(page, [tones[i] as number])).tones[0]).toBeLessThan(0.01);
    }
    const [first, second] = pages as [Page, Page];
    await first.evaluate((id) => talker.put(id, 100, 0, 0), ids[1] as number);
    await expect.poll(async () => (await hear(second, [500])).tones[0], PATIENCE).toBeLessThan(0.005);
    expect((await hear(second, [800, 1300])).tones[1]).toBeGreaterThan(0.02);
    await first.evaluate((id) => talker.put(id, 2, 0, 0), ids[1] as number);
    await expect.poll(async () => (await hear(second, [500])).tones[0], PATIENCE).toBeGreaterThan(0.02);
  }, 180_000);

  it('the microphone is asked for once, has a level, and another one takes its place', async () => {
    const { pages, ids } = await room(2);
    const [speaker, listener] = pages as [Page, Page];
    const asked = await speaker.evaluate(async () => {
      const { mediaDevices } = navigator;
      const ask = mediaDevices.getUserMedia.bind(mediaDevices);
      let times = 0;
      mediaDevices.getUserMedia = (wanted) => {
        times += 1;
        return ask(wanted);
      };
      return [await talker.voice?.start(), times];
    });
    expect(asked).toEqual([true, 1]);
    await expect.poll(() => events(listener), PATIENCE).toContain(`speaks ${ids[0]}`);
    await expect.poll(() => events(speaker), PATIENCE).toContain(`speaks ${ids[0]}`);
    const devices = await speaker.evaluate(async () => (await talker.voice?.getMicrophones())?.map((d) => d.deviceId));
    const used = await speaker.evaluate(() => talker.voice?.getMicrophone());
    expect(devices).toContain(used);
    const other = devices?.find((id) => id !== used && id !== 'default') as string;
    expect(await speaker.evaluate((id) => talker.voice?.chooseMicrophone(id), other)).toBe(true);
    expect(await speaker.evaluate(() => talker.voice?.getMicrophone())).toBe(other);
    expect(await speaker.evaluate(() => talker.voice?.media.getLocalTracks().length)).toBe(1);
    expect((await events(listener)).filter((event) => event.startsWith('removed'))).toEqual([]);
  }, 120_000);

  it('a player who says no to the microphone listens, and the game goes on', async () => {
    const { pages, ids } = await room(2, { devices: false });
    const [speaker, shy] = pages as [Page, Page];
    expect(await shy.evaluate(() => talker.voice?.start())).toBe(false);
    await expect
      .poll(() => events(shy), PATIENCE)
      .toContainEqual(expect.stringMatching(/^no microphone: (denied|missing)$/));
    await speaker.evaluate(() => talker.say(700));
    await expect.poll(async () => (await hear(shy, [700])).tones[0], PATIENCE).toBeGreaterThan(0.05);
    expect(await shy.evaluate((id) => talker.voice?.getLevel(id), ids[0] as number)).toBeGreaterThan(0.02);
  }, 120_000);

  it('a browser that waits for a gesture is told of, and heard with the next one', async () => {
    tabs = await Tabs.open(PROGRAM, { autoplay: false });
    const [speaker, listener] = [await tabs.open(), await tabs.open()];
    const code = await speaker.evaluate(() => talker.host());
    await speaker.evaluate(() => talker.open());
    const id = await quietly<number>(listener, `talker.join(${JSON.stringify(code)})`);
    await quietly(listener, 'talker.open()');
    const told = (): Promise<readonly string[]> => quietly(listener, 'talker.events');
    await expect.poll(told, PATIENCE).toContain('blocked');
    await speaker.mouse.click(10, 10);
    await speaker.evaluate(() => talker.say(900));
    await expect.poll(told, PATIENCE).toContain('added 1');
    expect([id > 1, await quietly(listener, 'talker.voice.isBlocked()')]).toEqual([true, true]);
    expect(await told()).not.toContain('free');
    await listener.bringToFront();
    await listener.mouse.click(10, 10);
    await expect.poll(told, PATIENCE).toContain('free');
    await expect.poll(async () => (await hear(listener, [900])).tones[0], PATIENCE).toBeGreaterThan(0.05);
  }, 120_000);
});
