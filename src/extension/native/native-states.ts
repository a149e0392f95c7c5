import type { PeerConnection, SelectedCandidateInfo } from 'node-datachannel';
import { Err } from '../../core/err.js';
import {
  type CandidateInfo,
  ConnectionState,
  GatheringState,
  type IceCandidate,
  IceConnectionState,
  type SelectedCandidatePair,
  type WebRTCStats,
} from '../webrtc-types.js';
import { attempt } from './native-lifetime.js';

/** The addon's words for the states, and ours. */
export const CONNECTION_STATES: Readonly<Record<string, ConnectionState>> = {
  new: ConnectionState.STATE_NEW,
  connecting: ConnectionState.STATE_CONNECTING,
  connected: ConnectionState.STATE_CONNECTED,
  disconnected: ConnectionState.STATE_DISCONNECTED,
  failed: ConnectionState.STATE_FAILED,
  closed: ConnectionState.STATE_CLOSED,
};

export const GATHERING_STATES: Readonly<Record<string, GatheringState>> = {
  new: GatheringState.GATHERING_STATE_NEW,
  gathering: GatheringState.GATHERING_STATE_GATHERING,
  'in-progress': GatheringState.GATHERING_STATE_GATHERING,
  complete: GatheringState.GATHERING_STATE_COMPLETE,
};

export const ICE_STATES: Readonly<Record<string, IceConnectionState>> = {
  new: IceConnectionState.ICE_STATE_NEW,
  checking: IceConnectionState.ICE_STATE_CHECKING,
  connected: IceConnectionState.ICE_STATE_CONNECTED,
  completed: IceConnectionState.ICE_STATE_COMPLETED,
  failed: IceConnectionState.ICE_STATE_FAILED,
  disconnected: IceConnectionState.ICE_STATE_DISCONNECTED,
  closed: IceConnectionState.ICE_STATE_CLOSED,
};

export type IceProgress = 'connected' | 'completed' | null;

const TYPES: readonly string[] = ['host', 'srflx', 'prflx', 'relay'];

/** "completed" when the chosen path has been confirmed to the other side as well. */
export function readIceProgress(native: PeerConnection | null): IceProgress {
  const state = attempt(() => native?.iceState());
  return state === 'connected' || state === 'completed' ? state : null;
}

export function hasOffered(native: PeerConnection): boolean {
  return attempt(() => native.signalingState()) === 'have-local-offer';
}

export function readSelectedPair(native: PeerConnection | null): SelectedCandidatePair | null {
  const pair = attempt(() => native?.getSelectedCandidatePair()) ?? null;
  return pair === null ? null : { local: readCandidate(pair.local), remote: readCandidate(pair.remote) };
}

export function readStats(native: PeerConnection): WebRTCStats {
  return {
    error: Err.OK,
    bytesSent: attempt(() => native.bytesSent()) ?? 0,
    bytesReceived: attempt(() => native.bytesReceived()) ?? 0,
    roundTripTimeMs: attempt(() => native.rtt()) || -1,
    selectedPair: readSelectedPair(native),
  };
}

function readCandidate(info: SelectedCandidateInfo): IceCandidate & CandidateInfo {
  const type = info.type.toLowerCase();
  return {
    candidate: info.candidate.replace(/^a=/, ''),
    sdpMid: info.mid,
    sdpMLineIndex: 0,
    address: info.address,
    port: info.port,
    type: (TYPES.includes(type) ? type : 'unknown') as CandidateInfo['type'],
    protocol: info.transportType.toLowerCase().includes('tcp') ? 'tcp' : 'udp',
  };
}
