import type { Page } from 'playwright-core';
import { WebRTCPeerConnection } from '../../../src/extension/webrtc-peer-connection.js';
import {
  MediaForwarder,
  type MediaForwarderOptions,
} from '../../../src/multiplayer/media/forwarding/media-forwarder.js';
import { WebRTCMultiplayerPeer } from '../../../src/multiplayer/webrtc-multiplayer-peer.js';
import type { BrowserName } from '../../support/browsers.js';
import type { Letter, MediaPage } from '../programs/media-page.js';
import { MediaPages } from './media-pages.js';

declare const member: MediaPage;

/** A dedicated server in this process, with players in pages. */
export class MediaServer {
  readonly peer = new WebRTCMultiplayerPeer();
  forwarder: MediaForwarder;
  readonly pages = new MediaPages();
  readonly #players = new Map<number, Page>();
  readonly #outbox: Letter[] = [];
  readonly #frames = setInterval(() => this.peer.poll(), 16);

  constructor(options: MediaForwarderOptions = {}) {
    this.forwarder = new MediaForwarder(this.peer, options);
    this.peer.createServer();
    this.pages.add(1, { exchange: (inbox) => this.#exchange(inbox) });
  }

  async join(browser: BrowserName, id: number): Promise<Page> {
    if (this.#players.has(id)) throw new Error(`player ${id} is here already`);
    const page = await this.pages.open(browser, id);
    this.#players.set(id, page);
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

  /** Also one who came only half of the way, or not at all. */
  async leave(id: number): Promise<void> {
    await this.#players.get(id)?.close();
    this.#players.delete(id);
    if (this.peer.getPeers().has(id)) this.peer.removePeer(id);
  }

  /** Players that an attempt which failed has left behind, for example. */
  async dismissAllBut(ids: readonly number[]): Promise<void> {
    for (const id of [...this.#players.keys()]) if (!ids.includes(id)) await this.leave(id);
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
