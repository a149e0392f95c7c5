import { type Clock, realClock } from '../core/clock.js';
import { Err } from '../core/err.js';
import { messageOf } from '../core/fail.js';
import type { IdentityDesk, IdentityHost } from './identity-desk.js';
import { IdentityError } from './identity-error.js';
import { IDENTITY_MS } from './identity-limits.js';
import type { IdentityOptions, IdentityProvider } from './identity-types.js';
import type { SessionDescription } from './webrtc-types.js';

const NEVER = Number.POSITIVE_INFINITY;

/**
 * Who is at both ends of a connection: a chunk of its own, loaded with the first provider. Without it nothing is described,
 * and nobody is listened to: when it does not come, the connection closes.
 */
export class LazyIdentity {
  desk: IdentityDesk | null = null;
  isUsed = false;
  readonly #host: IdentityHost;
  readonly #waiting: ((desk: IdentityDesk) => void)[] = [];
  /** When somebody began to wait for the chunk. */
  #since = NEVER;
  #clock: Clock = realClock;
  #error: IdentityError | null = null;

  constructor(host: IdentityHost) {
    this.#host = host;
    import('./identity-desk.js').then(
      ({ IdentityDesk }) => {
        if (this.#error !== null) return;
        this.desk = new IdentityDesk(host);
        for (const call of this.#waiting) call(this.desk);
      },
      (thrown: unknown) => this.#missing('failed', messageOf(thrown)),
    );
  }

  /** Something is waited for that is not up to the other side. */
  get isAsking(): boolean {
    return this.desk?.isAsking ?? this.#since < NEVER;
  }

  get error(): IdentityError | null {
    return this.#error ?? this.desk?.error ?? null;
  }

  use(provider: IdentityProvider | null, options: IdentityOptions, remote: SessionDescription | null): void {
    this.isUsed = provider !== null;
    this.#clock = options.clock ?? realClock;
    this.#whenLoaded((desk) => desk.use(provider, options, remote));
  }

  ask(call: (desk: IdentityDesk) => void): void {
    this.#since = Math.min(this.#since, this.#clock.now());
    this.#whenLoaded(call);
  }

  poll(): void {
    if (this.desk !== null) {
      this.desk.poll();
      return;
    }
    if (this.#clock.now() - this.#since >= IDENTITY_MS) this.#missing('timeout', 'it took too long');
    // Nobody has asked for anything yet, or everything is over.
    if (this.#error === null || this.#since === NEVER || this.#host.isClosed) return;
    this.#host.signals.identity_result.emit(Err.ERR_UNAUTHORIZED, null);
    this.#host.shutOut();
  }

  #missing(reason: 'failed' | 'timeout', why: string): void {
    this.#error ??= new IdentityError(reason, `What looks at identities could not be loaded: ${why}`);
  }

  #whenLoaded(call: (desk: IdentityDesk) => void): void {
    if (this.desk === null) this.#waiting.push(call);
    else call(this.desk);
  }
}
