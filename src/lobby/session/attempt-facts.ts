import { IdentityError, type IdentityErrorReason } from '../../extension/identity-error.js';
import type { WebRTCPeerConnection } from '../../extension/webrtc-peer-connection.js';
import { IceConnectionState, type IceServer } from '../../extension/webrtc-types.js';

/** Why a member of the room could not be connected to, and what to say to a player. */
const texts = {
  /** No offer, or no answer to ours, came through the lobby. */
  signaling_timeout: 'The other side did not answer',
  no_candidates: 'One side found no address at which it could be reached',
  stun_unreachable: 'The STUN server gave no answer, and there is no way without it',
  ice_failed_no_turn: 'The networks in between let nothing through, and there is no TURN server to go around',
  ice_failed: 'The networks in between let nothing through, not even by a TURN server',
  /** A way was found, and then the two could not agree. Firewalls that look into packets do that. */
  dtls_failed: 'A way was found, and no encrypted connection could be made on it',
  /** `refuseNewConnections`, or a configuration that the platform does not take. */
  refused: 'The game takes no connections',
  left: 'It left before it was connected',
  /** It did not prove who it is, or somebody else was in between: `identity` tells. */
  identity_refused: 'The other side did not prove who it is',
  /** The other way round. What it finds wrong is told on its side. */
  not_accepted: 'The other side did not accept who this one is',
} as const;
export type PeerFailureReason = keyof typeof texts;

export interface PeerFailure {
  readonly reason: PeerFailureReason;
  /** For people. */
  readonly text: string;
  /** Why an identity was refused. */
  readonly identity?: IdentityErrorReason;
}

export const peerFailure = (reason: PeerFailureReason): PeerFailure => ({ reason, text: texts[reason] });

export const identityFailure = ({ reason, message }: IdentityError): PeerFailure => ({
  reason: 'identity_refused',
  text: message,
  identity: reason,
});

/** There is no verdict, and no time for one. */
export const slowIdentity = (): PeerFailure =>
  identityFailure(new IdentityError('timeout', 'It took too long to find out who the other side is'));

const { ICE_STATE_CONNECTED, ICE_STATE_COMPLETED } = IceConnectionState;

/** What was seen of one attempt to connect, and what its failure must have been. */
export class AttemptFacts {
  remoteCandidates = 0;
  #localCandidates = 0;
  #wasIceConnected = false;
  #hasReflexive = false;

  sawLocalCandidate(name: string): void {
    this.#localCandidates += 1;
    this.#hasReflexive ||= / typ srflx/.test(name);
  }

  sawIceState(state: IceConnectionState): void {
    this.#wasIceConnected ||= state === ICE_STATE_CONNECTED || state === ICE_STATE_COMPLETED;
  }

  failure(connection: WebRTCPeerConnection, hasRemote: boolean): PeerFailure {
    if (!hasRemote) return peerFailure('signaling_timeout');
    if (this.#wasIceConnected) return peerFailure('dtls_failed');
    const isIn = (sdp: string | undefined): boolean => /^a=candidate:/m.test(sdp ?? '');
    const knowsOwn = this.#localCandidates > 0 || isIn(connection.getLocalDescription()?.sdp);
    const knowsTheirs = this.remoteCandidates > 0 || isIn(connection.getRemoteDescription()?.sdp);
    if (!knowsOwn || !knowsTheirs) return peerFailure('no_candidates');
    const servers = connection.getIceServers();
    if (hasServer(servers, 'turn')) return peerFailure('ice_failed');
    const isDeaf = hasServer(servers, 'stun') && !this.#hasReflexive;
    return peerFailure(isDeaf ? 'stun_unreachable' : 'ice_failed_no_turn');
  }
}

const hasServer = (servers: readonly IceServer[], scheme: 'stun' | 'turn'): boolean =>
  servers.some(({ urls }) => [urls].flat().some((url) => url.startsWith(scheme)));
