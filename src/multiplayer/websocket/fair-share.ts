/**
 * A bounded number of things that came from somewhere. When it is full, somebody new has room at the cost of whoever
 * has most: no source can keep the others out, and one that is alone may have everything.
 */
export class FairShare<T> {
  readonly #most: number;
  /** The sources in the order of their turns. */
  readonly #bySource = new Map<string, Set<T>>();
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether there is room for one more of this source, or one of another can go for it. */
  admits(source: string): boolean {
    return this.#size < this.#most || this.#greediest().size > (this.#bySource.get(source)?.size ?? 0) + 1;
  }

  /** Adds what is admitted. Gives what has to go for it: the oldest of the source that has most. */
  add(source: string, item: T): T | undefined {
    let gone: T | undefined;
    if (this.#size >= this.#most) {
      const { source: from, size } = this.#greediest();
      if (size > 0) [gone] = this.#bySource.get(from) ?? [];
      if (gone !== undefined) this.delete(from, gone);
    }
    let items = this.#bySource.get(source);
    if (items === undefined) {
      items = new Set();
      this.#bySource.set(source, items);
    }
    items.add(item);
    this.#size += 1;
    return gone;
  }

  delete(source: string, item: T): void {
    const items = this.#bySource.get(source);
    if (!items?.delete(item)) return;
    this.#size -= 1;
    if (items.size === 0) this.#bySource.delete(source);
  }

  /** Takes the oldest of a source that is welcome, each source in turn. */
  take(isWelcome: (source: string) => boolean): { readonly source: string; readonly item: T } | null {
    if (this.#size === 0) return null;
    for (const [source, items] of this.#bySource) {
      if (!isWelcome(source)) continue;
      const [item] = items as Set<T> & Iterable<T>;
      this.#bySource.delete(source);
      this.#bySource.set(source, items);
      this.delete(source, item as T);
      return { source, item: item as T };
    }
    return null;
  }

  clear(): void {
    this.#bySource.clear();
    this.#size = 0;
  }

  *[Symbol.iterator](): IterableIterator<{ readonly source: string; readonly item: T }> {
    for (const [source, items] of this.#bySource) for (const item of items) yield { source, item };
  }

  #greediest(): { readonly source: string; readonly size: number } {
    let most = { source: '', size: 0 };
    for (const [source, { size }] of this.#bySource) if (size > most.size) most = { source, size };
    return most;
  }
}
