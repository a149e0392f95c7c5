import { Err } from '../core/err.js';
import { readAnnouncement } from './announcement.js';
import { backEndThrew } from './back-end-calls.js';
import type { ConnectionLife } from './connection-life.js';
import { ConnectionObject } from './connection-object.js';
import { noStats } from './no-stats.js';
import type { WebRTCDataChannel } from './webrtc-data-channel.js';
import { NO_CAPABILITIES, type WebRTCPeerConnectionExtension } from './webrtc-peer-connection-extension.js';
import {
  ConnectionState,
  GatheringState,
  type IceCandidate,
  IceConnectionState,
  type IceServer,
  type RtcCapabilities,
  type SelectedCandidatePair,
  type SessionDescription,
  SignalingState,
  type WebRTCStats,
} from './webrtc-types.js';

/** Where a connection keeps its life. Not a name, which a subclass could have a use for. */
export const LIFE = Symbol('life');

/** The life of a connection that can still be used. */
export function openLife(connection: ConnectionQueries): ConnectionLife | null {
  const life = connection[LIFE];
  return life?.isClosed === false ? life : null;
}

/** What can be asked of a connection at any time. */
export abstract class ConnectionQueries extends ConnectionObject {
  /** @internal Null when there is no back end: never initialized with success, or destroyed. */
  [LIFE]: ConnectionLife | null = null;

  getConnectionState(): ConnectionState {
    return this[LIFE]?.connection ?? ConnectionState.STATE_CLOSED;
  }

  getGatheringState(): GatheringState {
    return this[LIFE]?.gathering ?? GatheringState.GATHERING_STATE_NEW;
  }

  getSignalingState(): SignalingState {
    return this[LIFE]?.negotiation.state ?? SignalingState.SIGNALING_STATE_CLOSED;
  }

  getIceConnectionState(): IceConnectionState {
    return this[LIFE]?.ice ?? IceConnectionState.ICE_STATE_CLOSED;
  }

  isPeerConnected(): boolean {
    return this.getConnectionState() === ConnectionState.STATE_CONNECTED;
  }

  hasFailed(): boolean {
    return this.getConnectionState() === ConnectionState.STATE_FAILED;
  }

  /** With the candidates found so far. Null until `setLocalDescription`. */
  getLocalDescription(): SessionDescription | null {
    return this[LIFE]?.negotiation.local ?? null;
  }

  /** With the candidates added so far. */
  getRemoteDescription(): SessionDescription | null {
    return this[LIFE]?.negotiation.remote ?? null;
  }

  /** What the other side announced. Empty for another stack, and before its description came. */
  getRemoteFeatures(): readonly string[] {
    return readAnnouncement(this.getRemoteDescription()?.sdp ?? '');
  }

  /** A copy of what `initialize` was given. */
  getIceServers(): readonly IceServer[] {
    return structuredClone(this[LIFE]?.config.iceServers ?? []) as IceServer[];
  }

  /** The local side of the chosen pair; null until connected. */
  getSelectedCandidate(): IceCandidate | null {
    return this.getSelectedCandidatePair()?.local ?? null;
  }

  getSelectedCandidatePair(): SelectedCandidatePair | null {
    return openLife(this)?.guarded(null, (extension) => extension._getSelectedCandidatePair()) ?? null;
  }

  /** Never rejects; `error` in the result tells when there is nothing to tell. */
  async getStats(): Promise<WebRTCStats> {
    try {
      return (await openLife(this)?.extension._getStats()) ?? noStats(Err.ERR_UNAVAILABLE);
    } catch (thrown) {
      return noStats(backEndThrew(thrown));
    }
  }

  /** Local and received channels, oldest first. */
  getDataChannels(): readonly WebRTCDataChannel[] {
    return this[LIFE]?.channels ?? [];
  }

  /** Channels of the other side that were refused, being too many. */
  getRefusedChannelCount(): number {
    return this[LIFE]?.refusedChannels ?? 0;
  }

  getCapabilities(): RtcCapabilities {
    return this[LIFE]?.extension.capabilities ?? NO_CAPABILITIES;
  }

  /** The back end of this life of the connection; null when there is none. */
  get extension(): WebRTCPeerConnectionExtension | null {
    return this[LIFE]?.extension ?? null;
  }
}
