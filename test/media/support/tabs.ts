import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type PageServer, servePage } from '../../nodes/support/page-server.js';
import { AUTOPLAY, FAKE_DEVICES, launchBrowser, MEDIA_PREFS } from '../../support/browsers.js';

export interface TabOptions {
  readonly browser?: 'chromium' | 'firefox';
  /** Sound plays without a gesture. Default: true. */
  readonly autoplay?: boolean;
  /** A microphone that beeps, given without a question. Default: true. */
  readonly devices?: boolean;
  readonly args?: readonly string[];
}

/** Tabs of one real browser that show one program, side by side. */
export class Tabs {
  readonly #browser: Browser;
  readonly #context: BrowserContext;
  readonly #server: PageServer;
  readonly #needsMicrophone: boolean;

  private constructor(browser: Browser, context: BrowserContext, server: PageServer, needsMicrophone: boolean) {
    this.#browser = browser;
    this.#context = context;
    this.#server = server;
    this.#needsMicrophone = needsMicrophone;
  }

  static async open(program: string, options: TabOptions = {}): Promise<Tabs> {
    const server = await servePage(program);
    // Without a route Chromium offers 127.0.0.1 only to pages that may use the microphone.
    const isLoopbackOnly = process.env.SCENEWIRE_LOOPBACK_ONLY === '1';
    const browser = await launch(options, isLoopbackOnly);
    const context = await browser.newContext({ viewport: { width: 320, height: 240 } });
    return new Tabs(browser, context, server, isLoopbackOnly);
  }

  async open(): Promise<Page> {
    const page = await this.#context.newPage();
    page.on('pageerror', (error) => console.error(error));
    await page.goto(`${this.#server.address}/`);
    if (this.#needsMicrophone)
      await page.evaluate('navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 0)');
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
  }
}

function launch(options: TabOptions, isLoopbackOnly: boolean): Promise<Browser> {
  const args = [...(options.args ?? [])];
  if (options.autoplay !== false) args.push(AUTOPLAY);
  if (options.devices !== false) args.push(...FAKE_DEVICES);
  if (isLoopbackOnly) args.push('--allow-loopback-in-peer-connection');
  return launchBrowser(options.browser ?? 'chromium', { args, prefs: MEDIA_PREFS });
}
