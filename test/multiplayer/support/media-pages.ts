import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type PageServer, servePage } from '../../nodes/support/page-server.js';
import { AUTOPLAY, type BrowserName, LOOPBACK, launchBrowser, MEDIA_PREFS } from '../../support/browsers.js';
import type { Letter, MediaPage } from '../programs/media-page.js';

declare const member: MediaPage;

const PROGRAM = resolve(import.meta.dirname, '../programs/media-page.ts');
const PATIENCE_MS = 60_000;

/** Whoever takes part in a game: a page, or a peer of this process. */
export interface Place {
  exchange(inbox: readonly Letter[]): Promise<Letter[]> | Letter[];
}

/** Pages of real browsers that are members of one game, and the mail between all members. */
export class MediaPages {
  readonly #browsers = new Map<BrowserName, Promise<Browser>>();
  readonly #places = new Map<number, Place>();
  readonly #mail = new Map<number, Letter[]>();
  #server: Promise<PageServer> | null = null;

  /** A page that is member `id`. */
  async open(browser: BrowserName, id: number): Promise<Page> {
    const page = await (await this.#launch(browser)).newPage();
    page.on('pageerror', (error) => console.error(error));
    this.#server ??= servePage(PROGRAM);
    await page.goto(`${(await this.#server).address}/`);
    await page.waitForFunction('globalThis.member !== undefined');
    // Without a route Chromium offers addresses only to pages that may use the microphone.
    await page.evaluate('navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 0)');
    this.add(id, { exchange: (inbox) => page.evaluate((letters) => member.exchange(letters), inbox) });
    page.on('close', () => this.#places.delete(id));
    return page;
  }

  add(id: number, place: Place): void {
    this.#places.set(id, place);
  }

  /** Carries mail until the condition holds. */
  async until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!(await holds())) {
      if (performance.now() > end) throw new Error(`never came true: ${what}`);
      await this.#deliver();
      await new Promise((later) => setTimeout(later, 20));
    }
  }

  async close(): Promise<void> {
    for (const browser of this.#browsers.values()) await (await browser).close();
    await (await this.#server)?.close();
  }

  async #deliver(): Promise<void> {
    for (const [id, place] of this.#places) {
      const inbox = this.#mail.get(id) ?? [];
      this.#mail.delete(id);
      for (const letter of await place.exchange(inbox)) {
        this.#mail.set(letter.to, [...(this.#mail.get(letter.to) ?? []), letter]);
      }
    }
  }

  #launch(name: BrowserName): Promise<Browser> {
    const known =
      this.#browsers.get(name) ?? launchBrowser(name, { args: [AUTOPLAY, ...LOOPBACK], prefs: MEDIA_PREFS });
    this.#browsers.set(name, known);
    return known;
  }
}
