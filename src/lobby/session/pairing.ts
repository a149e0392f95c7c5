import { Err } from '../../core/err.js';
import { isCandidate } from '../../extension/session-description.js';
import type { WebRTCPeerConnection } from '../../extension/webrtc-peer-connection.js';
import { DisconnectReason } from '../../multiplayer/multiplayer-types.js';
import { Attempt, type AttemptOwner, type Candidate } from './attempt.js';
import { type PeerFailure, peerFailure } from './attempt-facts.js';
import { AttemptFilter, NO_ATTEMPT } from './attempt-number.js';
import { EarlyCandidates } from './early-candidates.js';
import type { PairedPeer, PairingHost } from './pairing-host.js';
import { PairingTimes } from './pairing-times.js';

type PairingState =
  /** An attempt is under way, or about to be. */
  | 'connecting'
  /** All channels are open. */
  | 'connected'
  /** It did not work, or what worked is over. The other side may try again. */
  | 'idle'
  /** Ended here: it is not to come back. */
  | 'ended';

/** Offers of a stranger that come faster than this make no new connections. */
const OFFER_EVERY_MS = 50;

/**
 * One other member, from its coming to its leaving: makes the connection to it, and makes it again. The one with the larger
 * id offers, so offers never cross. Each attempt has a number, which is on everything that belongs to it.
 * @example
 * ```ts
 * import { LobbySession } from 'scenewire/lobby';
 *
 * const session = new LobbySession('ws://localhost:9080');
 * session.peer_retried.connect((id, { reason }) => console.log(`another attempt for ${id} after ${reason}`));
 * session.peer_failed.connect((id, { text }) => {
 *   console.log(`${id}: ${text}`);
 *   session.retry(id); // when the player asks for it
 * });
 * ```
 */
export class Pairing implements AttemptOwner {
  readonly peer: PairedPeer;
  readonly isOfferer: boolean;
  state: PairingState = 'connecting';
  /** `peer_connected` was told to the game. */
  isAdmitted = false;
  /** It can't be reached through the lobby for now, and is waited for. */
  isAway: boolean;
  /** It plays by WebSocket, and needs no connection of ours. */
  isElsewhere = false;
  /** Messages that made no sense, or came too late. */
  dropped = 0;
  /** Attempts since the game had it last. */
  tries = 0;
  readonly #host: PairingHost;
  readonly #filter = new AttemptFilter();
  readonly #early = new EarlyCandidates();
  readonly #times: PairingTimes;
  #current: Attempt | null = null;
  #lastFailure = peerFailure('signaling_timeout');
  #offeredAt = Number.NEGATIVE_INFINITY;
  #isReplacing = false;

  constructor(peer: PairedPeer, host: PairingHost, isAway: boolean, now: number) {
    this.peer = peer;
    this.#host = host;
    this.isAway = isAway;
    this.isOfferer = host.ownId > peer.id;
    this.#times = new PairingTimes(host.timing, now);
    if (this.isOfferer) this.#times.plan(0);
  }

  /** Of the attempt that is under way, or of the one that worked. */
  get connection(): WebRTCPeerConnection | null {
    return this.#current?.connection ?? null;
  }

  get attempt(): number {
    return this.#current?.number ?? NO_ATTEMPT;
  }

  /** What its failure is, or would be if it ended now. */
  get failure(): PeerFailure {
    return this.#current?.failure ?? this.#lastFailure;
  }

