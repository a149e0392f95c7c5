import { type Clock, realClock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import { LIFE } from '../connection-queries.js';
import type { RoundOwner } from '../connection-round.js';
import type { WebRTCPeerConnection } from '../webrtc-peer-connection.js';
import type { FailedStep } from '../webrtc-peer-connection-extension.js';
import { ConnectionState, SignalingState } from '../webrtc-types.js';

/** What one side tells the other, over whatever carries it: in order, and each of them once. */
export type NegotiationMessage =
  | { readonly type: 'offer' | 'answer'; readonly sdp: string }
  | { readonly type: 'candidate'; readonly media: string; readonly index: number; readonly name: string }
  /** The offer cannot be answered. */
  | { readonly type: 'refused' };

export interface PerfectNegotiationOptions {
  /** Whose offer gives way when both make one at the same time: true on exactly one of the two sides. */
  polite: boolean;
  /** Takes a message to the other side, whose `receive` gets it. Called within a poll. */
  send(message: NegotiationMessage): void;
  /** What the pauses between offers that are refused again and again are measured with. */
  clock?: Clock;
}

/** Offers in a row that may fail before there are pauses, each twice as long as the one before. */
const FREE_FAILURES = 3;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Agrees anew on what a standing connection carries, whenever its `negotiation_needed` asks for it: without a line of
 * signalling in the game, and also when both sides want to at the same moment. What else the connection has to say in such
 * a round goes through `send` and not to its signals. The data channels do not notice.
 * @example
 * ```ts
 * import { PerfectNegotiation } from 'scenewire/media';
 *
 * declare const socket: WebSocket; // or anything else that carries texts to the other side
 *
 * const negotiation = new PerfectNegotiation(connection, {
 *   polite: true, // and false on the other side
 *   send: (message) => socket.send(JSON.stringify(message)),
 * });
 * socket.addEventListener('message', ({ data }) => negotiation.receive(JSON.parse(data)));
 * ```
 */
export class PerfectNegotiation implements RoundOwner {
  readonly #connection: WebRTCPeerConnection;
  readonly #options: PerfectNegotiationOptions;
  /** An offer of ours is due. */
  #isDue = false;
  /** An offer of theirs lost against ours; candidates that come with it belong to nothing. */
  #isIgnoring = false;
  /** They wait for an answer. */
  #isAnswering = false;
  /** Offers of ours that came to nothing, when the last one did, and when the next one may be made. */
  #failures = 0;
  #failedAt = Number.NEGATIVE_INFINITY;
  #restsUntil = Number.NEGATIVE_INFINITY;
  /** An offer of theirs that came while the connection was still on its way. */
  #early: string | null = null;
  readonly #onNeeded = (): void => {
    // The first exchange is its user's to make, and covers what there is until then.
    if (this.#connection[LIFE]?.negotiation.established) this.request();
  };
  readonly #onChange = (): void => {
    const early = this.#early;
    this.#early = null;
    if (early !== null) this.#onOffer(early);
    this.retry();
  };

  constructor(connection: WebRTCPeerConnection, options: PerfectNegotiationOptions) {
    this.#connection = connection;
    this.#options = options;
    connection.negotiation_needed.connect(this.#onNeeded);
    connection.signaling_state_changed.connect(this.#onChange);
    connection.connection_state_changed.connect(this.#onChange);
  }

  /** From now on the connection is its user's to negotiate. */
  close(): void {
    const { negotiation_needed, signaling_state_changed, connection_state_changed } = this.#connection;
    negotiation_needed.disconnect(this.#onNeeded);
    signaling_state_changed.disconnect(this.#onChange);
    connection_state_changed.disconnect(this.#onChange);
    const life = this.#connection[LIFE];
    if (life?.round === this) life.round = null;
  }

  /** Asks for an exchange, as `negotiation_needed` does. */
  request(): void {
    this.#isDue = true;
    this.retry();
  }

  /** Makes the offer that is due, if there is one and the connection takes it now. May be called as often as you like. */
  retry(): void {
    const life = this.#connection[LIFE];
    if (this.#now < this.#restsUntil) return;
    if (!this.#isDue || life === null || life.connection !== ConnectionState.STATE_CONNECTED || !life.isAtRest) return;
    if (this.#connection.createOffer({ renegotiate: true }) !== Err.OK) return;
    this.#isDue = false;
    life.round = this;
  }

  /** What the other side sent. It may be anything: what makes no sense is refused. */
  receive(message: NegotiationMessage): Err {
    // What a stranger's JSON text may also be.
    if (typeof message !== 'object' || message === null) return notOne();
    const { type } = message;
    if (type === 'offer') return this.#onOffer(message.sdp);
    if (type === 'answer') return this.#onAnswer(message.sdp);
    if (type === 'candidate') {
      const { media, index, name } = message;
      return this.#isIgnoring ? Err.OK : this.#connection.addIceCandidate(media, index, name);
    }
    if (type === 'refused') return this.#hasOffered ? this.#onRefused() : Err.OK;
    return notOne();
  }

  onDescription(type: 'offer' | 'answer', sdp: string): void {
    this.#isAnswering = false;
    if (this.#connection.setLocalDescription(type, sdp) === Err.OK) this.#options.send({ type, sdp });
    else if (type === 'answer') this.#options.send({ type: 'refused' });
  }

  onCandidate(media: string, index: number, name: string): void {
    this.#options.send({ type: 'candidate', media, index, name });
  }

  onFailure(step: FailedStep): void {
    if (this.#isAnswering && step !== 'candidate') {
      this.#isAnswering = false;
      this.#options.send({ type: 'refused' });
    } else if (step === 'remote' && this.#hasOffered) this.#onRefused();
  }

  get #isOurs(): boolean {
    return this.#connection[LIFE]?.round === this;
  }

  get #hasOffered(): boolean {
    return this.#isOurs && this.#connection.getSignalingState() === SignalingState.SIGNALING_STATE_HAVE_LOCAL_OFFER;
  }

  #onOffer(sdp: string): Err {
    const connection = this.#connection;
    const life = connection[LIFE];
    if (life === null || life.isClosed) return Err.ERR_UNCONFIGURED;
    if (life.connection === ConnectionState.STATE_CONNECTING) {
      this.#early = sdp;
      return Err.OK;
    }
    this.#isIgnoring = !life.isAtRest && !this.#options.polite;
    if (this.#isIgnoring) return Err.OK;
    if (!life.isAtRest && this.#isOurs) {
      // Ours gives way, and is made again when theirs is answered.
      this.#isDue = true;
      if (this.#hasOffered) this.#takeBack();
    }
    const err = connection.setRemoteDescription('offer', sdp);
    if (err === Err.OK) life.round = this;
    else this.#options.send({ type: 'refused' });
    this.#isAnswering = err === Err.OK;
    return err === Err.OK && !life.config.autoAnswer ? connection.createAnswer() : err;
  }

  #onAnswer(sdp: string): Err {
    // To an offer that was taken back meanwhile.
    if (!this.#hasOffered) return Err.OK;
    const err = this.#connection.setRemoteDescription('answer', sdp);
    if (err !== Err.OK) this.#takeBack();
    return err;
  }

  /** A side that can't take what is offered would otherwise be asked again at once, for ever. */
  #onRefused(): Err {
    if (this.#now - this.#failedAt > LONGEST_PAUSE_MS) this.#failures = 0;
    this.#failedAt = this.#now;
    this.#failures += 1;
    const over = this.#failures - FREE_FAILURES;
    if (over >= 0) this.#restsUntil = this.#now + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** over);
    return this.#takeBack();
  }

  get #now(): number {
    return (this.#options.clock ?? realClock).now();
  }

  #takeBack(): Err {
    return this.#connection.setLocalDescription('rollback', '');
  }
}

function notOne(): Err {
  return fail(Err.ERR_INVALID_PARAMETER, 'This is no message of a negotiation');
}
