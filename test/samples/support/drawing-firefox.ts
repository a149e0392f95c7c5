import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import { isNamespaced, launchBrowser } from '../../support/browsers.js';

const PREFS = { 'webgl.force-enabled': true, 'webgl.forbid-software': false };

/** A Firefox whose pages have WebGL, and what else has to end with it. */
export interface DrawingFirefox {
  readonly browser: Browser;
  close(): Promise<void>;
}

/**
 * Without a screen Firefox draws by the machine's hardware or not at all; with one in memory it draws by software. A
 * sentence says why there is neither. Firefox finds no address outside of the namespace.
 */
export async function openDrawingFirefox(): Promise<DrawingFirefox | string> {
  if (!isNamespaced) return 'Firefox needs a network namespace';
  const alone = await launch({});
  if (await canDraw(alone)) return { browser: alone, close: () => alone.close() };
  await alone.close();
  const screen = await openScreen();
  if (screen === null) return 'Firefox has no WebGL here, and there is no Xvfb';
  const browser = await launch({ DISPLAY: screen.display, LIBGL_ALWAYS_SOFTWARE: '1' });
  const close = async (): Promise<void> => {
    await browser.close();
    screen.process.kill();
  };
  if (await canDraw(browser)) return { browser, close };
  await close();
  return 'Firefox has no WebGL here, not even in Xvfb';
}

const launch = (env: Readonly<Record<string, string>>): Promise<Browser> =>
  launchBrowser('firefox', { env, headless: env['DISPLAY'] === undefined, prefs: PREFS });

async function canDraw(browser: Browser): Promise<boolean> {
  const page = await browser.newPage();
  const found = await page.evaluate(() => document.createElement('canvas').getContext('webgl2') !== null);
  await page.close();
  return found;
}

/** It tells the number of the screen that it has found free. */
async function openScreen(): Promise<{ display: string; process: ChildProcess } | null> {
  const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const told = once(server.stdout, 'data').then(([data]) => `:${String(data).trim()}`);
  const failed = once(server, 'error').then(() => null);
  const display = await Promise.race([told, failed, once(server, 'exit').then(() => null)]);
  return display === null ? null : { display, process: server };
}
