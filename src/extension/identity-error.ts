/** Why an identity was not accepted, or not made. */
export type IdentityErrorReason =
  /** The other side sent none, and had to. */
  | 'missing'
  /** It was made by another provider than the one that is set here. */
  | 'no_provider'
  /** Not readable, not signed by who it names, or refused by the provider without a reason. */
  | 'invalid'
  /** It speaks of other fingerprints than the description: somebody in between has put in his own. */
  | 'fingerprint_mismatch'
  /** Valid, and of somebody else than was asked for. */
  | 'wrong_identity'
  /** The provider did not answer in time. */
  | 'timeout'
  /** The own provider failed. */
  | 'failed'
  /** Made for another room, or for other peers in it. */
  | 'wrong_meeting'
  | 'expired'
  /** By the clock of this machine, it was made in the future. */
  | 'not_yet_valid'
  /** Seen before, or an answer to something else than the own offer. */
  | 'replayed'
  /** Nobody vouches for its key, and it was not met before. */
  | 'unknown_key'
  /** Not the key that the invitation names. */
  | 'wrong_key'
  /** Somebody with this name was met before, with another key. */
  | 'key_changed'
  /** The token of the account server is not valid, or belongs to another key. */
  | 'bad_token'
  /** This platform lacks what is needed: a page without HTTPS, or a browser without Ed25519. */
  | 'unsupported'
  /** Keys could not be read or kept. */
  | 'no_store'
  /** An invitation names a key, and there is no identity to check it with. */
  | 'no_identity';

/**
 * Why an identity was not accepted, or not made.
 * @example
 * ```ts run
 * import { IdentityError } from 'scenewire';
 *
 * // What to tell the player.
 * function explain(error: unknown): string {
 *   if (!(error instanceof IdentityError)) return String(error);
 *   return error.reason === 'key_changed' ? 'This is not who you played with before.' : error.message;
 * }
 *
 * console.log(explain(new IdentityError('key_changed'))); // → This is not who you played with before.
 * ```
 */
export class IdentityError extends Error {
  readonly reason: IdentityErrorReason;

  constructor(reason: IdentityErrorReason, text: string = reason, cause?: unknown) {
    super(text, cause === undefined ? undefined : { cause });
    this.name = 'IdentityError';
    this.reason = reason;
  }
}
