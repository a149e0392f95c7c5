import { type Browser, chromium } from 'playwright-core';

const ARGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];
/** Without a route Chromium offers 127.0.0.1 only to pages that may use the microphone. */
const LOOPBACK_ARGS = [
  '--allow-loopback-in-peer-connection',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

/** Inside the namespace of the run there is a route, and outside of it no connection may leave the machine. */
export const isNamespaced = process.env.SCENEWIRE_NAMESPACE !== undefined;

export function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const executablePath = process.env.SCENEWIRE_CHROMIUM ?? '/usr/bin/chromium';
  const args = [...ARGS, ...(isNamespaced ? [] : LOOPBACK_ARGS), ...more];
  return chromium.launch({ executablePath, args });
}
