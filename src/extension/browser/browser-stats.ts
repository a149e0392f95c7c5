import { Err } from '../../core/err.js';
import type { CandidateInfo, IceCandidate, SelectedCandidatePair, WebRTCStats } from '../webrtc-types.js';

type Entry = Record<string, string | number | boolean | undefined>;

const TYPES: readonly string[] = ['host', 'srflx', 'prflx', 'relay'];

/** Asks one connection of a browser for its statistics. */
export class StatsReader {
  /** Questions that the browser has not answered. */
  readonly #unanswered = new Set<() => void>();

  /** Null when the connection is closed, be it meanwhile: Firefox then never answers. */
  read(connection: RTCPeerConnection): Promise<WebRTCStats | null> {
    if (connection.signalingState === 'closed') return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => resolve(null);
      this.#unanswered.add(giveUp);
      const answered = connection.getStats().then(readStats);
      answered.finally(() => this.#unanswered.delete(giveUp)).then(resolve, reject);
    });
  }

  /** The connection is closed. */
  giveUp(): void {
    for (const giveUp of this.#unanswered) giveUp();
  }
}

/** What all browsers tell, from the report of one connection. */
function readStats(report: RTCStatsReport): WebRTCStats {
  const entries = new Map<string, Entry>();
  report.forEach((entry: Entry, id: string) => {
    entries.set(id, entry);
  });
  const all = [...entries.values()];
  const transport = all.find((entry) => entry.type === 'transport');
  // Only Chromium names the pair in use; the others mark it.
  const pair = entries.get(String(transport?.selectedCandidatePairId)) ?? all.find(isSelectedPair);
  const bytes = transport?.bytesSent === undefined ? pair : transport;
  const roundTrip = pair?.currentRoundTripTime;
  return {
    error: Err.OK,
    bytesSent: Number(bytes?.bytesSent ?? 0),
    bytesReceived: Number(bytes?.bytesReceived ?? 0),
    roundTripTimeMs: typeof roundTrip === 'number' ? roundTrip * 1000 : -1,
    selectedPair: readPair(entries.get(String(pair?.localCandidateId)), entries.get(String(pair?.remoteCandidateId))),
    raw: report,
  };
}

function isSelectedPair(entry: Entry): boolean {
  const selected = entry.selected === true || (entry.nominated === true && entry.state === 'succeeded');
  return entry.type === 'candidate-pair' && selected;
}

function readPair(local: Entry | undefined, remote: Entry | undefined): SelectedCandidatePair | null {
  return local === undefined || remote === undefined
    ? null
    : { local: readCandidate(local), remote: readCandidate(remote) };
}

/** Statistics hold no candidate line, so it is put together from its parts. */
function readCandidate(entry: Entry): IceCandidate & CandidateInfo {
  const address = String(entry.address ?? entry.ip ?? '');
  const port = Number(entry.port ?? 0);
  const type = String(entry.candidateType);
  const protocol = entry.protocol === 'tcp' ? 'tcp' : 'udp';
  const foundation = String(entry.foundation ?? 0);
  return {
    candidate: `candidate:${foundation} 1 ${protocol} ${Number(entry.priority ?? 0)} ${address} ${port} typ ${type}`,
    sdpMid: '0',
    sdpMLineIndex: 0,
    address,
    port,
    type: (TYPES.includes(type) ? type : 'unknown') as CandidateInfo['type'],
    protocol,
  };
}
