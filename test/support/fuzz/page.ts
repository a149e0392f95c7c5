import type * as Scenewire from 'scenewire';
import { Census } from './census.js';
import { type RunTotals, runCases } from './run-cases.js';

export interface PageReport extends RunTotals {
  /** The case and what went wrong in it. */
  problems: { index: number; problem: string }[];
}

type Connection = new (...args: unknown[]) => object;

const AT_ONCE = 8;
/** What nobody caught belongs to no case that could be named: it is told with the first one of the range. */
const uncaught: string[] = [];
const library = new Census();
const platform = new Census();

globalThis.addEventListener?.('unhandledrejection', (event) => {
  uncaught.push(`unhandled rejection: ${String((event as PromiseRejectionEvent).reason)}`);
});
globalThis.addEventListener?.('error', (event) => {
  uncaught.push(`uncaught: ${String((event as ErrorEvent).message)}`);
});

/** Runs a range of cases in a page, on the browser's back end. */
export async function runInPage(sw: typeof Scenewire, seed: number, from: number, to: number): Promise<PageReport> {
  const problems: PageReport['problems'] = [];
  sw.setErrorHandler(() => {});
  sw.setLogSink(() => {});
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
  const totals = await runCases(() => ({ sw, configuration: {}, turn, onMade: (made) => library.add(made) }), {
    seed,
    from,
    to,
    atOnce: AT_ONCE,
    onProblem: (index, problem) => problems.push({ index, problem }),
  });
  for (let i = 0; i < 3; i += 1) await turn();
  for (const problem of uncaught.splice(0)) problems.push({ index: from, problem });
  return { ...totals, problems };
}

/** From now on the page's own connections are counted as well. */
export function countPlatformConnections(): void {
  const page = globalThis as unknown as { RTCPeerConnection: Connection };
  page.RTCPeerConnection = class extends page.RTCPeerConnection {
    constructor(...args: unknown[]) {
      super(...args);
      platform.add(this);
    }
  };
}

/**
 * Connections of finished cases: the library's that something still holds, and the page's that nobody closed. Chromium
 * keeps some for itself that were closed in the middle of their handshake.
 */
export async function survivorsInPage(): Promise<number> {
  const isClosed = (object: object): boolean => (object as { signalingState?: string }).signalingState === 'closed';
  return (await library.survivors()) + (await platform.survivors(isClosed));
}
