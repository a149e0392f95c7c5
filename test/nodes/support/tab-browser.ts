import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A real browser whose tabs can really be hidden. Playwright keeps every page visible, so this speaks to the browsers
 * itself: DevTools protocol to Chromium, WebDriver BiDi to Firefox.
 */
export interface TabBrowser {
  /** Opens a tab and shows it. */
  open(url: string): Promise<Tab>;
  close(): Promise<void>;
}

export interface Tab {
  /** The value of an expression; promises are awaited. Only what JSON can say comes back. */
  evaluate<R>(expression: string): Promise<R>;
  /** Puts it in front, which hides the others. */
  show(): Promise<void>;
  /** A gesture of the player: until then nobody has touched the page. Firefox alone. */
  click(): Promise<void>;
  /** As a link does, or the button that leads back. The browser may keep the page that is left. */
  follow(url: string): Promise<void>;
  goBack(): Promise<void>;
  /** Freezes the page as browsers do with old tabs, or thaws it. Chromium alone. */
  freeze(frozen: boolean): Promise<void>;
}

/** Without a route Chromium offers 127.0.0.1 only to pages that may use the microphone. */
const LOOPBACK_ARGS = [
  '--allow-loopback-in-peer-connection',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];
const isLoopbackOnly = process.env.SCENEWIRE_LOOPBACK_ONLY === '1';

type Answer = { readonly [member: string]: unknown };

const CHROMIUM_ARGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
  // Timers of hidden pages are slowed down to one per minute after ten seconds rather than five minutes.
  '--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/10',
  '--remote-debugging-port=0',
];

const FIREFOX_PREFS = `user_pref("media.peerconnection.ice.obfuscate_host_addresses", false);
user_pref("app.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
`;

export type BrowserName = 'chromium' | 'firefox';

/** More preferences of Firefox, and more of its environment. */
export interface FirefoxWishes {
  readonly prefs?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
}

export function openTabBrowser(name: BrowserName, wishes: FirefoxWishes = {}): Promise<TabBrowser> {
  return name === 'chromium' ? openChromium() : openFirefox(wishes);
}

async function openChromium(): Promise<TabBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'scenewire-chromium-'));
  const program = process.env.SCENEWIRE_CHROMIUM ?? '/usr/bin/chromium';
  const args = [
    ...CHROMIUM_ARGS,
    ...(isLoopbackOnly ? LOOPBACK_ARGS : []),
    `--user-data-dir=${profile}`,
    'about:blank',
  ];
  const child = spawn(program, args, { stdio: 'ignore' });
  const file = join(profile, 'DevToolsActivePort');
  await until(() => existsSync(file) && readFileSync(file, 'utf8').includes('/devtools/'));
  const [port, path] = readFileSync(file, 'utf8').split('\n');
  const line = await Line.open(`ws://127.0.0.1:${port}${path}`);
  return {
    async open(url) {
      const { targetId } = await line.ask('Target.createTarget', { url: 'about:blank' });
      const { sessionId } = await line.ask('Target.attachToTarget', { targetId, flatten: true });
      const session = sessionId as string;
      const tab: Tab = {
        ...browsing((expression) => evaluateInChromium(line, session, expression)),
        show: async () => void (await line.ask('Target.activateTarget', { targetId })),
        click: () => Promise.reject(new Error('Clicks are for Firefox alone')),
        freeze: async (frozen) =>
          void (await line.ask('Page.setWebLifecycleState', { state: frozen ? 'frozen' : 'active' }, session)),
      };
      await tab.show();
      await line.ask('Page.navigate', { url }, session);
      await until(() => tab.evaluate(`location.href === ${JSON.stringify(url)} && document.readyState === 'complete'`));
      if (isLoopbackOnly) await tab.evaluate('navigator.mediaDevices?.getUserMedia({ audio: true }).then(() => 0)');
      return tab;
    },
    close: () => end(line, 'Browser.close', child, profile),
  };
}

