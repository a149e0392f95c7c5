import { Err } from '../../core/err.js';
import { isCandidate } from '../../extension/session-description.js';
import type { WebRTCDataChannel } from '../../extension/webrtc-data-channel.js';
import type { WebRTCPeerConnection } from '../../extension/webrtc-peer-connection.js';
import { ChannelState, ConnectionState, SignalingState } from '../../extension/webrtc-types.js';
import { DisconnectReason } from '../../multiplayer/multiplayer-types.js';
import { AttemptFacts, type PeerFailure, peerFailure } from './attempt-facts.js';
import { type AttemptCounter, AttemptFilter } from './attempt-number.js';

export interface PairingTiming {
  /** For a peer to be connected, all attempts together. */
  readonly connectMs: number;
  /** For one attempt, when another one can follow. */
  readonly attemptMs: number;
  /** From the first attempt that failed to the next one; later pauses are longer. */
  readonly pauseMs: number;
}

/** The other side of a pairing, as the lobby knows it and as the game does. */
export interface PairedPeer {
  readonly id: number;
  /** Differs for the host of a client/server game, which is 1 to the game whoever it is. */
  readonly gameId: number;
  /** Whether it knows attempts, and so a second one. */
  readonly isExtended: boolean;
}

/** What pairings need of their session. */
export interface PairingHost {
  readonly ownId: number;
  readonly timing: PairingTiming;
  readonly attempts: AttemptCounter;
  /** Whether the game ends when this one peer is gone. */
  readonly isClient: boolean;
  /** Nothing can be said to anybody. */
  readonly isCutOff: boolean;
  /** A new connection that is a peer of the game; null when the game does not take it. */
  open(gameId: number): { connection: WebRTCPeerConnection; channels: readonly WebRTCDataChannel[] } | null;
  /** The connection that was opened last is none of the game's any more. */
  drop(gameId: number): void;
  sendDescription(type: 'offer' | 'answer', to: number, sdp: string, attempt: number): void;
  sendCandidate(to: number, media: string, index: number, name: string, attempt: number): void;
  /** Another attempt follows one that failed. */
  retried(pairing: Pairing, failure: PeerFailure): void;
  failed(pairing: Pairing, failure: PeerFailure): void;
}

type PairingState =
  /** An attempt is under way, or about to be. */
  | 'connecting'
  /** All channels are open. */
  | 'connected'
  /** It did not work, or what worked is over. The other side may try again. */
  | 'idle'
  /** Ended here: it is not to come back. */
  | 'ended';

/** Each pause is twice as long as the one before, this often. */
const MOST_DOUBLINGS = 5;
/** An offer is on its way for as long: nobody needs to ask for it. */
const OFFER_UNDER_WAY_MS = 1000;
/** Time in which nobody polled counts as this much at most: a page that was frozen has not waited. */
const LONGEST_STEP_MS = 1000;
/** Candidates that may come before their offer. */
const MOST_EARLY = 64;
const MOST_CANDIDATES = 256;
/** Offers of a stranger that come faster than this make no new connections. */
const OFFER_EVERY_MS = 50;
const NO_ATTEMPT = 0;

type Candidate = readonly [media: string, index: number, name: string];

/**
 * One other member, from its coming to its leaving: makes the connection to it, and makes it again. The one with the larger
 * id offers, so offers never cross. Each attempt has a number, which is on everything that belongs to it.
 */
export class Pairing {
  readonly peer: PairedPeer;
  readonly isOfferer: boolean;
  state: PairingState = 'connecting';
  /** `peer_connected` was told to the game. */
  isAdmitted = false;
  /** It can't be reached through the lobby for now, and is waited for. */
  isAway: boolean;
  /** Messages that made no sense, or came too late. */
  dropped = 0;
  /** Attempts since the game had it last. */
  tries = 0;
  readonly #host: PairingHost;
  readonly #filter = new AttemptFilter();
  #connection: WebRTCPeerConnection | null = null;
  #channels: readonly WebRTCDataChannel[] = [];
  #facts = new AttemptFacts();
  #lastFailure: PeerFailure | null = null;
  #attempt = NO_ATTEMPT;
  #early: { attempt: number; candidates: Candidate[] } = { attempt: NO_ATTEMPT, candidates: [] };
  #polledAt: number;
  #offeredAt = Number.NEGATIVE_INFINITY;
  /** Milliseconds since the pairing began, and the attempt. */
  #spent = 0;
  #attemptSpent = 0;
  /** Until the next attempt of ours; Infinity: none is planned. */
  #pause = Number.POSITIVE_INFINITY;
  #isReplacing = false;

  constructor(peer: PairedPeer, host: PairingHost, isAway: boolean, now: number) {
    this.peer = peer;
    this.#host = host;
    this.isAway = isAway;
    this.isOfferer = host.ownId > peer.id;
    this.#polledAt = now;
    if (this.isOfferer) this.#pause = 0;
  }

  /** Of the attempt that is under way, or of the connection that stands. */
  get connection(): WebRTCPeerConnection | null {
    return this.#connection;
  }

