import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { sourceAliases } from '../../../scripts/lib/source-aliases.js';
import { AUTOPLAY, type BrowserName, LOOPBACK, launchBrowser, MEDIA_PREFS } from '../../support/browsers.js';
import type { Mail } from './lab.js';
import type { LabFunction, World } from './world.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const onDist = process.env.SCENEWIRE_DIST === '1';

/** A world in a page of a real browser. The functions of a test go there as text. */
export class BrowserWorld implements World {
  readonly name: string;
  readonly #browser: Browser;
  readonly #server: Server;
  readonly #page: Page;

  private constructor(name: string, browser: Browser, server: Server, page: Page) {
    this.name = name;
    this.#browser = browser;
    this.#server = server;
    this.#page = page;
  }

  static async open(name: BrowserName): Promise<BrowserWorld> {
    const browser = await launch(name);
    const server = await serve(await bundleLab());
    const page = await browser.newPage();
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/`);
    if (needsLoopback()) await page.evaluate('navigator.mediaDevices.getUserMedia({ audio: true })');
    const world = new BrowserWorld(name, browser, server, page);
    await world.reset();
    return world;
  }

  async reset(): Promise<void> {
    await this.#page.evaluate('resetLab()');
  }

  run<A, R>(fn: LabFunction<A, R>, arg: A): Promise<R> {
    return this.#evaluate(`(${fn})(lab, ${json(arg)})`);
  }

  frame<A, R>(inbox: readonly Mail[], check: LabFunction<A, R>, arg: A): Promise<{ outbox: Mail[]; value: R }> {
    const script = `lab.frame(${json(inbox)}).then(async (outbox) => ({ outbox, value: await (${check})(lab, ${json(arg)}) }))`;
    return this.#evaluate(script);
  }

  /** The user goes to another page. */
  async leave(): Promise<void> {
    await this.#page.goto('about:blank');
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await new Promise((done) => this.#server.close(done));
  }

  #evaluate<R>(script: string): Promise<R> {
    return this.#page.evaluate(script) as Promise<R>;
  }
}

function json(value: unknown): string {
  return value === undefined ? 'undefined' : JSON.stringify(value);
}

function needsLoopback(): boolean {
  return process.env.SCENEWIRE_LOOPBACK_ONLY === '1';
}

function launch(name: BrowserName): Promise<Browser> {
  const args = ['--js-flags=--expose-gc', AUTOPLAY, ...(needsLoopback() ? LOOPBACK : [])];
  return launchBrowser(name, { args, prefs: { ...MEDIA_PREFS, 'dom.testing.testutils.enabled': true } });
}

/** The library as a page gets it: with the browser's back end, from source or from the built package. */
async function bundleLab(): Promise<string> {
  const result = await build({
    entryPoints: [resolve(import.meta.dirname, 'page.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    absWorkingDir: ROOT,
    tsconfigRaw: {},
    ...(onDist ? {} : { alias: sourceAliases('browser') }),
  });
  return result.outputFiles[0]?.text ?? '';
}

async function serve(script: string): Promise<Server> {
  const page = `<!doctype html><meta charset="utf-8"><title>scenewire</title><script>${script.replaceAll('</script', '<\\/script')}</script>`;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}