async function openFirefox({ prefs = {}, env = {} }: FirefoxWishes): Promise<TabBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'scenewire-firefox-'));
  const more = Object.entries(prefs).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, 'user.js'), FIREFOX_PREFS + more.join(''));
  const program = process.env.SCENEWIRE_FIREFOX ?? '/usr/bin/firefox-esr';
  const args = ['--headless', '--remote-debugging-port=0', '--profile', profile, '--no-remote', 'about:blank'];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
  const line = await Line.open(`${await bidiAddress(child)}/session`);
  await line.ask('session.new', { capabilities: {} });
  return {
    async open(url) {
      const { context } = await line.ask('browsingContext.create', { type: 'tab' });
      await line.ask('browsingContext.activate', { context });
      await line.ask('browsingContext.navigate', { context, url, wait: 'complete' });
      return {
        ...browsing((expression) => evaluateInFirefox(line, context as string, expression)),
        show: async () => void (await line.ask('browsingContext.activate', { context })),
        click: async () => void (await line.ask('input.performActions', { context, actions: [CLICK] })),
        freeze: () => Promise.reject(new Error('Firefox freezes no page')),
      };
    },
    close: () => end(line, 'browser.close', child, profile),
  };
}

const CLICK = {
  type: 'pointer',
  id: 'mouse',
  actions: [
    { type: 'pointerMove', x: 10, y: 10 },
    { type: 'pointerDown', button: 0 },
    { type: 'pointerUp', button: 0 },
  ],
};

/** What pages do by themselves, in either browser. */
function browsing(evaluate: Tab['evaluate']): Pick<Tab, 'evaluate' | 'follow' | 'goBack'> {
  // While a page goes and another comes there is none to be asked.
  const isElsewhere = (from: string) => (): Promise<boolean> =>
    evaluate<boolean>(`location.href !== ${JSON.stringify(from)} && document.readyState === 'complete'`).catch(
      () => false,
    );
  const go = async (step: string): Promise<void> => {
    const from = await evaluate<string>('location.href');
    await evaluate(`(setTimeout(() => ${step}), 0)`);
    await until(isElsewhere(from));
  };
  return {
    evaluate,
    follow: (url) => go(`location.assign(${JSON.stringify(url)})`),
    goBack: () => go('history.back()'),
  };
}

function bidiAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (data) => {
      said += String(data);
      const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said);
      if (found !== null) resolve(found[1] as string);
    });
    child.once('exit', () => reject(new Error(`Firefox ended: ${said}`)));
  });
}

async function evaluateInChromium<R>(line: Line, session: string, expression: string): Promise<R> {
  const answer = await line.ask('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true }, session);
  if (answer.exceptionDetails !== undefined) throw new Error(JSON.stringify(answer.exceptionDetails));
  return (answer.result as { value: R }).value;
}

async function evaluateInFirefox<R>(line: Line, context: string, expression: string): Promise<R> {
  const wrapped = `(async () => JSON.stringify(await (${expression})))()`;
  const answer = await line.ask('script.evaluate', { expression: wrapped, target: { context }, awaitPromise: true });
  if (answer.type === 'exception') throw new Error(JSON.stringify(answer.exceptionDetails));
  const { value } = answer.result as { value?: string };
  return (value === undefined ? undefined : JSON.parse(value)) as R;
}

async function end(line: Line, farewell: string, child: ChildProcess, profile: string): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  line.tell(farewell);
  const killer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(killer);
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}

/** Waits for what only looking can tell: a file that another program writes, a page that loads. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = 1200; !(await isSo()); left -= 1) {
    if (left === 0) throw new Error(`Waited in vain for ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What is used of the package `ws`, which has no types of its own. */
interface Socket {
  on(event: 'message' | 'close' | 'error', listener: (data: unknown) => void): void;
  once(event: 'open' | 'error', listener: (data: unknown) => void): void;
  send(text: string): void;
}
const { WebSocket } = createRequire(import.meta.url)('ws') as {
  WebSocket: new (url: string, options: { maxPayload: number }) => Socket;
};

/** Requests and answers over one WebSocket, as both protocols have them. */
class Line {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  #last = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#onMessage(String(data)));
    socket.on('close', () => this.#fail('the browser is gone'));
    socket.on('error', () => {});
  }

  static async open(url: string): Promise<Line> {
    const socket = new WebSocket(url, { maxPayload: 256 * 1024 * 1024 });
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return new Line(socket);
  }

  ask(method: string, params: Answer, sessionId?: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(++this.#last, { resolve, reject });
      this.#socket.send(JSON.stringify({ id: this.#last, method, params, sessionId }));
    });
  }

  tell(method: string): void {
    this.ask(method, {}).catch(() => {});
  }

  #onMessage(text: string): void {
    const { id, result, error } = JSON.parse(text) as { id?: number; result?: Answer; error?: unknown };
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (waiting === undefined || id === undefined) return;
    this.#waiting.delete(id);
    if (error === undefined) waiting.resolve(result ?? {});
    else waiting.reject(new Error(JSON.stringify(error)));
  }

  #fail(why: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(why));
    this.#waiting.clear();
  }
}
