const FIRST_CAPACITY = 8;

/** First in, first out, with a number beside each item. It only grows: a steady flow allocates nothing. */
export class Ring<T> {
  #items: (T | undefined)[] = new Array(FIRST_CAPACITY).fill(undefined);
  #numbers: number[] = new Array(FIRST_CAPACITY).fill(0);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T, number = 0): void {
    if (this.#length === this.#items.length) this.#grow();
    const slot = (this.#head + this.#length) & (this.#items.length - 1);
    this.#items[slot] = item;
    this.#numbers[slot] = number;
    this.#length += 1;
  }

  /** The oldest item, or undefined. */
  peek(): T | undefined {
    return this.#items[this.#head];
  }

  /** The number beside the oldest item. */
  peekNumber(): number {
    return this.#numbers[this.#head]!;
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    this.#length -= 1;
    return item;
  }

  clear(): void {
    this.#items = new Array(FIRST_CAPACITY).fill(undefined);
    this.#numbers = new Array(FIRST_CAPACITY).fill(0);
    this.#head = this.#length = 0;
  }

  #grow(): void {
    const from = this.#items.length;
    const items: (T | undefined)[] = new Array(from * 2).fill(undefined);
    const numbers: number[] = new Array(from * 2).fill(0);
    for (let i = 0; i < from; i += 1) {
      const slot = (this.#head + i) & (from - 1);
      items[i] = this.#items[slot];
      numbers[i] = this.#numbers[slot]!;
    }
    this.#items = items;
    this.#numbers = numbers;
    this.#head = 0;
  }
}
