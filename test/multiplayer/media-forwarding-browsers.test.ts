import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TrackType } from '../../src/extension/media/media-types.js';
import { NativeReceiver } from '../../src/extension/native/native-receiver.js';
import { NativeTrack } from '../../src/extension/native/native-track.js';
import { isControl } from '../../src/extension/native/rtcp.js';
import { MediaForwarder } from '../../src/multiplayer/media/forwarding/media-forwarder.js';
import { SpeakerTrack } from '../../src/multiplayer/media/forwarding/speaker-track.js';
import type { MediaPage } from './programs/media-page.js';
import type { PictureStats } from './programs/page-pictures.js';
import { MediaServer } from './support/media-server.js';
import { BLACK, BLUE, GREEN, RED, sees } from './support/seeing.js';

declare const member: MediaPage;

const PATIENCE = { timeout: 60_000, interval: 200 };

/** The frequency that a page hears from a player, once it is about the wanted one. */
const hears = (page: Page, from: number, hertz: number): Promise<void> =>
  expect
    .poll(() => page.evaluate((id) => member.hear(id), from), PATIENCE)
    .toSatisfy((peak: number) => Math.abs(peak - hertz) <= 30, `about ${hertz} Hz`);

const stats = (page: Page): Promise<PictureStats> => page.evaluate(() => member.pictureStats());

/** What was told since it was asked last. */
const news = (page: Page): Promise<readonly string[]> => page.evaluate(() => member.events.splice(0));

/** Loses every `nth` packet on the way here, and every `nth` on the way to listeners; gives what ends that. */
function lose(nth: number): () => void {
  let [came, went] = [0, 0];
  const { pass } = SpeakerTrack.prototype;
  const { send } = NativeTrack.prototype;
  const passing = vi.spyOn(SpeakerTrack.prototype, 'pass').mockImplementation(function (this: SpeakerTrack, packet) {
    came += 1;
    if (came % nth !== 0) pass.call(this, packet);
  });
  const sending = vi.spyOn(NativeTrack.prototype, 'send').mockImplementation(function (this: NativeTrack, packet) {
    if (!isControl(packet)) went += 1;
    return isControl(packet) || went % nth !== 0 ? send.call(this, packet) : true;
  });
  return () => {
    passing.mockRestore();
    sending.mockRestore();
  };
}

// One server and its players for all of it: to start browsers takes longer than the rest.
const PLAYERS = [2, 3, 4];

