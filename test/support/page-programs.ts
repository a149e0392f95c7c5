import type { Browser, Page } from 'playwright-core';
import { inRoot } from '../../scripts/lib/paths.js';
import { type PageServer, servePage } from '../nodes/support/page-server.js';
import { type BrowserName, launchBrowser } from './browsers.js';

type ArgumentsOf<F> = F extends (...args: infer A) => unknown ? A : never;
type ResultOf<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;

/** A program in a page of a real browser, which has made a global `player` of type `P`. */
export class PageProgram<P> {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  call<N extends keyof P & string>(name: N, ...args: ArgumentsOf<P[N]>): Promise<ResultOf<P[N]>> {
    const texts = args.map((arg) => JSON.stringify(arg) ?? 'undefined').join(', ');
    return this.#page.evaluate(`player.${name}(${texts})`) as Promise<ResultOf<P[N]>>;
  }

  reload(): Promise<unknown> {
    return this.#page.reload();
  }

  close(): Promise<void> {
    return this.#page.close();
  }
}

export interface PageWishes {
  /** Files that do not come. */
  readonly block?: { readonly files: RegExp; readonly how: 'fails' | 'stalls' };
}

/** Browsers that were started, and the server of their pages, which all show one program. */
export class PagePrograms<P> {
  readonly #server: PageServer;
  readonly #browsers = new Map<BrowserName, Promise<Browser>>();

  private constructor(server: PageServer) {
    this.#server = server;
  }

  /** The program's file, seen from the root of the repository. */
  static async start<P>(program: string): Promise<PagePrograms<P>> {
    return new PagePrograms<P>(await servePage(inRoot(program)));
  }

  /** A new page; those of one browser are of one origin, and share its storage. */
  async open(name: BrowserName, { block }: PageWishes = {}): Promise<PageProgram<P>> {
    let browser = this.#browsers.get(name);
    if (browser === undefined) {
      browser = launchBrowser(name);
      this.#browsers.set(name, browser);
    }
    const [context] = (await browser).contexts();
    const page = await (context ?? (await (await browser).newContext())).newPage();
    if (block !== undefined)
      await page.route(block.files, (route) => (block.how === 'fails' ? route.abort() : undefined));
    await page.goto(`${this.#server.address}/`);
    return new PageProgram<P>(page);
  }

  /** Closes all pages, and forgets what they have stored. */
  async forget(): Promise<void> {
    for (const browser of this.#browsers.values()) {
      for (const context of (await browser).contexts()) await context.close();
    }
  }

  async stop(): Promise<void> {
    for (const browser of this.#browsers.values()) await (await browser).close();
    await this.#server.close();
  }
}
