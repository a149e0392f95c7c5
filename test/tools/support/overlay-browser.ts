import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { type PageServer, servePage } from '../../nodes/support/page-server.js';
import { type BrowserName, launchBrowser, launchChromium } from '../../support/browsers.js';
// The program of the page tells what `demo` is there.
import type {} from '../programs/overlay-page.js';

/** A page in a real browser with a small arena, and an overlay over it. */
export class OverlayBrowser {
  readonly page: Page;
  readonly errors: string[] = [];
  readonly #browser: Browser;
  readonly #server: PageServer;

  private constructor(browser: Browser, server: PageServer, page: Page) {
    this.#browser = browser;
    this.#server = server;
    this.page = page;
    page.on('pageerror', (error) => this.errors.push(error.message));
  }

  static async open(name: BrowserName = 'chromium'): Promise<OverlayBrowser> {
    const program = join(import.meta.dirname, '../programs/overlay-page.ts');
    const launched = name === 'chromium' ? launchChromium() : launchBrowser(name);
    const [browser, server] = await Promise.all([launched, servePage(program)]);
    return new OverlayBrowser(browser, server, await browser.newPage({ deviceScaleFactor: 1.5 }));
  }

  /** From the next page on, time is told to some microseconds rather than to a tenth of a millisecond. */
  async tellTimeExactly(): Promise<void> {
    await this.page.route('**/*', async (route) => {
      const response = await route.fetch();
      const headers = {
        ...response.headers(),
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      };
      await route.fulfill({ response, headers });
    });
  }

  /** Begins anew. */
  async load(path = '/'): Promise<void> {
    await this.page.goto(`${this.#server.address}${path}`);
    await this.page.waitForFunction('globalThis.demo !== undefined');
  }

  /** All text of what can be seen. */
  text(): Promise<string> {
    return this.page.locator('[data-scenewire] section').innerText();
  }

  /** What the page holds after everything that can go has gone. */
  async held(): Promise<{ nodes: number; listeners: number }> {
    const session: CDPSession = await this.page.context().newCDPSession(this.page);
    await session.send('Performance.enable');
    await session.send('HeapProfiler.collectGarbage');
    await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    const of = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
    await session.detach();
    return { nodes: of('Nodes'), listeners: of('JSEventListeners') };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
  }
}
