import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { LobbySession } from 'scenewire/lobby';
import { LobbyServer } from 'scenewire/lobby-server';
import { MediaForwarder, type MediaForwarderOptions } from 'scenewire/media';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PageServer, servePage } from '../nodes/support/page-server.js';
import { AUTOPLAY, LOOPBACK, launchBrowser } from '../support/browsers.js';
import type { Talker } from './programs/talker.js';
import { PATIENCE } from './support/program-page.js';
import { eventsOf, idOf, isHeard, isSilent, isTold } from './support/voice-checks.js';

declare const talker: Talker;

const NEAR = { near: 1, far: 21, panning: 'equalpower' } as const;

/** One browser and one lobby for all of it. */
describe('voices through a server, in Chromium', () => {
  let browser: Browser;
  let lobby: LobbyServer;
  let pages: PageServer;
  let lobbyAddress = '';
  beforeAll(async () => {
    lobby = new LobbyServer({ port: 0, host: '127.0.0.1', log: () => {} });
    const [listening, served, launched] = await Promise.all([
      lobby.listen(),
      servePage(resolve(import.meta.dirname, 'programs/talker.ts')),
      launchBrowser('chromium', { args: [AUTOPLAY, ...LOOPBACK] }),
    ]);
    lobbyAddress = `ws://127.0.0.1:${listening?.port}`;
    pages = served;
    browser = launched;
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await lobby.close();
    await pages.close();
  });

  async function open(): Promise<Page> {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(error));
    await page.goto(`${pages.address}/#${lobbyAddress}`);
    await page.waitForFunction('globalThis.talker !== undefined');
    // Without a route Chromium offers addresses only to pages that may use the microphone.
    await page.evaluate('navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 0)');
    return page;
  }

  async function join(code: string): Promise<Page> {
    const page = await open();
    await page.evaluate((to) => talker.join(to), code);
    await page.evaluate((carrying) => talker.open({ carrying }), NEAR);
    return page;
  }

  /** Two players who say their tones, hear each other and not themselves; `host` hears both of them. */
  async function talkToEachOther(one: Page, two: Page, host?: Page): Promise<void> {
    await one.evaluate(() => talker.say(500));
    await two.evaluate(() => talker.say(1300));
    await isHeard(two, 500);
    await isHeard(one, 1300);
    if (host !== undefined) await isHeard(host, 500, 1300);
    await isSilent(one, 500);
    await isSilent(two, 1300);
    await isTold(two, `added ${await idOf(one)}`);
    await isTold(two, `speaks ${await idOf(one)}`);
    expect(await eventsOf(two)).not.toContain(host === undefined ? 'added 1' : `added ${await idOf(two)}`);
  }

  /** Who is out of earshot is not sent anything. */
  async function keepDistance(one: Page, two: Page, heardBy: (id: number) => readonly number[]): Promise<void> {
    const [first, second] = [await idOf(one), await idOf(two)];
    expect(heardBy(second)).toContain(first);
    await one.evaluate((id) => talker.put(id, 100, 0, 0), second);
    await isSilent(two, 500);
    await expect.poll(() => heardBy(second), PATIENCE).not.toContain(first);
    await one.evaluate((id) => talker.put(id, 2, 0, 0), second);
    await isHeard(two, 500);
  }

  it('in Node: players hear each other, as far as their voices carry, and who speaks is named', async () => {
    const session = new LobbySession(lobbyAddress);
    const frames = setInterval(() => session.poll(), 16);
    try {
      const code = await session.host({ mode: 'server' });
      const apart = new Set<number>();
      const options: MediaForwarderOptions = {
        audience: (speaker, listener) => !apart.has(speaker) && !apart.has(listener),
      };
      const forwarder = new MediaForwarder(session.peer, options);
      const [one, two] = [await join(code), await join(code)];
      await talkToEachOther(one, two);
      expect(forwarder.getWay(await idOf(one))).toBe('packets');
      await keepDistance(one, two, (id) => forwarder.getHeard(id));
      apart.add(await idOf(one));
      await isSilent(two, 500);
      await isSilent(one, 1300);
      apart.clear();
      await isHeard(two, 500);
      await one.evaluate(() => talker.voice?.close());
      await isTold(two, `removed ${await idOf(one)}`);
      await one.close();
      await two.close();
    } finally {
      clearInterval(frames);
      await session.leave();
    }
  }, 180_000);

  it('in the page of a player: the others hear each other through it, as in a game with a server of its own', async () => {
    const host = await open();
    const code = await host.evaluate(() => talker.host('server'));
    await host.evaluate((carrying) => talker.open({ carrying }), NEAR);
    await host.evaluate(() => talker.forward({ maxVoices: 1, priority: (speaker) => (speaker === 1 ? 0 : 1) }));
    const [one, two] = [await join(code), await join(code)];
    await talkToEachOther(one, two, host);
    const [first, second] = [await idOf(one), await idOf(two)];
    expect(await host.evaluate((id) => talker.forwarder?.getWay(id), first)).toBe('tracks');
    // The host plays, too, and is heard for its own.
    await host.evaluate(() => talker.say(2300));
    await isHeard(one, 1300, 2300);
    await isHeard(two, 500, 2300);
    await host.evaluate((id) => talker.forwarder?.setMuted(id, true), first);
    await isSilent(two, 500);
    await isHeard(host, 500);
    expect(await host.evaluate((id) => talker.forwarder?.getHeard(id), second)).toEqual([]);
    await host.evaluate((id) => talker.forwarder?.setMuted(id, false), first);
    await isHeard(two, 500);
    // Out of earshot for one of them, and not for the host.
    await one.evaluate((id) => talker.put(id, 100, 0, 0), second);
    await isSilent(two, 500);
    await isHeard(host, 500);
    await one.evaluate((id) => talker.put(id, 2, 0, 0), second);
    await isHeard(two, 500);
    // Again after it was taken back.
    await one.evaluate(() => talker.voice?.close());
    await isTold(two, `removed ${first}`);
    await one.evaluate((carrying) => talker.open({ carrying }), NEAR);
    await one.evaluate(() => talker.say(700));
    await isHeard(two, 700);
    // A host that plays nothing of it passes it on just the same.
    await host.evaluate(() => talker.voice?.close());
    await isTold(two, 'removed 1');
    // What was under way is over by then.
    for (let n = 0; n < 12; n += 1) await two.evaluate(() => talker.hearNext());
    await isHeard(two, 700);
    await host.evaluate(() => talker.forwarder?.close());
    await isSilent(two, 700);
  }, 180_000);
});