  /** What is due by time; begins attempts. */
  poll(now: number): void {
    const step = Math.min(now - this.#polledAt, LONGEST_STEP_MS);
    this.#polledAt = now;
    if (this.state !== 'connecting') return;
    if (this.#isReady()) {
      this.state = 'connected';
      return;
    }
    if (this.isAway || this.#host.isCutOff) return;
    this.#spent += step;
    this.#attemptSpent += step;
    this.#pause -= step;
    const { connectMs, attemptMs } = this.#host.timing;
    if (this.#spent >= connectMs) this.#fail();
    else if (this.#pause <= 0) this.#offer();
    else if (this.#attemptSpent >= attemptMs && this.peer.isExtended) this.#attemptFailed();
  }

  /** What was said meanwhile is lost: begins again where the two had not spoken yet. */
  reachable(): void {
    this.isAway = false;
    if (this.state !== 'connecting') return;
    this.#spent = 0;
    if (this.peer.isExtended && !this.#facts.hasRemote) this.#again(0);
  }

  /** Tries again after all attempts have failed, or what stood is gone. */
  restart(): void {
    if (this.state === 'connected' || this.state === 'ended') return;
    this.state = 'connecting';
    this.#spent = 0;
    this.#again(this.#nextPause);
  }

  offered(sdp: string, attempt: number, now: number): void {
    if (this.isOfferer) {
      if (sdp === '' && this.peer.isExtended) this.#asked(attempt);
      else this.dropped += 1;
      return;
    }
    if (!this.#isNew(attempt) || this.state === 'ended' || now - this.#offeredAt < OFFER_EVERY_MS) {
      this.dropped += 1;
      return;
    }
    this.#offeredAt = now;
    this.#filter.take(attempt);
    this.#accept(sdp, attempt);
  }

  answered(sdp: string, attempt: number): void {
    const connection = this.#connection;
    const isDue = connection?.getSignalingState() === SignalingState.SIGNALING_STATE_HAVE_LOCAL_OFFER;
    if (!this.isOfferer || connection === null || !isDue || !this.#isCurrent(attempt)) {
      this.dropped += 1;
      return;
    }
    this.#facts.hasRemote = true;
    if (connection.setRemoteDescription('answer', sdp) !== Err.OK) this.#attemptFailed();
  }

  candidate(media: string, index: number, name: string, attempt: number): void {
    const candidate: Candidate = [media, index, name];
    if (!isCandidate(name)) this.dropped += 1;
    else if (this.#connection !== null && this.#isCurrent(attempt)) this.#addCandidate(candidate);
    else if (!this.isOfferer && (attempt === NO_ATTEMPT || this.#filter.isNewer(attempt)))
      this.#keep(candidate, attempt);
    else this.dropped += 1;
  }

  /** The game has it. */
  admitted(): void {
    this.isAdmitted = true;
    this.state = 'connected';
    this.tries = 0;
  }

  /** The game has lost it. True when another attempt is worth while. */
  lost(reason: DisconnectReason): boolean {
    if (this.#isReplacing) return false;
    this.isAdmitted = false;
    this.#forget();
    this.state = reason === DisconnectReason.CLOSED ? 'ended' : 'idle';
    return reason === DisconnectReason.LOST || reason === DisconnectReason.TIMEOUT;
  }

  /** It has left, or this side does. */
  end(): void {
    this.state = 'ended';
    this.#giveUpConnection();
  }

  /** Godot's clients offer once, and know no attempts. */
  #isNew(attempt: number): boolean {
    return this.peer.isExtended
      ? attempt !== NO_ATTEMPT && this.#filter.isNewer(attempt)
      : this.#connection === null && this.tries === 0;
  }

  #isCurrent(attempt: number): boolean {
    return !this.peer.isExtended || (attempt !== NO_ATTEMPT && attempt === this.#attempt);
  }

  get #nextPause(): number {
    return this.#host.timing.pauseMs * 2 ** Math.min(this.tries, MOST_DOUBLINGS);
  }

  #isReady(): boolean {
    if (this.#connection?.getConnectionState() !== ConnectionState.STATE_CONNECTED) return false;
    return this.#channels.every((channel) => channel.getReadyState() === ChannelState.STATE_OPEN);
  }

  #offer(): void {
    this.#attempt = this.peer.isExtended ? this.#host.attempts.next() : NO_ATTEMPT;
    const connection = this.#begin();
    if (connection === null) return;
    if (connection.createOffer() !== Err.OK) this.#attemptFailed();
  }

  #accept(sdp: string, attempt: number): void {
    if (this.state !== 'connecting') this.#spent = 0;
    this.state = 'connecting';
    this.#attempt = attempt;
    if (this.isAdmitted && this.#host.isClient) {
      // The game has to see that its server is gone before it can come back: another offer, a little later.
      this.#giveUpConnection();
      this.#attemptSpent = this.#host.timing.attemptMs - this.#nextPause;
      return;
    }
    const connection = this.#begin();
    if (connection === null) return;
    this.#facts.hasRemote = true;
    if (connection.setRemoteDescription('offer', sdp) !== Err.OK) {
      this.#attemptFailed();
      return;
    }
    const early = this.#early;
    this.#early = { attempt: NO_ATTEMPT, candidates: [] };
    if (early.attempt === attempt) for (const candidate of early.candidates) this.#addCandidate(candidate);
  }

  /** Instead of the connection that there may be. Null when the game takes none. */
  #begin(): WebRTCPeerConnection | null {
    this.#giveUpConnection();
    this.#pause = Number.POSITIVE_INFINITY;
    this.#attemptSpent = 0;
    this.#facts = new AttemptFacts();
    this.tries += 1;
    const opened = this.#host.open(this.peer.gameId);
    if (opened === null) {
      this.#lastFailure = peerFailure('refused');
      if (this.isOfferer) this.#pause = this.#nextPause;
      return null;
    }
    const { connection, channels } = opened;
    this.#connection = connection;
    this.#channels = channels;
    this.#listen(connection, channels);
    return connection;
  }

  #listen(connection: WebRTCPeerConnection, channels: readonly WebRTCDataChannel[]): void {
    const { id } = this.peer;
    const attempt = this.#attempt;
    const facts = this.#facts;
    const isCurrent = (): boolean => this.#connection === connection;
    connection.session_description_created.connect((type, sdp) => {
      if (!isCurrent() || connection.setLocalDescription(type, sdp) !== Err.OK) return;
      this.#host.sendDescription(type, id, sdp, attempt);
    });
    connection.ice_candidate_created.connect((media, index, name) => {
      facts.sawLocalCandidate(name);
      // After that the other side needs none, and may be none of the lobby's any more.
      if (isCurrent() && !connection.isPeerConnected()) this.#host.sendCandidate(id, media, index, name, attempt);
    });
    connection.ice_connection_state_changed.connect((state) => facts.sawIceState(state));
    // Told inside of the peer's poll before it looks for who has ended: it never sees an attempt that failed.
    const check = (): void => {
      if (isCurrent() && !this.isAdmitted && hasEnded(connection, channels)) this.#attemptFailed();
    };
    connection.connection_state_changed.connect(check);
    for (const channel of channels) channel.closed.connect(check);
  }

  #addCandidate([media, index, name]: Candidate): void {
    this.#facts.remoteCandidates += 1;
    if (this.#facts.remoteCandidates > MOST_CANDIDATES) this.dropped += 1;
    else this.#connection?.addIceCandidate(media, index, name);
  }

  #keep(candidate: Candidate, attempt: number): void {
    if (this.#early.attempt !== attempt) this.#early = { attempt, candidates: [] };
    if (this.#early.candidates.length < MOST_EARLY) this.#early.candidates.push(candidate);
    else this.dropped += 1;
  }

  /** The other side wants another offer: its attempt failed, or it has begun anew. */
  #asked(attempt: number): void {
    // It has not seen yet that another one is under way.
    const isUnderWay =
      this.#connection !== null && this.state === 'connecting' && this.#attemptSpent < OFFER_UNDER_WAY_MS;
    const isLate = attempt === NO_ATTEMPT ? isUnderWay : attempt !== this.#attempt;
    if (this.state === 'ended' || isLate) {
      this.dropped += 1;
      return;
    }
    if (this.state !== 'connecting') this.#spent = 0;
    this.state = 'connecting';
    this.#giveUpConnection();
    this.#pause = Math.min(this.#pause, this.#nextPause);
  }

  #attemptFailed(): void {
    const failure = this.#facts.failure(this.#connection);
    if (this.#connection !== null) this.#lastFailure = failure;
    this.#giveUpConnection();
    if (!this.peer.isExtended) {
      this.#fail();
      return;
    }
    this.state = 'connecting';
    this.#host.retried(this, failure);
    this.#again(this.#nextPause);
  }

  /** Offers, or asks for an offer. */
  #again(pause: number): void {
    this.#attemptSpent = 0;
    if (this.isOfferer) this.#pause = pause;
    else this.#host.sendDescription('offer', this.peer.id, '', this.#filter.current);
  }

  #fail(): void {
    const failure = this.#connection === null ? this.#lastFailure : this.#facts.failure(this.#connection);
    this.state = 'idle';
    this.#giveUpConnection();
    this.#host.failed(this, failure ?? peerFailure('signaling_timeout'));
  }

  #giveUpConnection(): void {
    const connection = this.#connection;
    this.#forget();
    if (connection === null) return;
    this.isAdmitted = false;
    this.#isReplacing = true;
    this.#host.drop(this.peer.gameId);
    this.#isReplacing = false;
    connection.close();
  }

  #forget(): void {
    this.#connection = null;
    this.#channels = [];
  }
}

function hasEnded(connection: WebRTCPeerConnection, channels: readonly WebRTCDataChannel[]): boolean {
  if (connection.getConnectionState() > ConnectionState.STATE_CONNECTED) return true;
  return channels.some((channel) => channel.getReadyState() >= ChannelState.STATE_CLOSING);
}
