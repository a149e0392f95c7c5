/** Why a link ended. */
export type LinkEndCause =
  /** The peer said so; `reason` is a ByeReason or a number of the game's own. */
  | { readonly kind: 'left'; readonly reason: number }
  /** It was silent for too long. */
  | { readonly kind: 'timeout' }
  /** It broke the protocol, or a promise of it: a reliable packet can't be completed. */
  | { readonly kind: 'misbehaved' }
  /** Closed here. */
  | { readonly kind: 'closed' };

export type LinkEvent =
  /** Nothing was heard of the peer for a while. */
  | { readonly kind: 'unresponsive' }
  /** It is back. */
  | { readonly kind: 'responsive' }
  /** Reliable packets are taken again, after ERR_BUSY. */
  | { readonly kind: 'drained' }
  /** It said something about tracks. */
  | { readonly kind: 'media'; readonly word: Uint8Array }
  /** The link has ended. What was received before can still be taken. */
  | { readonly kind: 'gone'; readonly cause: LinkEndCause };

/** More are pending only when nobody takes them; then what is oldest is no longer true anyway. */
const MAX_PENDING = 64;
/** What a peer says about tracks leaves room for what the link itself has to tell. */
const MAX_WORDS_PENDING = 48;

/** What happened to a link and was not told yet, and its end, after which nothing more happens. */
export class LinkEvents {
  readonly #pending: LinkEvent[] = [];
  #ended: LinkEndCause | null = null;

  get ended(): LinkEndCause | null {
    return this.#ended;
  }

  push(event: LinkEvent): void {
    if (this.#pending.length === MAX_PENDING) this.#pending.shift();
    this.#pending.push(event);
  }

  /** False when too much waits already for it to be told. */
  pushWord(word: Uint8Array): boolean {
    if (this.#pending.length >= MAX_WORDS_PENDING) return false;
    this.#pending.push({ kind: 'media', word });
    return true;
  }

  end(cause: LinkEndCause): void {
    this.#ended = cause;
    this.push({ kind: 'gone', cause });
  }

  /** The one who ended it knows. */
  endSilently(cause: LinkEndCause): void {
    this.#ended = cause;
    this.#pending.length = 0;
  }

  shift(): LinkEvent | undefined {
    return this.#pending.length === 0 ? undefined : this.#pending.shift();
  }
}
