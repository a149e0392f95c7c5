import { resolve } from 'node:path';
import { LobbyServer } from 'scenewire/lobby-server';
import { vi } from 'vitest';
import type { VoiceOptions } from '../../../src/media/voice/voice-options.js';
import { type PageServer, servePage } from '../../nodes/support/page-server.js';
import { idOf, PATIENCE, type VoicePage } from './voice-checks.js';

const PROGRAM = resolve(import.meta.dirname, '../programs/talker.ts');

/** A room of the lobby for pages of several browsers, each with a voice. */
export class VoiceRoom {
  readonly pages: VoicePage[] = [];
  readonly #server: PageServer;
  readonly #lobby: LobbyServer;
  readonly #address: string;
  #code = '';

  private constructor(server: PageServer, lobby: LobbyServer, port: number) {
    this.#server = server;
    this.#lobby = lobby;
    this.#address = `${server.address}/#ws://127.0.0.1:${port}`;
  }

  static async open(): Promise<VoiceRoom> {
    const lobby = new LobbyServer({ port: 0, host: '127.0.0.1', log: () => {} });
    const [server, address] = await Promise.all([servePage(PROGRAM), lobby.listen()]);
    return new VoiceRoom(server, lobby, address?.port ?? 0);
  }

  /** A page enters: the first one makes the room. */
  async enter<P extends VoicePage>(open: (url: string) => Promise<P>, options: VoiceOptions = {}): Promise<P> {
    const page = await open(this.#address);
    await vi.waitUntil(() => page.evaluate("'talker' in globalThis"), PATIENCE);
    if (this.#code === '') this.#code = await page.evaluate('talker.host()');
    else await page.evaluate(`talker.join('${this.#code}')`);
    const carrying = { near: 1, far: 21, ...options.carrying };
    await page.evaluate(`talker.open(${JSON.stringify({ ...options, carrying })})`);
    this.pages.push(page);
    return page;
  }

  /** Everybody can be spoken to by everybody. Gives their ids. */
  async complete(): Promise<number[]> {
    for (const page of this.pages) {
      await vi.waitUntil(() => page.evaluate(`talker.peers().length === ${this.pages.length - 1}`), PATIENCE);
    }
    return Promise.all(this.pages.map(idOf));
  }

  async close(): Promise<void> {
    await this.#lobby.close();
    await this.#server.close();
  }
}
