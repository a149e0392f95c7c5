import { type Browser, type BrowserContext, chromium, firefox, type Page } from 'playwright-core';
import { type PageServer, servePage } from '../../nodes/support/page-server.js';

const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];
const FAKE_DEVICES = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
const AUTOPLAY = '--autoplay-policy=no-user-gesture-required';
const LOOPBACK = '--allow-loopback-in-peer-connection';
const FIREFOX_PREFS = {
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'app.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
};

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
  if (options.browser === 'firefox') {
    const executablePath = process.env.SCENEWIRE_FIREFOX ?? '/usr/bin/firefox-esr';
    return firefox.launch({ channel: 'moz-firefox', executablePath, firefoxUserPrefs: FIREFOX_PREFS });
  }
  const executablePath = process.env.SCENEWIRE_CHROMIUM ?? '/usr/bin/chromium';
  const args = [...CHROMIUM_ARGS, ...(options.args ?? [])];
  if (options.autoplay !== false) args.push(AUTOPLAY);
  if (options.devices !== false) args.push(...FAKE_DEVICES);
  if (isLoopbackOnly) args.push(LOOPBACK);
  return chromium.launch({ executablePath, args });
}
