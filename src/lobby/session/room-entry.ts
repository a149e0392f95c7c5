import { IdentityError } from '../../extension/identity-error.js';
import type { GameIdentity } from '../../multiplayer/game-identity.js';
import { Introduction } from './introduction.js';

/** How the room that comes next is entered, and as whom. */
export class RoomEntry {
  /** The others know this side from before. */
  isReturning = false;
  /** It is another room for the game that is on. */
  isReopening = false;
  #introduction: Introduction | null = null;

  /** Throws an IdentityError where an invitation names a key, and nobody can check it. */
  prepare(isReturning: boolean, identity: GameIdentity | undefined, hostKey: string | undefined): void {
    if (identity === undefined && hostKey !== undefined) {
      throw new IdentityError('no_identity', 'To check the key of an invitation takes an identity');
    }
    this.#introduction = identity === undefined ? null : new Introduction(identity, hostKey);
    this.isReturning = isReturning;
  }

  /** The seat is taken. Who this side is to the others; null: nobody asks. */
  entered(host: number): Introduction | null {
    this.#introduction?.entered(host);
    return this.#introduction;
  }
}
