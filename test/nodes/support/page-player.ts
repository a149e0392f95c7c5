import { MemoryNode, replicate, WebRTCMultiplayerPeer } from 'scenewire';
import { createHeadless, type HeadlessNetwork } from 'scenewire/headless';
import { Chat } from '../programs/chat.js';
import { type Mail, MailedConnection } from '../programs/mailed-connection.js';
import type { Tab } from './tab-browser.js';

export const isLoopbackOnly = process.env.SCENEWIRE_LOOPBACK_ONLY === '1';

/** What `programs/hidden-page.ts` tells of itself. */
export interface PageState {
  readonly frames: number;
  readonly polls: number;
  readonly said: number;
  readonly heard: readonly number[];
  readonly log: readonly string[];
  readonly visibility: 'visible' | 'hidden';
}

export const stateOf = (tab: Tab): Promise<PageState> => tab.evaluate('game.state()');

/** A player in Node, on a connection of the real native back end to a page that is the host. */
export class PagePlayer {
  readonly network: HeadlessNetwork<MemoryNode> = createHeadless({ hz: 60 });
  readonly chat = new Chat();
  readonly peer = new WebRTCMultiplayerPeer();
  readonly synchronizedAt: number[] = [];
  readonly log: string[] = [];
  said = 0;
  readonly #mailed = new MailedConnection(isLoopbackOnly ? { libdatachannel: { bindAddress: '127.0.0.1' } } : {});
  #talking: NodeJS.Timeout | undefined;

  constructor() {
    const { tree, multiplayer } = this.network;
    const box = new MemoryNode('Box');
    tree.bind(box, this.chat);
    replicate(this.chat, { at: 'always' }).synchronized.connect(() => this.synchronizedAt.push(performance.now()));
    tree.addChild(tree.getRoot(), box);
    this.peer.createClient(2);
    this.peer.addPeer(this.#mailed.connection, 1);
    multiplayer.multiplayerPeer = this.peer;
    this.peer.peer_unresponsive.connect(() => this.log.push('unresponsive'));
    this.peer.peer_disconnected.connect((_id, reason) => this.log.push(`disconnected: ${reason}`));
  }

  /** Carries offers, answers and candidates until both are in the game. */
  async join(page: Tab): Promise<void> {
    await page.evaluate('game.connect()');
    for (let left = 600; this.network.multiplayer.getPeers().length === 0; left -= 1) {
      if (left === 0) throw new Error('never connected');
      this.#mailed.give(await page.evaluate<Mail[]>(`game.exchange(${JSON.stringify(this.#mailed.take())})`));
      await wait(20);
    }
    this.#talking = setInterval(() => this.chat.rpc.say(++this.said), 100);
  }

  /** Says no more. */
  hush(): void {
    clearInterval(this.#talking);
  }

  leave(): void {
    this.hush();
    this.network.close();
  }
}

/** What is measured here is time that passes. */
export const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export async function until(isSo: () => boolean | Promise<boolean>, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Waited ${ms} ms in vain for ${isSo}`);
    await wait(20);
  }
}
