interface Entry<T> {
  readonly at: number;
  readonly order: number;
  readonly item: T;
}

/** What is going to happen, by time; what falls on the same time comes in the order it was added. A binary heap. */
export class Timeline<T> {
  readonly #heap: Entry<T>[] = [];
  #added = 0;

  /** The time of the next item, Infinity when there is none. */
  nextAt(): number {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  add(at: number, item: T): void {
    const entry: Entry<T> = { at, order: this.#added, item };
    this.#added += 1;
    this.#heap.push(entry);
    this.#rise(this.#heap.length - 1, entry);
  }

  /** Removes and returns the next item; there must be one. */
  take(): T {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (!first || !last) throw new Error('The timeline is empty');
    if (this.#heap.length > 0) this.#sink(last);
    return first.item;
  }

  clear(): void {
    this.#heap.length = 0;
  }

  #rise(from: number, entry: Entry<T>): void {
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = this.#heap[parent]!;
      if (!isBefore(entry, above)) break;
      this.#heap[hole] = above;
      hole = parent;
    }
    this.#heap[hole] = entry;
  }

  #sink(entry: Entry<T>): void {
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= this.#heap.length) break;
      const right = this.#heap[child + 1];
      if (right && isBefore(right, this.#heap[child]!)) child += 1;
      const below = this.#heap[child]!;
      if (!isBefore(below, entry)) break;
      this.#heap[hole] = below;
      hole = child;
    }
    this.#heap[hole] = entry;
  }
}

const isBefore = <T>(a: Entry<T>, b: Entry<T>): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
