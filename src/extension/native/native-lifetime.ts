import type { PeerConnection } from 'node-datachannel';
import { Err } from '../../core/err.js';
import { fail, messageOf } from '../../core/fail.js';
import { getLogger } from '../../core/log.js';
import { loadAddon } from './native-addon.js';

const log = getLogger('native');

/**
 * Keeps native objects alive and lets the process end. A native object that is collected before its closed event is a
 * use after free in the addon, and one that is never closed keeps the process running. So each stays in this set until
 * its closed event, and a turn longer, because the event still runs on it.
 */
const live = new Set<object>();
/** Channels whose closed event is gone for good. */
const lost = new Set<object>();
const WARN_EVERY_LOST = 1000;
let sweep: NodeJS.Timeout | null = null;

/** Time for a connection that is just being made: cleaning up would end it too. */
const SWEEP_AFTER_MS = 50;
/** A closed event is there within a turn of the event loop, or it never comes. */
const CLOSED_WITHIN_MS = 100;
/** For the ends of channels to be told, besides the way there and back: the other side may be busy. */
const ENDS_TOLD_MS = 100;
const MOST_RTT_MS = 500;

type Closable = Pick<PeerConnection, 'close' | 'rtt' | 'state'>;

export function keepAlive(native: object): void {
  live.add(native);
}

/** Its closed event has come. */
export function letGo(native: object): void {
  setImmediate(() => {
    live.delete(native);
    lost.delete(native);
    sweepIfIdle();
  });
}

/**
 * Closes a channel. When the other side does the same at that moment, each of the library's two threads leaves the
 * closed event to the other one, and nobody tells it: `onLost` is called then.
 */
export function closeChannel(native: { close(): void }, onLost: () => void = () => {}): void {
  attempt(() => native.close());
  if (!live.has(native)) return;
  // These timers keep no process running, while a channel whose event is lost does.
  setTimeout(() => {
    // After a long turn the timer is served first, and the event is only waiting.
    setImmediate(() => {
      if (!live.has(native)) return;
      keepLost(native);
      onLost();
    });
  }, CLOSED_WITHIN_MS).unref();
}

/**
 * Closes a connection whose channels are being closed. The library tells of the end of one channel, and of the others when
 * the other side has answered that; closing forgets what it did not get to tell. Where ICE has failed, nobody is told.
 */
export function closeConnection(native: Closable, openChannels: number): void {
  const close = (): void => void attempt(() => native.close());
  if (openChannels < 2 || attempt(() => native.state()) === 'failed') close();
  else setTimeout(close, ENDS_TOLD_MS + 2 * Math.min(MOST_RTT_MS, Math.max(0, attempt(() => native.rtt()) ?? 0)));
}

/** Its closed event will never come: only the addon's own cleanup frees it, once nothing else is alive. */
export function keepLost(native: object): void {
  live.delete(native);
  lost.add(native);
  if (lost.size % WARN_EVERY_LOST === 0) {
    log.warn(`${lost.size} native channels can only be freed once no connection is open`);
  }
  sweepIfIdle();
}

/** Native objects that are not closed yet, and channels that wait for the addon's cleanup. */
export function countNatives(): { live: number; lost: number } {
  return { live: live.size, lost: lost.size };
}

function sweepIfIdle(): void {
  if (live.size > 0 || lost.size === 0 || sweep !== null) return;
  sweep = setTimeout(() => {
    sweep = null;
    const addon = loadAddon();
    if (live.size > 0 || typeof addon === 'number') return;
    attempt(() => addon.cleanup());
    lost.clear();
  }, SWEEP_AFTER_MS);
}

/** Runs a call into the addon, or a callback of it, from which nothing may escape: it would end the process. */
export function attempt<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}

/** A call that the library may refuse, with what it asks for in words. */
export function tryTo(what: string, call: () => void): Err {
  try {
    call();
    return Err.OK;
  } catch (thrown) {
    return fail(Err.FAILED, `The native library cannot ${what}: ${messageOf(thrown)}`);
  }
}
