import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openTabBrowser, type Tab, type TabBrowser } from '../nodes/support/tab-browser.js';
import { AUTOPLAY, FAKE_DEVICES, isNamespaced, launchBrowser } from '../support/browsers.js';
import { SoundServer } from '../support/sound-server.js';
import { PATIENCE, type ProgramPage } from './support/program-page.js';
import { Room } from './support/room.js';
import {
  comesFromItsPlace,
  eventsOf,
  hear,
  isHeard,
  isSilent,
  isTold,
  switchesAreHeard,
} from './support/voice-checks.js';

/** Sound at once, and microphones without a question. */
const PREFS = {
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'media.navigator.permission.disabled': true,
};
/** What each page says, in the order in which they come. */
const TONES = [500, 900, 1500];
const CARRYING = { near: 1, far: 21 };
/** A humming microphone is noise to what makes voices clear. */
const AS_IT_IS = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

/** Firefox finds no address outside of the namespace. */
describe.runIf(isNamespaced)('voices in Firefox', () => {
  let sound: SoundServer;
  let firefox: TabBrowser;
  let chromium: Browser;
  let room: Room;
  /** A tab of Firefox that others are in front of, a page of Chromium, and the tab that is seen. */
  let behind: Tab;
  let other: ProgramPage;
  let seen: Tab;
  let ids: number[];

  const openChromium = async (url: string): Promise<ProgramPage> => {
    const page = await chromium.newPage();
    await page.goto(url);
    return page;
  };

  beforeAll(async () => {
    sound = await SoundServer.start();
    await sound.plug(600);
    [firefox, chromium, room] = await Promise.all([
      openTabBrowser('firefox', { prefs: PREFS, env: sound.env }),
      launchBrowser('chromium', { args: [AUTOPLAY, ...FAKE_DEVICES] }),
      Room.open('talker'),
    ]);
    const openTab = (url: string): Promise<Tab> => firefox.open(url);
    behind = await room.enter(openTab, { carrying: CARRYING });
    const carrying = { ...CARRYING, panning: 'equalpower' };
    other = await room.enter(openChromium, { carrying });
    seen = await room.enter(openTab, { carrying, constraints: AS_IT_IS });
    ids = await room.complete();
    // All at once: each pair has two offers that meet.
    await Promise.all(room.pages.map((page, i) => page.evaluate(`talker.say(${TONES[i]})`)));
  }, 180_000);

  afterAll(async () => {
    await firefox?.close();
    await chromium?.close();
    await room?.close();
    await sound?.close();
  });

  it('tones go both ways, between Firefox and Chromium and between two tabs of Firefox, one of them hidden', async () => {
    expect(await behind.evaluate('document.hidden')).toBe(true);
    for (const [i, page] of room.pages.entries()) {
      await isHeard(page, ...TONES.filter((_tone, n) => n !== i));
      expect((await hear(page, [TONES[i] as number])).tones[0]).toBeLessThan(0.01);
      for (const id of ids) await isTold(page, `speaks ${id}`);
    }
    await seen.evaluate(`talker.voice.mutePeer(${ids[0]}, true)`);
    await expect.poll(async () => Math.abs((await hear(seen)).peak - 900), PATIENCE).toBeLessThan(12);
    await seen.evaluate(`talker.voice.mutePeer(${ids[0]}, false)`);
  }, 180_000);

  it.each([
    // What a head does is softer than what two loudspeakers do.
    ['in front, from Chromium', () => [seen, ids[1], ids[0], 3] as const],
    ['hidden, as with a head, from Firefox', () => [behind, ids[2], ids[1], 1.5] as const],
  ])(
    'are as loud as their distance says, and from their side: %s',
    async (_name, of) => {
      const [listener, speakerId = 0, quietId = 0, sideRatio] = of();
      await listener.evaluate(`talker.voice.mutePeer(${quietId}, true)`);
      await comesFromItsPlace(listener, speakerId, sideRatio);
      await listener.evaluate(`talker.voice.mutePeer(${quietId}, false)`);
    },
    180_000,
  );

  it('muted, deafened, push-to-talk and the volume of one peer, towards Chromium and from it', async () => {
    await switchesAreHeard(seen, other, 1500);
    await switchesAreHeard(other, seen, 900);
  }, 180_000);

  it('the microphone is asked for once, another takes its place without a gap, and the usual one when it is pulled out', async () => {
    await seen.evaluate(`void (() => {
      const { mediaDevices } = navigator;
      const ask = mediaDevices.getUserMedia.bind(mediaDevices);
      globalThis.asked = 0;
      mediaDevices.getUserMedia = (wanted) => { asked += 1; return ask(wanted); };
    })()`);
    expect(await seen.evaluate('talker.voice.start()')).toBe(true);
    expect(await seen.evaluate('asked')).toBe(1);
    await isHeard(other, 600);
    await expect.poll(() => seen.evaluate(`talker.voice.isSpeaking(${ids[2]})`), PATIENCE).toBe(true);
    await isTold(seen, 'microphone Sine source at 600 Hz');
    await sound.plug(1100);
    await isTold(seen, 'devices');
    const named = '.then((all) => all.find(({ label }) => label.includes("1100")).deviceId)';
    expect(
      await seen.evaluate(`talker.voice.getMicrophones()${named}.then((id) => talker.voice.chooseMicrophone(id))`),
    ).toBe(true);
    await isHeard(other, 1100);
    await isSilent(other, 600);
    expect(await seen.evaluate('talker.voice.chooseMicrophone("none")')).toBe(false);
    await isTold(seen, 'no microphone: missing');
    await isHeard(other, 1100);
    await sound.unplug(1100);
    await isHeard(other, 600);
    expect(await seen.evaluate('talker.voice.media.getLocalTracks().length')).toBe(1);
    expect((await eventsOf(other)).filter((event) => event.startsWith('removed'))).toEqual([]);
  }, 180_000);

  it('a player without sound and pictures until they touch the page is told so, hears and sees then, and listens without a microphone', async () => {
    const strict = { 'media.autoplay.default': 5, 'media.autoplay.blocking_policy': 0 };
    const shy = await openTabBrowser('firefox', {
      prefs: { ...strict, 'permissions.default.microphone': 2 },
      env: sound.env,
    });
    onTestFinished(() => shy.close());
    const place = await Room.open('talker');
    onTestFinished(() => place.close());
    const speaker = await place.enter(openChromium);
    const listener = await place.enter((url) => shy.open(url));
    await speaker.evaluate('talker.say(700)');
    await speaker.evaluate('talker.show()');
    await isTold(listener, 'blocked');
    await isTold(listener, 'added 1');
    await expect.poll(() => listener.evaluate('talker.pictures()'), PATIENCE).toEqual([false]);
    expect(await listener.evaluate('talker.voice.isBlocked()')).toBe(true);
    expect(await eventsOf(listener)).not.toContain('free');
    await listener.click();
    await isTold(listener, 'free');
    await isHeard(listener, 700);
    await expect.poll(() => listener.evaluate('talker.pictures()'), PATIENCE).toEqual([true]);
    await expect.poll(() => listener.evaluate('talker.voice.getLevel(1)'), PATIENCE).toBeGreaterThan(0.02);
    expect(await listener.evaluate('talker.voice.start()')).toBe(false);
    await isTold(listener, 'no microphone: denied');
    await isHeard(listener, 700);
  }, 180_000);
});
