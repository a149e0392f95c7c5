import { MAX_REF } from '../protocol/limits.js';
import type { ServerMessage } from '../protocol/server-messages.js';
import { LobbyError } from './lobby-error.js';

interface Pending {
  readonly deadline: number;
  resolve(answer: ServerMessage): void;
  reject(error: LobbyError): void;
}

const NONE: ReadonlySet<number> = new Set();

/** Requests that wait for their answer, by the `ref` that comes back with it. */
export class PendingRequests {
  readonly #byRef = new Map<number, Pending>();
  #lastRef = 0;

  newRef(): number {
    this.#lastRef = (this.#lastRef % MAX_REF) + 1;
    return this.#lastRef;
  }

  /** A ref for a new request, and the promise of its answer. */
  add(deadline: number): { ref: number; answer: Promise<ServerMessage> } {
    const ref = this.newRef();
    const answer = new Promise<ServerMessage>((resolve, reject) => {
      this.#byRef.set(ref, { deadline, resolve, reject });
    });
    // Who calls `close` need not wait for what ends by it.
    answer.catch(() => {});
    return { ref, answer };
  }

  resolve(ref: number, message: ServerMessage): void {
    this.#take(ref)?.resolve(message);
  }

  /** Whether somebody waited for it. */
  reject(ref: number, error: LobbyError): boolean {
    const pending = this.#take(ref);
    pending?.reject(error);
    return pending !== undefined;
  }

  /** All but these. */
  rejectAll(error: LobbyError, kept: ReadonlySet<number> = NONE): void {
    for (const ref of [...this.#byRef.keys()]) if (!kept.has(ref)) this.reject(ref, error);
  }

  rejectLate(now: number): void {
    if (this.#byRef.size === 0) return;
    for (const [ref, { deadline }] of this.#byRef) if (now >= deadline) this.reject(ref, new LobbyError('timeout'));
  }

  #take(ref: number): Pending | undefined {
    const pending = this.#byRef.get(ref);
    this.#byRef.delete(ref);
    return pending;
  }
}
