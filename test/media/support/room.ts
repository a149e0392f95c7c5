import { resolve } from 'node:path';
import { LobbyServer } from 'scenewire/lobby-server';
import { vi } from 'vitest';
import { type PageServer, servePage } from '../../nodes/support/page-server.js';
import { PATIENCE, type ProgramPage } from './program-page.js';

/** In `programs`, and as it is called in its page. */
type Program = 'talker' | 'projector';

/** A room of the lobby for pages of several browsers that show one program. */
export class Room {
  readonly pages: ProgramPage[] = [];
  readonly #program: Program;
  readonly #server: PageServer;
  readonly #lobby: LobbyServer;
  readonly #address: string;
  #code = '';

  private constructor(program: Program, server: PageServer, lobby: LobbyServer, port: number) {
    this.#program = program;
    this.#server = server;
    this.#lobby = lobby;
    this.#address = `${server.address}/#ws://127.0.0.1:${port}`;
  }

  static async open(program: Program): Promise<Room> {
    const lobby = new LobbyServer({ port: 0, host: '127.0.0.1', log: () => {} });
    const [server, address] = await Promise.all([
      servePage(resolve(import.meta.dirname, `../programs/${program}.ts`)),
      lobby.listen(),
    ]);
    return new Room(program, server, lobby, address?.port ?? 0);
  }

  /** A page enters: the first one makes the room. */
  async enter<P extends ProgramPage>(open: (url: string) => Promise<P>, options: object = {}): Promise<P> {
    const page = await open(this.#address);
    const program = this.#program;
    await vi.waitUntil(() => page.evaluate(`'${program}' in globalThis`), PATIENCE);
    if (this.#code === '') this.#code = await page.evaluate(`${program}.host()`);
    else await page.evaluate(`${program}.join('${this.#code}')`);
    await page.evaluate(`${program}.open(${JSON.stringify(options)})`);
    this.pages.push(page);
    return page;
  }

  /** Everybody takes tracks of everybody. Gives their ids. */
  async complete(): Promise<number[]> {
    const isComplete = `${this.#program}.peers().length === ${this.pages.length - 1}`;
    for (const page of this.pages) await vi.waitUntil(() => page.evaluate(isComplete), PATIENCE);
    return Promise.all(this.pages.map((page) => page.evaluate<number>(`${this.#program}.id`)));
  }

  async close(): Promise<void> {
    await this.#lobby.close();
    await this.#server.close();
  }
}
