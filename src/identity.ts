/**
 * Who the other players are: keys that last, and what vouches for them. What a connection asks for, `IdentityProvider` and
 * `IdentityError` among it, is in `scenewire`.
 * @module scenewire/identity
 */

export type { AccountKeys, AccountServer } from './media/identity/account-token.js';
export { readChallenge } from './media/identity/challenge.js';
export { type IdentityStore, type KnownPlayer, memoryStore } from './media/identity/identity-store.js';
export type { KeyAlgorithm, PublicKey } from './media/identity/keys.js';
export { PlayerIdentity, type PlayerIdentityOptions } from './media/identity/player-identity.js';
export { type PlayerProof, type ProofKind, playerOf } from './media/identity/player-proof.js';
export type { GameIdentity, IdentityPolicy, Meeting } from './multiplayer/game-identity.js';
