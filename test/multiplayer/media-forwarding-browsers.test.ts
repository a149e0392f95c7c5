import type { Page } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import { WebRTCPeerConnection } from '../../src/extension/webrtc-peer-connection.js';
import { MediaForwarder } from '../../src/multiplayer/media/forwarding/media-forwarder.js';
import { WebRTCMultiplayerPeer } from '../../src/multiplayer/webrtc-multiplayer-peer.js';
import type { BrowserName } from '../support/browsers.js';
import type { Letter, MediaPage } from './programs/media-page.js';
import { MediaPages } from './support/media-pages.js';

declare const member: MediaPage;

/** A dedicated server in this process, with players in pages. */
class Server {
  readonly peer = new WebRTCMultiplayerPeer();
  readonly forwarder = new MediaForwarder(this.peer);
  readonly pages = new MediaPages();
  readonly #outbox: Letter[] = [];
  readonly #frames = setInterval(() => this.peer.poll(), 16);

  constructor() {
    this.peer.createServer();
    this.pages.add(1, { exchange: (inbox) => this.#exchange(inbox) });
  }

  async join(browser: BrowserName, id: number): Promise<Page> {
    const page = await this.pages.open(browser, id);
    const connection = new WebRTCPeerConnection();
    const head = { from: 1, to: id };
    connection.session_description_created.connect((type, sdp) => {
      connection.setLocalDescription(type, sdp);
      this.#outbox.push({ ...head, type, sdp });
    });
    connection.ice_candidate_created.connect((media, index, name) => {
      this.#outbox.push({ ...head, type: 'candidate', media, index, name });
    });
    this.peer.addPeer(connection, id);
    await page.evaluate((own) => {
      member.begin('client', own);
      member.openMedia();
      member.add(1, true);
    }, id);
    await this.pages.until(() => this.forwarder.getPeers().includes(id), `${browser} takes tracks`);
    return page;
  }

  async close(): Promise<void> {
    clearInterval(this.#frames);
    this.peer.close();
    await this.pages.close();
  }

  #exchange(inbox: readonly Letter[]): Letter[] {
    for (const letter of inbox) {
      const connection = this.peer.getPeers().get(letter.from)?.connection;
      if (letter.type === 'candidate') connection?.addIceCandidate(letter.media, letter.index, letter.name);
      else connection?.setRemoteDescription(letter.type, letter.sdp);
    }
    return this.#outbox.splice(0);
  }
}

let server: Server | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

/** The frequency that a page hears from a player, once it is about the wanted one. */
async function hears(page: Page, from: number, hertz: number): Promise<void> {
  await expect
    .poll(() => page.evaluate((id) => member.hear(id), from), { timeout: 60_000, interval: 200 })
    .toSatisfy((peak: number) => Math.abs(peak - hertz) <= 30, `about ${hertz} Hz`);
}

it('a Node server passes voices on between Chromium and Chromium, and lets go of who is muted', async () => {
  server = new Server();
  const [two, three] = [await server.join('chromium', 2), await server.join('chromium', 3)];
  await two.evaluate(() => member.say(700));
  await three.evaluate(() => member.say(1200));
  await hears(three, 2, 700);
  await hears(two, 3, 1200);
  expect(await two.evaluate(() => [member.events, member.errors])).toEqual([['+3 voice'], []]);
  expect(server.forwarder.getHeard(2)).toEqual([3]);
  server.forwarder.setMuted(2, true);
  expect(server.forwarder.getHeard(3)).toEqual([]);
  await hears(three, 2, 0);
  server.forwarder.setMuted(2, false);
  await hears(three, 2, 700);
  await two.evaluate(() => member.hush());
  await expect.poll(() => three.evaluate(() => member.events), { timeout: 60_000 }).toEqual(['+2 voice', '-2']);
  expect([...server.peer.getPeers().values()].every(({ connected }) => connected)).toBe(true);
}, 120_000);

it('a Node server passes voices on between Chromium and Firefox', async () => {
  server = new Server();
  const [two, three] = [await server.join('chromium', 2), await server.join('firefox', 3)];
  await two.evaluate(() => member.say(700));
  await hears(three, 2, 700);
  await three.evaluate(() => member.say(0));
  // What Firefox's microphone of tests says.
  await hears(two, 3, 1000);
  expect(await three.evaluate(() => [member.events, member.errors])).toEqual([['+2 voice'], []]);
}, 120_000);
