import { type Browser, chromium, firefox } from 'playwright-core';
import { browsers } from '../../scripts/lib/needs.js';

export type BrowserName = 'chromium' | 'firefox';

export interface BrowserWishes {
  /** More arguments for Chromium. */
  readonly args?: readonly string[];
  /** More preferences of Firefox. */
  readonly prefs?: Readonly<Record<string, string | number | boolean>>;
  /** Firefox with a window, on the screen that `env` names. */
  readonly headless?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Quiet, and with real addresses instead of .local names: faster, and candidates can be looked at. */
const ARGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];
const PREFS = {
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'app.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
};

/** A microphone and a camera that nobody has to allow. */
export const FAKE_DEVICES = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
/** Without a route Chromium offers 127.0.0.1 only to pages that may use the microphone. */
export const LOOPBACK = ['--allow-loopback-in-peer-connection', ...FAKE_DEVICES];
export const AUTOPLAY = '--autoplay-policy=no-user-gesture-required';

/** Devices and sound of Firefox without a question. */
export const MEDIA_PREFS = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
};

/** Inside the namespace of the run there is a route, and outside of it no connection may leave the machine. */
export const isNamespaced = process.env.SCENEWIRE_NAMESPACE !== undefined;

/** Every browser of the tests is started here. */
export function launchBrowser(name: BrowserName, wishes: BrowserWishes = {}): Promise<Browser> {
  const { args = [], prefs = {}, headless = true, env = {} } = wishes;
  const shared = { headless, env: { ...(process.env as Record<string, string>), ...env } };
  if (name === 'firefox') {
    const firefoxUserPrefs = { ...PREFS, ...prefs };
    return firefox.launch({ ...shared, channel: 'moz-firefox', executablePath: browsers.firefox, firefoxUserPrefs });
  }
  return chromium.launch({ ...shared, executablePath: browsers.chromium, args: [...ARGS, ...args] });
}

/** Chromium for pages that connect with each other, in a namespace or without. */
export const launchChromium = (more: readonly string[] = []): Promise<Browser> =>
  launchBrowser('chromium', { args: [...(isNamespaced ? [] : LOOPBACK), ...more] });
