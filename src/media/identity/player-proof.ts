import type { PeerIdentity } from '../../extension/identity-types.js';
import { isThumbprint } from './keys.js';

/** What a player's identity rests on. */
export type ProofKind =
  /** A token of the account server, given for this key. */
  | 'account'
  /** The invitation names this key. */
  | 'invitation'
  /** This key was met before. */
  | 'known'
  /** Nothing yet: it is met for the first time, and remembered. */
  | 'first-use';

/** What is known of the other player: the `details` of its `PeerIdentity`. */
export interface PlayerProof {
  readonly by: ProofKind;
  /** The hash of its key. */
  readonly key: string;
  /** Of the account server's tokens, `sub`: proven now, or when this key was met. */
  readonly account?: string | undefined;
  /** All claims of a token that was proven now. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** What it calls itself. Anybody may call himself anything. */
  readonly name?: string | undefined;
}

/** What a `PlayerIdentity` found out about a peer; null for nobody, and for identities of other providers. */
export function playerOf(identity: PeerIdentity | null): PlayerProof | null {
  const details = identity?.details as Partial<PlayerProof> | undefined;
  return isThumbprint(details?.key) && typeof details?.by === 'string' ? (details as PlayerProof) : null;
}
