type Kind = 'offer' | 'answer';

/**
 * Brings together what is asked for and what the library makes. It makes answers before they are asked for, and offers
 * that nobody has asked for, since tracks were added in the middle of an exchange.
 */
export class AskedDescriptions {
  readonly #asked: Record<Kind, boolean> = { offer: false, answer: false };
  readonly #made: Record<Kind, string | null> = { offer: null, answer: null };

  /** Gives the text when there is one; null: it is still to be made. */
  ask(kind: Kind): string | null {
    this.#asked[kind] = true;
    return this.#take(kind);
  }

  /** Gives the text when it was asked for; null: it is kept. */
  make(kind: Kind, text: string): string | null {
    this.#made[kind] = text;
    return this.#take(kind);
  }

  /** Of no use any more. */
  forget(kind: Kind): void {
    this.#asked[kind] = false;
    this.#made[kind] = null;
  }

  #take(kind: Kind): string | null {
    const made = this.#made[kind];
    if (!this.#asked[kind] || made === null) return null;
    this.forget(kind);
    return made;
  }
}
