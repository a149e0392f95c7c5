import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import { howToInstall } from '../../../scripts/lib/needs.js';
import { type BrowserWishes, launchBrowser } from '../../support/browsers.js';

const PREFS = { 'webgl.force-enabled': true, 'webgl.forbid-software': false };

/** A Firefox whose pages have WebGL, and what else has to end with it. */
export interface DrawingFirefox {
  readonly browser: Browser;
  close(): Promise<void>;
}

/**
 * Without a screen Firefox draws by the machine's hardware or not at all; with one in memory it draws by software. Firefox
 * finds no address outside of the namespace.
 */
export async function openDrawingFirefox(wishes: Pick<BrowserWishes, 'prefs' | 'env'> = {}): Promise<DrawingFirefox> {
  const screen = await openScreen();
  const env = { ...wishes.env, DISPLAY: screen.display, LIBGL_ALWAYS_SOFTWARE: '1' };
  const options = { headless: false, prefs: { ...PREFS, ...wishes.prefs }, env };
  const browser = await launchBrowser('firefox', options).catch((thrown: unknown) => {
    screen.process.kill();
    throw thrown;
  });
  const close = async (): Promise<void> => {
    await browser.close();
    screen.process.kill();
  };
  if (await canDraw(browser)) return { browser, close };
  await close();
  throw new Error('Firefox has no WebGL here, not even in Xvfb');
}

async function canDraw(browser: Browser): Promise<boolean> {
  const page = await browser.newPage();
  const found = await page.evaluate(() => document.createElement('canvas').getContext('webgl2') !== null);
  await page.close();
  return found;
}

/** It tells the number of the screen that it has found free. */
async function openScreen(): Promise<{ display: string; process: ChildProcess }> {
  const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const told = once(server.stdout, 'data').then(([data]) => `:${String(data).trim()}`);
  const failed = once(server, 'error').then(() => null);
  const display = await Promise.race([told, failed, once(server, 'exit').then(() => null)]);
  if (display === null) throw new Error(`Firefox draws on a screen only. ${howToInstall('xvfb')}`);
  return { display, process: server };
}
