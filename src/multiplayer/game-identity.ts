import type { IdentityProvider } from '../extension/identity-types.js';

/** Who is let in. Whatever a peer does send has to be right. */
export type IdentityPolicy =
  /** Whom an account server, an invitation or an earlier meeting vouches for. */
  | 'require'
  /** Whoever has a key. A new one is remembered, and from then on it has to be that one. */
  | 'first-use'
  /** As `first-use`, and also who proves nothing, as Godot's own peers do. */
  | 'prefer';

/** Two peers that are about to be connected. */
export interface Meeting {
  readonly room: string;
  /** Both ids as the lobby of the room knows them. */
  readonly self: number;
  readonly peer: number;
  /** The key that the other side must have, where an invitation named it. */
  readonly key?: string | undefined;
}

/** Who plays here, and whom it believes: for a session, which has a provider made for each of its connections. */
export interface GameIdentity {
  readonly policy: IdentityPolicy;
  /** The hash of the own key, for invitations. */
  readonly fingerprint: string;
  providerFor(meeting: Meeting): IdentityProvider;
}
