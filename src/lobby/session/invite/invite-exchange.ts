import { Err } from '../../../core/err.js';
import { splitCandidates } from '../../../extension/session-description.js';
import { ConnectionState, GatheringState } from '../../../extension/webrtc-types.js';
import { Attempt, type AttemptOwner, type OpenedPeer } from '../attempt.js';
import { NO_ATTEMPT } from '../attempt-number.js';
import { InviteError } from './invite-error.js';

export interface InviteTiming {
  /** For finding candidates; what was found by then has to do. */
  readonly gatherMs: number;
  /** From the reply to the connection. */
  readonly connectMs: number;
}

/** A promise that is settled from outside. */
interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: InviteError): void;
}

function defer<T>(): Deferred<T> {
  let settle!: Pick<Deferred<T>, 'resolve' | 'reject'>;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Who closes the session need not wait for what ends by it.
  promise.catch(() => {});
  return { promise, ...settle };
}

/** One invitation and its reply, seen from one side: a connection that is described once, with all of its candidates. */
export class InviteExchange implements AttemptOwner {
  readonly id: number;
  readonly attempt: Attempt;
  readonly #timing: InviteTiming;
  readonly #description = defer<string>();
  readonly #connection = defer<void>();
  #describedAt = Number.POSITIVE_INFINITY;
  #completedAt = Number.POSITIVE_INFINITY;
  #now: number;
  #isDescribed = false;

  constructor(id: number, opened: OpenedPeer, timing: InviteTiming, now: number) {
    this.id = id;
    this.#timing = timing;
    this.#now = now;
    this.attempt = new Attempt(NO_ATTEMPT, opened, this);
  }

  /** The own description, once there is nothing more to find. */
  get description(): Promise<string> {
    return this.#description.promise;
  }

  /** All channels are open. */
  get connection(): Promise<void> {
    return this.#connection.promise;
  }

  /** Whether the other side's answer is still to come. */
  get isOpen(): boolean {
    return this.#isDescribed && this.attempt.expectsAnswer;
  }

  /** The other side's. False when it makes no sense. */
  take(type: 'offer' | 'answer', sdp: string): boolean {
    const { connection } = this.attempt;
    const { text, candidates } = splitCandidates(sdp);
    if (connection.setRemoteDescription(type, text) !== Err.OK) return false;
    this.attempt.hasRemote = true;
    for (const { media, name } of candidates) this.attempt.addCandidate([media, 0, name]);
    if (type === 'answer') this.#completedAt = this.#now;
    return true;
  }

  /** False when it is over, one way or the other. */
  poll(now: number): boolean {
    this.#now = now;
    if (!this.#isDescribed) this.#checkDescription(now);
    if (this.attempt.isReady) {
      this.#connection.resolve();
      return false;
    }
    if (now - this.#completedAt < this.#timing.connectMs && !this.#hasEnded) return true;
    if (!this.#hasEnded && this.#completedAt === Number.POSITIVE_INFINITY) return true;
    this.end(new InviteError('connect_failed', this.attempt.failure.text));
    return false;
  }

  end(error: InviteError): void {
    this.#description.reject(error);
    this.#connection.reject(error);
  }

  // What the connection tells.

  described(attempt: Attempt, type: 'offer' | 'answer', sdp: string): void {
    if (attempt.connection.setLocalDescription(type, sdp) === Err.OK) this.#describedAt = this.#now;
  }

  found(): void {
    // They are in the description.
  }

  ended(): void {
    // Seen by the next poll.
  }

  get #hasEnded(): boolean {
    return this.attempt.connection.getConnectionState() > ConnectionState.STATE_CONNECTED;
  }

  #checkDescription(now: number): void {
    const { connection } = this.attempt;
    const isComplete = connection.getGatheringState() === GatheringState.GATHERING_STATE_COMPLETE;
    const sdp = connection.getLocalDescription()?.sdp;
    if (sdp === undefined || !(isComplete || now - this.#describedAt >= this.#timing.gatherMs)) return;
    this.#isDescribed = true;
    this.#description.resolve(sdp);
  }
}
