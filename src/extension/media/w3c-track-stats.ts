import { Err } from '../../core/err.js';
import type { WebRTCStats } from '../webrtc-types.js';

interface Entry {
  readonly type: string;
  readonly bytesSent?: number;
  readonly bytesReceived?: number;
  readonly roundTripTime?: number;
}

/** What a browser tells of one track; with simulcast it has several entries. */
export function readTrackStats(report: RTCStatsReport): WebRTCStats {
  const stats: WebRTCStats = {
    error: Err.OK,
    bytesSent: 0,
    bytesReceived: 0,
    roundTripTimeMs: -1,
    selectedPair: null,
    raw: report,
  };
  report.forEach(({ type, bytesSent = 0, bytesReceived = 0, roundTripTime }: Entry) => {
    if (type === 'outbound-rtp') stats.bytesSent += bytesSent;
    if (type === 'inbound-rtp') stats.bytesReceived += bytesReceived;
    if (roundTripTime !== undefined) stats.roundTripTimeMs = roundTripTime * 1000;
  });
  return stats;
}