  /** What is due by time; begins attempts. */
  poll(now: number): void {
    if (this.state === 'connecting' && this.#current?.isReady === true) this.state = 'connected';
    const isWaiting = this.state === 'connecting' && !this.isAway && !this.#host.isCutOff;
    this.#times.pass(now, isWaiting, this.#current?.isThinking === true);
    if (!isWaiting) return;
    if (this.#times.areOver) this.#fail();
    else if (this.#times.isAttemptDue) this.#offer();
    else if (this.peer.isExtended && this.#times.isLate(this.#current?.hasRemote === true)) this.#attemptFailed();
  }

  /** What was said meanwhile is lost: begins again where the two had not spoken yet. */
  reachable(): void {
    this.isAway = false;
    if (this.state !== 'connecting') return;
    this.#times.restart();
    if (this.peer.isExtended && this.#current?.hasRemote !== true) this.#again(0);
  }

  /** Tries again after all attempts have failed, or what stood is gone. */
  restart(): void {
    if (this.state === 'connected' || this.state === 'ended') return;
    this.#connecting();
    this.#times.restart();
    this.#again(this.#nextPause);
  }

  offered(sdp: string, attempt: number, now: number): void {
    if (this.isOfferer) {
      if (sdp === '' && this.peer.isExtended) this.#asked(attempt);
      else this.dropped += 1;
    } else if (!this.#isNew(attempt) || this.state === 'ended' || now - this.#offeredAt < OFFER_EVERY_MS) {
      this.dropped += 1;
    } else {
      this.#offeredAt = now;
      this.#filter.take(attempt);
      this.#accept(sdp, attempt);
    }
  }

  answered(sdp: string, attempt: number): void {
    const current = this.#current;
    if (sdp === '' && this.#isLast(attempt)) {
      this.#lastFailure = peerFailure('not_accepted');
      this.#giveUpConnection();
      this.#fail();
    } else if (!this.isOfferer || current?.expectsAnswer !== true || !this.#isCurrent(attempt)) {
      this.dropped += 1;
    } else {
      this.#times.restartAttempt();
      current.hasRemote = true;
      if (current.connection.setRemoteDescription('answer', sdp) !== Err.OK) this.#attemptFailed();
    }
  }

  candidate(candidate: Candidate, attempt: number): void {
    const current = this.#isCurrent(attempt) ? this.#current : null;
    const isEarly = current === null && !this.isOfferer && this.#isNew(attempt);
    const isTaken =
      isCandidate(candidate[2]) &&
      (isEarly ? this.#early.keep(candidate, attempt) : (current?.addCandidate(candidate) ?? false));
    if (!isTaken) this.dropped += 1;
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
    this.#current = null;
    this.state = reason === DisconnectReason.CLOSED ? 'ended' : 'idle';
    return reason === DisconnectReason.LOST || reason === DisconnectReason.TIMEOUT;
  }

  /** The two are connected in another way. The other side may come back to this one. */
  reachedOtherwise(): void {
    this.isElsewhere = true;
    this.state = 'idle';
    this.#giveUpConnection();
  }

  /** It has left, or this side does. */
  end(): void {
    this.state = 'ended';
    this.#giveUpConnection();
  }

  // What an attempt tells.

  described(attempt: Attempt, type: 'offer' | 'answer', sdp: string): void {
    if (attempt !== this.#current || attempt.connection.setLocalDescription(type, sdp) !== Err.OK) return;
    this.#host.sendDescription(type, this.peer.id, sdp, attempt.number);
  }

  found(attempt: Attempt, candidate: Candidate): void {
    if (attempt === this.#current) this.#host.sendCandidate(this.peer.id, candidate, attempt.number);
  }

  ended(attempt: Attempt): void {
    if (attempt === this.#current && !this.isAdmitted) this.#attemptFailed();
  }

  /** Another attempt would come to the same, also for the other side. */
  refused(attempt: Attempt): void {
    if (attempt !== this.#current || this.isAdmitted) return;
    if (this.peer.isExtended) this.#host.sendDescription('answer', this.peer.id, '', attempt.number);
    this.#fail();
  }

  /** Godot's clients offer once, and know no attempts. */
  #isNew(attempt: number): boolean {
    return this.peer.isExtended ? attempt !== NO_ATTEMPT && this.#filter.isNewer(attempt) : this.tries === 0;
  }

  #isCurrent(attempt: number): boolean {
    return this.#current !== null && (!this.peer.isExtended || attempt === this.#current.number);
  }

  /** Of the attempt that is under way, or was given up here while the other side went on with it. */
  #isLast(attempt: number): boolean {
    const last = this.#current?.number ?? this.#filter.current;
    return this.peer.isExtended && this.state === 'connecting' && !this.isAdmitted && attempt === last;
  }

  get #nextPause(): number {
    return this.#times.pauseAfter(this.tries);
  }

  #connecting(): void {
    this.isElsewhere = false;
    if (this.state !== 'connecting') this.#times.restart();
    this.state = 'connecting';
  }

  #offer(): void {
    const current = this.#begin(this.peer.isExtended ? this.#host.attempts.next() : NO_ATTEMPT);
    if (current === null) this.#times.plan(this.#nextPause);
    else if (current.connection.createOffer() !== Err.OK) this.#attemptFailed();
  }

  #accept(sdp: string, attempt: number): void {
    const wasAdmitted = this.isAdmitted;
    this.#connecting();
    this.#giveUpConnection();
    if (wasAdmitted && this.#host.isClient) {
      // The game has to see that its server is gone before it can come back: another offer, a little later.
      this.#times.expectWithin(this.#nextPause);
      return;
    }
    const current = this.#begin(attempt);
    if (current === null) return;
    current.hasRemote = true;
    if (current.connection.setRemoteDescription('offer', sdp) !== Err.OK) this.#attemptFailed();
    else for (const candidate of this.#early.take(attempt)) current.addCandidate(candidate);
  }

  /** Instead of the connection that there may be. Null when the game takes none. */
  #begin(number: number): Attempt | null {
    this.#giveUpConnection();
    this.#times.planNothing();
    this.#times.restartAttempt();
    this.tries += 1;
    const opened = this.#host.open(this.peer.gameId);
    if (opened === null) {
      this.#lastFailure = peerFailure('refused');
      return null;
    }
    this.#current = new Attempt(number, opened, this);
    return this.#current;
  }

  /** The other side wants another offer: its attempt failed, or it has begun anew. */
  #asked(attempt: number): void {
    const isUnderWay = this.state === 'connecting' && this.#times.isOfferUnderWay;
    const isLate = attempt === NO_ATTEMPT ? isUnderWay : attempt !== this.attempt || this.#current?.isThinking === true;
    if (this.state === 'ended' || (this.#current !== null && isLate)) {
      this.dropped += 1;
      return;
    }
    this.#connecting();
    this.#giveUpConnection();
    this.#times.planNoLaterThan(this.#nextPause);
  }

  #attemptFailed(): void {
    const failure = this.#current?.failure ?? peerFailure('signaling_timeout');
    if (this.#current !== null) this.#lastFailure = failure;
    this.#giveUpConnection();
    if (!this.peer.isExtended) {
      this.#fail();
      return;
    }
    this.#connecting();
    this.#host.retried(this.peer, failure);
    this.#again(this.#nextPause);
  }

  /** Offers, or asks for an offer. */
  #again(pause: number): void {
    this.#times.restartAttempt();
    if (this.isOfferer) this.#times.plan(pause);
    else this.#host.sendDescription('offer', this.peer.id, '', this.#filter.current);
  }

  #fail(): void {
    const { failure } = this;
    this.state = 'idle';
    this.#giveUpConnection();
    this.#host.failed(this.peer, failure);
  }

  #giveUpConnection(): void {
    const connection = this.connection;
    this.#current = null;
    this.isAdmitted = false;
    if (connection === null) return;
    this.#isReplacing = true;
    this.#host.drop(this.peer.gameId);
    this.#isReplacing = false;
    connection.close();
  }
}
