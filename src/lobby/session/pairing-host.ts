import type { Candidate, OpenedPeer } from './attempt.js';
import type { PeerFailure } from './attempt-facts.js';
import type { AttemptCounter } from './attempt-number.js';
import type { PairingTiming } from './pairing-times.js';

/** The other side of a pairing, as the lobby knows it and as the game does. */
export interface PairedPeer {
  readonly id: number;
  /** Differs for the host of a client/server game, which is 1 to the game whoever it is. */
  readonly gameId: number;
  /** Whether it knows attempts, and so a second one. */
  readonly isExtended: boolean;
}

/** What pairings need of their session. */
export interface PairingHost {
  readonly ownId: number;
  readonly timing: PairingTiming;
  readonly attempts: AttemptCounter;
  /** Whether the game ends when this one peer is gone. */
  readonly isClient: boolean;
  /** Nothing can be said to anybody. */
  readonly isCutOff: boolean;
  /** A new connection; null when the game does not take it. */
  open(gameId: number): OpenedPeer | null;
  /** The connection that was opened last is none of the game's any more. */
  drop(gameId: number): void;
  /** An offer without text asks for one; an answer without text says that there will be none. */
  sendDescription(type: 'offer' | 'answer', to: number, sdp: string, attempt: number): void;
  sendCandidate(to: number, candidate: Candidate, attempt: number): void;
  /** Another attempt follows one that failed. */
  retried(peer: PairedPeer, failure: PeerFailure): void;
  failed(peer: PairedPeer, failure: PeerFailure): void;
}
