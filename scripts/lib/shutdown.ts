import { endRunning } from './process.js';

type Cleanup = () => void;

const cleanups: Cleanup[] = [];

/** Registers work that must be done however the script ends: normally, by an error, or by a signal. Last in, first out. */
export function onShutdown(cleanup: Cleanup): void {
  if (cleanups.length === 0) listen();
  cleanups.push(cleanup);
}

function shutdown(): void {
  endRunning();
  for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) {
    try {
      cleanup();
    } catch (error) {
      console.error(`clean-up failed: ${String(error)}`);
    }
  }
}

function listen(): void {
  process.on('exit', shutdown);
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    // Exiting runs the listener above; a second signal during the clean-up changes nothing.
    process.on(signal, () => process.exit(code));
  }
}
