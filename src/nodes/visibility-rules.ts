import { Err } from '../core/err.js';
import { pushError } from '../core/fail.js';

export type VisibilityFilter = (peer: number) => boolean;

/** In place of a peer: everybody. */
export const EVERYBODY = 0;

/** Who sees a synchronizer: those it is set for, or everybody, as far as all filters agree. */
export class VisibilityRules {
  readonly #owner: { readonly name: string };
  readonly #visibleTo = new Set<number>([EVERYBODY]);
  readonly #brokenFilters = new WeakSet<VisibilityFilter>();
  #filters: readonly VisibilityFilter[] = [];

  constructor(owner: { readonly name: string }) {
    this.#owner = owner;
  }

  get hasFilters(): boolean {
    return this.#filters.length > 0;
  }

  /** The entry of this peer alone. */
  isSetFor(peer: number): boolean {
    return this.#visibleTo.has(peer);
  }

  /** False when nothing changes. */
  setFor(peer: number, visible: boolean): boolean {
    if (this.#visibleTo.has(peer) === visible) return false;
    if (visible) this.#visibleTo.add(peer);
    else this.#visibleTo.delete(peer);
    return true;
  }

  addFilter(filter: VisibilityFilter): void {
    if (!this.#filters.includes(filter)) this.#filters = [...this.#filters, filter];
  }

  removeFilter(filter: VisibilityFilter): void {
    this.#filters = this.#filters.filter((other) => other !== filter);
  }

  isVisibleTo(peer: number): boolean {
    for (const filter of this.#filters) if (!this.#passes(filter, peer)) return false;
    return this.#visibleTo.has(EVERYBODY) || this.#visibleTo.has(peer);
  }

  #passes(filter: VisibilityFilter, peer: number): boolean {
    try {
      const answer: unknown = filter(peer);
      if (typeof answer === 'boolean') return answer;
      this.#report(filter, 'answered neither true nor false');
    } catch (thrown) {
      this.#report(filter, 'threw', thrown);
    }
    return false;
  }

  /** Once: it is asked in every frame. */
  #report(filter: VisibilityFilter, problem: string, cause?: unknown): void {
    if (this.#brokenFilters.has(filter)) return;
    this.#brokenFilters.add(filter);
    pushError(`A visibility filter of ${this.#owner.name} ${problem}, which hides it`, Err.ERR_SCRIPT_FAILED, cause);
  }
}
