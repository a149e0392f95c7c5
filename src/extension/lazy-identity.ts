import { pushError } from '../core/fail.js';
import type { IdentityDesk, IdentityHost } from './identity-desk.js';
import type { IdentityOptions, IdentityProvider } from './identity-types.js';
import type { SessionDescription } from './webrtc-types.js';

/** Who is at both ends of a connection: a chunk of its own, loaded with the first provider. */
export class LazyIdentity {
  desk: IdentityDesk | null = null;
  isUsed = false;
  /** What waits for the chunk. Without it nothing is described, and nobody is listened to. */
  readonly #waiting: ((desk: IdentityDesk) => void)[] = [];

  constructor(host: IdentityHost) {
    import('./identity-desk.js').then(
      ({ IdentityDesk }) => {
        this.desk = new IdentityDesk(host);
        for (const call of this.#waiting) call(this.desk);
      },
      (thrown: unknown) => pushError(String(thrown)),
    );
  }

  use(provider: IdentityProvider | null, options: IdentityOptions, remote: SessionDescription | null): void {
    this.isUsed = provider !== null;
    this.ask((desk) => desk.use(provider, options, remote));
  }

  ask(call: (desk: IdentityDesk) => void): void {
    if (this.desk === null) this.#waiting.push(call);
    else call(this.desk);
  }
}
