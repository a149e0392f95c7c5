import type { WebRTCDataChannel } from '../../extension/webrtc-data-channel.js';
import type { WebRTCPeerConnection } from '../../extension/webrtc-peer-connection.js';
import { ChannelState, ConnectionState, SignalingState } from '../../extension/webrtc-types.js';
import { AttemptFacts, identityFailure, type PeerFailure, slowIdentity } from './attempt-facts.js';

export type Candidate = readonly [media: string, index: number, name: string];

/** A connection that the game has as a peer, and the channels that it made for it. */
export interface OpenedPeer {
  readonly connection: WebRTCPeerConnection;
  readonly channels: readonly WebRTCDataChannel[];
}

/** Told inside the connection's poll. */
export interface AttemptOwner {
  described(attempt: Attempt, type: 'offer' | 'answer', sdp: string): void;
  found(attempt: Attempt, candidate: Candidate): void;
  /** The connection, or one of its channels, has ended. */
  ended(attempt: Attempt): void;
  /** The other side has not proved who it is. */
  refused?(attempt: Attempt): void;
}

/** Remote candidates that the connection takes. */
const MOST_CANDIDATES = 256;

/** One attempt to connect: one connection, with what was seen of it. */
export class Attempt {
  /** On everything that belongs to it; 0 with a peer that does not count. */
  readonly number: number;
  readonly connection: WebRTCPeerConnection;
  /** The other side has described itself. */
  hasRemote = false;
  readonly #channels: readonly WebRTCDataChannel[];
  readonly #facts = new AttemptFacts();

  constructor(number: number, { connection, channels }: OpenedPeer, owner: AttemptOwner) {
    this.number = number;
    this.connection = connection;
    this.#channels = channels;
    connection.session_description_created.connect((type, sdp) => owner.described(this, type, sdp));
    connection.ice_candidate_created.connect((...candidate) => {
      this.#facts.sawLocalCandidate(candidate[2]);
      // From then on the other side needs none, and may be none of the lobby's any more.
      if (!connection.isPeerConnected()) owner.found(this, candidate);
    });
    connection.ice_connection_state_changed.connect((state) => this.#facts.sawIceState(state));
    // Inside of the peer's poll this comes before the peer looks for who has ended: it never sees that one has failed.
    const check = (): void => {
      if (this.#hasEnded) owner.ended(this);
    };
    connection.connection_state_changed.connect(check);
    // Nothing that it has said was told yet, and nothing will be.
    connection.identity_result.connect(() => {
      if (connection.getIdentityError() !== null) owner.refused?.(this);
    });
    for (const channel of channels) channel.closed.connect(check);
  }

  /** The connection stands and all channels are open. */
  get isReady(): boolean {
    if (this.connection.getConnectionState() !== ConnectionState.STATE_CONNECTED) return false;
    return this.#channels.every((channel) => channel.getReadyState() === ChannelState.STATE_OPEN);
  }

  get expectsAnswer(): boolean {
    return this.connection.getSignalingState() === SignalingState.SIGNALING_STATE_HAVE_LOCAL_OFFER;
  }

  /** It is found out here who is at the other end, or vouched for this one. */
  get isThinking(): boolean {
    return this.connection.isAskingIdentity;
  }

  /** What its failure must have been. */
  get failure(): PeerFailure {
    const error = this.connection.getIdentityError();
    if (error !== null) return identityFailure(error);
    return this.isThinking ? slowIdentity() : this.#facts.failure(this.connection, this.hasRemote);
  }

  /** False when the other side has sent more than enough. */
  addCandidate([media, index, name]: Candidate): boolean {
    this.#facts.remoteCandidates += 1;
    if (this.#facts.remoteCandidates > MOST_CANDIDATES) return false;
    this.connection.addIceCandidate(media, index, name);
    return true;
  }

  get #hasEnded(): boolean {
    if (this.connection.getConnectionState() > ConnectionState.STATE_CONNECTED) return true;
    return this.#channels.some((channel) => channel.getReadyState() >= ChannelState.STATE_CLOSING);
  }
}
