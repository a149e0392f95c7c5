import { type Clock, realClock } from '../core/clock.js';
import { Err } from '../core/err.js';
import { pushError } from '../core/fail.js';
import { checkedOptions } from './link/checked-options.js';
import type { LinkOptions } from './link/link-limits.js';
import type { LinkTerms } from './linked-route.js';

const DEFAULT_CONNECT_TIMEOUT_MS = 15_000;

export interface WebRTCMultiplayerPeerOptions {
  /** What the connect time-out is measured with. */
  clock?: Clock;
  /** A peer that has not connected this long after `addPeer` is removed. Default 15 s; Infinity waits for ever, as Godot. */
  connectTimeoutMs?: number;
  /** How the link to other scenewire peers behaves; false speaks to everybody as Godot does. */
  link?: Partial<LinkOptions> | false;
}

/** The options as they are used. */
export interface WebRTCPeerSettings {
  readonly clock: Clock;
  readonly connectTimeoutMs: number;
  /** Null: every peer is spoken to as Godot speaks. */
  readonly terms: LinkTerms | null;
}

/** What makes no sense is reported, and is the default. */
export function toSettings({
  clock = realClock,
  connectTimeoutMs,
  link = {},
}: WebRTCMultiplayerPeerOptions): WebRTCPeerSettings {
  return {
    clock,
    connectTimeoutMs: checkedTimeout(connectTimeoutMs),
    terms: link === false ? null : { clock, options: checkedOptions(link), isHidden: false },
  };
}

function checkedTimeout(ms: number = DEFAULT_CONNECT_TIMEOUT_MS): number {
  if (ms > 0) return ms;
  pushError(`A connect time-out of ${String(ms)} ms makes no sense`, Err.ERR_INVALID_PARAMETER);
  return DEFAULT_CONNECT_TIMEOUT_MS;
}
