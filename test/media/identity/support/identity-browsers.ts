import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { inRoot } from '../../../../scripts/lib/paths.js';
import { sourceAliases } from '../../../../scripts/lib/source-aliases.js';
import { type BrowserName, launchBrowser } from '../../../support/browsers.js';
import type { IdentityPage } from './identity-page.js';

/** A player in a page of a real browser. */
export class PagePlayer {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  call<N extends keyof IdentityPage>(
    name: N,
    ...args: Parameters<IdentityPage[N]>
  ): Promise<Awaited<ReturnType<IdentityPage[N]>>> {
    const texts = args.map((arg) => JSON.stringify(arg) ?? 'undefined').join(', ');
    return this.#page.evaluate(`player.${name}(${texts})`) as Promise<Awaited<ReturnType<IdentityPage[N]>>>;
  }

  reload(): Promise<unknown> {
    return this.#page.reload();
  }

  close(): Promise<void> {
    return this.#page.close();
  }
}

/** Browsers that were started, and the server of their pages. */
export class IdentityBrowsers {
  readonly #server: Server;
  readonly #browsers = new Map<BrowserName, Promise<Browser>>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<IdentityBrowsers> {
    const script = await bundle();
    const html = `<!doctype html><meta charset="utf-8"><title>identity</title><script>${script.replaceAll('</script', '<\\/script')}</script>`;
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new IdentityBrowsers(server);
  }

  /** A new page; those of one browser are of one origin, and share its storage. */
  async open(name: BrowserName): Promise<PagePlayer> {
    let browser = this.#browsers.get(name);
    if (browser === undefined) {
      browser = launchBrowser(name);
      this.#browsers.set(name, browser);
    }
    const [context] = (await browser).contexts();
    const page = await (context ?? (await (await browser).newContext())).newPage();
    await page.goto(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`);
    return new PagePlayer(page);
  }

  async stop(): Promise<void> {
    for (const browser of this.#browsers.values()) await (await browser).close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [inRoot('test/media/identity/support/identity-page.ts')],
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
