import type { Err } from '../core/err.js';
import type { WebRTCStats } from './webrtc-types.js';

/** What `getStats` resolves with when there is nothing to tell. */
export function noStats(error: Err): WebRTCStats {
  return { error, bytesSent: 0, bytesReceived: 0, roundTripTimeMs: -1, selectedPair: null };
}
