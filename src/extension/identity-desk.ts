import { type Clock, realClock } from '../core/clock.js';
import { Err } from '../core/err.js';
import type { ConnectionObject } from './connection-object.js';
import { IdentityError, type IdentityErrorReason } from './identity-error.js';
import { IDENTITY_MS } from './identity-limits.js';
import type { IdentityOptions, IdentityProvider, PeerIdentity } from './identity-types.js';
import { hasSameFingerprints, type Signed, sign, type Verified, verify } from './identity-work.js';
import type { Negotiation } from './negotiation.js';
import type { SessionDescription } from './webrtc-types.js';

/** What it needs of the life of its connection. */
export interface IdentityHost {
  readonly negotiation: Pick<Negotiation, 'created' | 'creating' | 'local' | 'remote'>;
  readonly signals: ConnectionObject;
  readonly isClosed: boolean;
  /** Nothing else of the other side is told while it is not known who that is. */
  isHolding: boolean;
  /** Whoever has to prove who it is, or has done so before, is not listened to any more. */
  shutOut(): void;
  tell(message: string): void;
  failed(step: 'create', message: string): void;
}

/** Something that the provider is asked for, and what follows inside a later poll. */
interface Task {
  readonly work: (provider: IdentityProvider) => Promise<unknown>;
  readonly done: (result: never) => void;
  readonly failed: (error: IdentityError) => void;
  /** What it means when the provider throws anything. */
  readonly otherwise: IdentityErrorReason;
}

/**
 * Who is at both ends, in one life of a connection: asks the provider, and tells what came of it. It is asked for one thing
 * at a time, so that an answer is only vouched for when its offer was looked at.
 */
export class IdentityDesk {
  identity: PeerIdentity | null = null;
  error: IdentityError | null = null;
  readonly #host: IdentityHost;
  #provider: IdentityProvider | null = null;
  #options: IdentityOptions = {};
  #clock: Clock = realClock;
  /** What proved the identity. */
  #contents = '';
  #tasks: readonly Task[] = [];
  #since = 0;
  #outcome: (() => void) | null = null;
  #unverified = 0;
  /** Goes up with each remote offer: a description that was asked for before is of no use any more. */
  #round = 0;
  /** Somebody waits for the assertion of the first description. */
  #isWanted = false;

  constructor(host: IdentityHost) {
    this.#host = host;
  }

  get isAsking(): boolean {
    return this.#tasks.length > 0;
  }

  /** Whoever was asked before is asked no more. What the other side had said by then is looked at too. */
  use(provider: IdentityProvider | null, options: IdentityOptions, remote: SessionDescription | null): void {
    this.#provider = provider;
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    if (provider === null) this.identity = this.error = null;
    else if (remote !== null && this.identity === null && this.#unverified === 0) this.verify(remote.type, remote.sdp);
  }

  /** An own description gets its line. */
  describe(type: 'offer' | 'answer', sdp: string, deliver: (sdp: string) => void): void {
    const round = this.#round;
    this.#add({
      work: (provider) => sign(provider, this.#options, sdp, { type }),
      done: (signed: Signed | null) => {
        if (round !== this.#round || this.#host.negotiation.creating !== type) return;
        deliver(signed?.sdp ?? sdp);
        if (this.#isWanted && signed !== null) this.#asserted(signed);
        this.#isWanted = false;
      },
      failed: (error) => {
        if (round !== this.#round) return;
        this.error = error;
        this.#host.failed('create', error.message);
      },
      otherwise: 'failed',
    });
  }

  /** An assertion by itself, for the own description; without one yet, that of the next. */
  assert(): void {
    const { created, local } = this.#host.negotiation;
    const own = created ?? local;
    if (own === null) {
      this.#isWanted = true;
      return;
    }
    this.#add({
      work: (provider) => sign(provider, this.#options, own.sdp, {}),
      done: (signed: Signed | null) => {
        if (signed !== null) this.#asserted(signed);
      },
      failed: ({ message }) => this.#host.tell(message),
      otherwise: 'failed',
    });
  }

  /** Whether a description is of whom the one before was of, whoever that is. */
  isSame(sdp: string, before: string): boolean {
    return hasSameFingerprints(sdp, before);
  }

  /** A description of the other side. `then` follows unless that ends the connection. */
  verify(type: string, sdp: string, then: () => void = () => {}): void {
    const purpose = { type: type === 'offer' ? ('offer' as const) : ('answer' as const) };
    if (type === 'offer') this.#round += 1;
    this.#unverified += 1;
    this.#hold();
    this.#add({
      work: (provider) => {
        const expected = { known: this.identity, contents: this.#contents };
        return verify(provider, this.#options, sdp, purpose, expected);
      },
      done: (verified: Verified | null) => {
        this.#unverified -= 1;
        if (verified !== null) this.#identified(verified);
        this.#hold();
        then();
      },
      failed: (error) => {
        this.#unverified -= 1;
        this.#refused(error);
        this.#hold();
        then();
      },
      otherwise: 'invalid',
    });
  }

  /** Tells what has come back, and goes on with what is next. */
  poll(): void {
    const task = this.#tasks[0];
    if (task === undefined) return;
    if (this.#outcome === null && this.#clock.now() - this.#since >= IDENTITY_MS) {
      const error = new IdentityError('timeout', 'The identity provider did not answer in time');
      this.#settle(task, () => task.failed(error));
    }
    const outcome = this.#outcome;
    if (outcome === null) return;
    if (!this.#host.isClosed) outcome();
    this.#outcome = null;
    this.#tasks = this.#tasks.slice(1);
    this.#begin();
  }

  #hold(): void {
    this.#host.isHolding = this.#unverified > 0 && this.identity === null;
  }

  #identified({ identity, contents }: Verified): void {
    const isNew = this.identity === null;
    this.identity = identity;
    this.#contents = contents;
    this.error = null;
    if (isNew) this.#host.signals.identity_result.emit(Err.OK, identity);
  }

  #refused(error: IdentityError): void {
    const { required, peerIdentity } = this.#options;
    const closes = required === true || peerIdentity !== undefined || this.identity !== null;
    this.error = error;
    this.identity = null;
    const isForeign = error.reason === 'no_provider' && !closes;
    this.#host.signals.identity_result.emit(isForeign ? Err.ERR_UNAVAILABLE : Err.ERR_UNAUTHORIZED, null);
    if (closes) this.#host.shutOut();
  }

  #asserted({ value }: Signed): void {
    this.#host.signals.identity_assertion_created.emit(value);
  }

  #add(task: Task): void {
    this.#tasks = [...this.#tasks, task];
    if (this.#tasks.length === 1) this.#begin();
  }

  #begin(): void {
    const task = this.#tasks[0];
    if (task === undefined || this.#host.isClosed) return;
    this.#since = this.#clock.now();
    this.#ask(task).then(
      (result) => this.#settle(task, () => task.done(result as never)),
      (thrown: unknown) => {
        const isOurs = thrown instanceof IdentityError;
        const error = isOurs ? thrown : new IdentityError(task.otherwise, 'The identity provider failed', thrown);
        this.#settle(task, () => task.failed(error));
      },
    );
  }

  async #ask({ work }: Task): Promise<unknown> {
    return this.#provider === null ? null : work(this.#provider);
  }

  /** Told by the next poll. Too late, it is nobody's. */
  #settle(task: Task, outcome: () => void): void {
    if (this.#tasks[0] === task && this.#outcome === null) this.#outcome = outcome;
  }
}
