import { Err } from '../core/err.js';
import { fail } from '../core/fail.js';
import { ConnectionQueries, LIFE, openLife } from './connection-queries.js';
import type { IdentityError } from './identity-error.js';
import type { IdentityOptions, IdentityProvider, PeerIdentity } from './identity-types.js';
import { LazyIdentity } from './lazy-identity.js';

/** Who is at both ends of a connection: done above every back end, by a provider that is set here. */
export abstract class ConnectionIdentity extends ConnectionQueries {
  /**
   * Who vouches for this side in the descriptions made from now on, and tells whom those of the other side are of. Until
   * that is known, nothing else that the other side says is delivered. Null: nobody any more.
   */
  setIdentityProvider(provider: IdentityProvider | null, options: IdentityOptions = {}): Err {
    const life = openLife(this);
    if (life === null) return Err.ERR_UNCONFIGURED;
    if (provider !== null && typeof provider?.validateAssertion !== 'function') {
      return fail(Err.ERR_INVALID_PARAMETER, 'No identity provider');
    }
    if (provider !== null) life.identity ??= new LazyIdentity(life);
    life.identity?.use(provider, { ...options }, life.negotiation.remote);
    life.needsNegotiation ??= life.isStable ? 'channel' : 'restart';
    return Err.OK;
  }

  /** Comes as `identity_assertion_created`, for the own description; without one yet, for the next that is made. */
  requestIdentityAssertion(): Err {
    const identity = this[LIFE]?.identity;
    if (!identity?.isUsed) return fail(Err.ERR_UNCONFIGURED, 'No identity provider');
    identity.ask((desk) => desk.assert());
    return Err.OK;
  }

  /** Who the other side has proved to be. */
  getPeerIdentity(): PeerIdentity | null {
    return this[LIFE]?.identity?.desk?.identity ?? null;
  }

  /** @internal The provider is asked for something: what takes time is not the way to the other side. */
  get isAskingIdentity(): boolean {
    return this[LIFE]?.identity?.isAsking ?? false;
  }

  /** Why it is not known who the other side is, or what kept the own provider; null otherwise. */
  getIdentityError(): IdentityError | null {
    return this[LIFE]?.identity?.error ?? null;
  }
}