describe('a Node server passes on', () => {
  let server: MediaServer;
  let [two, three, four] = [] as unknown as [Page, Page, Page];
  const audience = new Set<string>();
  beforeAll(async () => {
    server = new MediaServer({
      audience: (speaker, listener) => audience.has('all') || audience.has(`${speaker}${listener}`),
    });
    [two, three] = [await server.join('chromium', 2), await server.join('chromium', 3)];
    four = await server.join('firefox', 4);
  }, 180_000);
  beforeEach(async () => {
    audience.clear();
    audience.add('all');
    // What an attempt that failed has left here is nothing that the next one meets.
    vi.restoreAllMocks();
    await server.dismissAllBut(PLAYERS);
    for (const page of [two, three, four]) {
      await page.evaluate(() => {
        member.hush();
        member.hide();
      });
    }
    await expect.poll(() => PLAYERS.flatMap((id) => server.forwarder.getTracks(id)), PATIENCE).toEqual([]);
    for (const page of [two, three, four]) {
      await expect.poll(() => page.evaluate(() => member.media?.getSenders()), PATIENCE).toEqual([]);
      await news(page);
    }
  });
  afterAll(() => server.close());

  it('voices between Chromium, Chromium and Firefox, lets go of who is muted, and nobody is disturbed', async () => {
    await two.evaluate(() => member.say(700));
    await three.evaluate(() => member.say(1200));
    await hears(three, 2, 700);
    await hears(two, 3, 1200);
    await hears(four, 2, 700);
    expect(await news(two)).toEqual(['+3 voice']);
    expect(server.forwarder.getHeard(4).toSorted()).toEqual([2, 3]);
    server.forwarder.setMuted(2, true);
    expect(server.forwarder.getHeard(3)).toEqual([]);
    await hears(three, 2, 0);
    server.forwarder.setMuted(2, false);
    await hears(three, 2, 700);
    await four.evaluate(() => member.say(0));
    // What Firefox's microphone of tests says.
    await hears(two, 4, 1000);
    await two.evaluate(() => member.hush());
    await expect.poll(async () => (await three.evaluate(() => member.events)).at(-1), PATIENCE).toBe('-2');
    expect([...server.peer.getPeers().values()].every(({ connected }) => connected)).toBe(true);
    expect(await Promise.all([two, three, four].map((page) => page.evaluate(() => member.errors)))).toEqual([
      [],
      [],
      [],
    ]);
  }, 180_000);

  it('whom the audience says, pair by pair, and more only when it says so', async () => {
    audience.clear();
    await two.evaluate(() => member.say(700));
    await three.evaluate(() => member.say(1200));
    await expect.poll(() => [2, 3].flatMap((id) => server.forwarder.getTracks(id)), PATIENCE).toEqual([0, 0]);
    const { packetsIn, packetsOut } = server.forwarder.getCounters();
    await expect.poll(() => server.forwarder.getCounters().packetsIn, PATIENCE).toBeGreaterThan(packetsIn + 50);
    expect(server.forwarder.getCounters().packetsOut).toBe(packetsOut);
    expect([await news(two), await news(three), await news(four)]).toEqual([[], [], []]);
    audience.add('23');
    await hears(three, 2, 700);
    expect([server.forwarder.getHeard(2), server.forwarder.getHeard(3), server.forwarder.getHeard(4)]).toEqual([
      [],
      [2],
      [],
    ]);
    audience.add('34').add('32').delete('23');
    server.forwarder.update();
    await hears(four, 3, 1200);
    await hears(two, 3, 1200);
    await hears(three, 2, 0);
    expect([await two.evaluate(() => member.hear(2)), await news(four)]).toEqual([0, ['+3 voice']]);
    const before = server.forwarder.getCounters();
    expect([before.malformed, before.flooded]).toEqual([0, 0]);
  }, 180_000);

  it('as many as a listener may have, the most important of them, also after another forwarder has taken over', async () => {
    await two.evaluate(() => member.say(700));
    await three.evaluate(() => member.say(1200));
    await hears(four, 2, 700);
    await hears(four, 3, 1200);
    server.forwarder.close();
    await expect.poll(() => four.evaluate(() => member.media?.getPeers()), PATIENCE).toEqual([]);
    let first = 3;
    server.forwarder = new MediaForwarder(server.peer, {
      maxVoices: 1,
      priority: (speaker) => (speaker === first ? 1 : 0),
    });
    await hears(four, 3, 1200);
    // What came of the other one is still played for a moment.
    await hears(four, 2, 0);
    expect(server.forwarder.getHeard(4)).toEqual([3]);
    first = 2;
    await hears(four, 2, 700);
    await hears(four, 3, 0);
    expect(server.forwarder.getHeard(4)).toEqual([2]);
    server.forwarder.close();
    server.forwarder = new MediaForwarder(server.peer);
    await hears(four, 3, 1200);
    // Sequence numbers go on, so that nothing of it is taken for old.
    await hears(four, 2, 700);
  }, 180_000);

  it('pictures both ways at once, of Chromium and Firefox, as VP8, as they are, and again after they were taken away', async () => {
    await two.evaluate(() => member.show('red', 'blue'));
    await four.evaluate(() => member.show('green', 'black'));
    await sees(three, 2, RED, BLUE);
    await sees(four, 2, RED, BLUE);
    await sees(two, 4, GREEN, BLACK);
    await sees(three, 4, GREEN, BLACK);
    expect(await Promise.all([two, three, four].map(async (page) => (await stats(page)).codec))).toEqual(
      Array(3).fill('video/VP8'),
    );
    await two.evaluate(() => member.hide());
    await expect.poll(() => three.evaluate(() => member.see(2)), PATIENCE).toBeNull();
    await two.evaluate(() => member.show('blue', 'green'));
    await sees(three, 2, BLUE, GREEN);
    await sees(four, 2, BLUE, GREEN);
    expect(server.forwarder.getTracks(2)).toEqual([TrackType.TRACK_VIDEO]);
  }, 180_000);

  it('a picture at once to who comes late, since the speaker is asked for a keyframe; and nothing when the speaker has gone', async () => {
    await two.evaluate(() => member.show('red', 'blue'));
    await sees(three, 2, RED, BLUE);
    const { keyframes } = await stats(two);
    // Chromium's own count of requests stands still now and then while it does what they ask for.
    const asks = vi.spyOn(NativeReceiver.prototype, 'requestKeyframe');
    const late = await server.join('chromium', 5);
    const { firstAfterMs } = await sees(late, 2, RED, BLUE);
    expect(asks).toHaveBeenCalled();
    await expect.poll(async () => (await stats(two)).keyframes, PATIENCE).toBeGreaterThan(keyframes);
    // Without one it would take Chromium a minute or more.
    expect(firstAfterMs).toBeLessThan(5000);
    await late.evaluate(() => member.show('green', 'black'));
    await sees(three, 5, GREEN, BLACK);
    await server.leave(5);
    await expect.poll(() => three.evaluate(() => member.events.at(-1)), PATIENCE).toBe('-5');
    await sees(three, 2, RED, BLUE);
  }, 180_000);

  it('pictures over a way that loses packets: they are asked for and sent again, on both sides of the server', async () => {
    await two.evaluate(() => member.show('red', 'blue'));
    await sees(three, 2, RED, BLUE);
    const before = server.forwarder.getCounters();
    const stop = lose(15);
    try {
      await expect.poll(() => server.forwarder.getCounters().sentAgain, PATIENCE).toBeGreaterThan(before.sentAgain + 3);
      await expect
        .poll(() => server.forwarder.getCounters().askedAgain, PATIENCE)
        .toBeGreaterThan(before.askedAgain + 3);
      await expect.poll(async () => (await stats(two)).nacks, PATIENCE).toBeGreaterThan(2);
      await sees(three, 2, RED, BLUE);
    } finally {
      stop();
    }
    // All of a moment is gone: a listener's own request goes the whole way to the speaker.
    const { keyframes } = await stats(two);
    const asks = vi.spyOn(NativeReceiver.prototype, 'requestKeyframe');
    const silence = lose(1);
    await new Promise((later) => setTimeout(later, 400));
    silence();
    await expect.poll(async () => (await stats(two)).keyframes, PATIENCE).toBeGreaterThan(keyframes);
    expect(asks).toHaveBeenCalled();
    await sees(three, 2, RED, BLUE);
  }, 180_000);
});
