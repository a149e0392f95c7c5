import type { Clock } from '../core/clock.js';

/** Who the other side is, as its assertion was found to prove. */
export interface PeerIdentity {
  /** The domain of the provider that vouches for it. */
  readonly idp: string;
  readonly name: string;
  /** What else the provider told of it. */
  readonly details?: object | undefined;
}

/** What belongs to the description that an assertion is for. Answers may refer to the offer that came before. */
export interface AssertionPurpose {
  /** Left out for an assertion that was asked for by itself. */
  readonly type?: 'offer' | 'answer' | undefined;
}

export interface AssertionOptions extends AssertionPurpose {
  readonly usernameHint?: string | undefined;
}

/** What an assertion says: who made it, and the contents that were signed. */
export interface ValidatedIdentity {
  readonly name: string;
  readonly contents: string;
  readonly details?: object | undefined;
}

/**
 * Vouches for this side, and checks who vouches for the other one: the roles of RFC 8827. The contents are a JSON text
 * with the fingerprints of a description; they have to come back unchanged. What it rejects with reaches nobody but
 * `getIdentityError()`, best as an `IdentityError`. Null: the assertion is not valid.
 */
export interface IdentityProvider {
  /** Assertions of other domains are none of its business. */
  readonly domain: string;
  /** Default: `default`. */
  readonly protocol?: string | undefined;
  generateAssertion(contents: string, origin: string, options?: AssertionOptions): Promise<string>;
  validateAssertion(assertion: string, origin: string, purpose?: AssertionPurpose): Promise<ValidatedIdentity | null>;
}

export interface IdentityOptions {
  /** Handed to the provider. */
  usernameHint?: string | undefined;
  /** The name that the other side must prove to have. Anybody else, or nobody: the connection closes. */
  peerIdentity?: string | undefined;
  /** Whether the other side must prove some identity. Default: false, unless `peerIdentity` names one. */
  required?: boolean | undefined;
  /** What the time of the provider is measured with. */
  clock?: Clock | undefined;
}
