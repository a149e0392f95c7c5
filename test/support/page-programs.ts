import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { inRoot } from '../../scripts/lib/paths.js';
import { sourceAliases } from '../../scripts/lib/source-aliases.js';
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

/** Browsers that were started, and the server of their pages, which all show one program. */
export class PagePrograms<P> {
  readonly #server: Server;
  readonly #browsers = new Map<BrowserName, Promise<Browser>>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** The program's file, seen from the root of the repository. */
  static async start<P>(program: string): Promise<PagePrograms<P>> {
    const script = await bundle(inRoot(program));
    const html = `<!doctype html><meta charset="utf-8"><title>player</title><script>${script.replaceAll('</script', '<\\/script')}</script>`;
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PagePrograms<P>(server);
  }

  /** A new page; those of one browser are of one origin, and share its storage. */
  async open(name: BrowserName): Promise<PageProgram<P>> {
    let browser = this.#browsers.get(name);
    if (browser === undefined) {
      browser = launchBrowser(name);
      this.#browsers.set(name, browser);
    }
    const [context] = (await browser).contexts();
    const page = await (context ?? (await (await browser).newContext())).newPage();
    await page.goto(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`);
    return new PageProgram<P>(page);
  }

  async stop(): Promise<void> {
    for (const browser of this.#browsers.values()) await (await browser).close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function bundle(program: string): Promise<string> {
  const result = await build({
    entryPoints: [program],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    tsconfigRaw: {},
    alias: sourceAliases('browser'),
  });
  return result.outputFiles[0]?.text ?? '';
}
