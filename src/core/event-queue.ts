/**
 * FIFO of events that wait for the next poll. `drain` hands out what was queued when it began: what the sink causes to
 * be queued waits for the next drain, so that two peers answering each other cannot hold a frame for ever. `clear`
 * inside a drain ends it.
 */
export class EventQueue<E> {
  #events: E[] = [];
  #head = 0;
  #left = 0;
  #draining = false;

  get size(): number {
    return this.#events.length - this.#head;
  }

  push(event: E): void {
    this.#events.push(event);
  }

  /** Returns how many events were handed out. A drain inside a drain hands out nothing. */
  drain(sink: (event: E) => void): number {
    if (this.#draining) return 0;
    let count = 0;
    this.#draining = true;
    this.#left = this.size;
    try {
      for (; this.#left > 0; count += 1) {
        this.#left -= 1;
        sink(this.#events[this.#head++] as E);
      }
    } finally {
      this.#draining = false;
      this.#compact();
    }
    return count;
  }

  clear(): void {
    this.#events = [];
    this.#head = 0;
    this.#left = 0;
  }

  #compact(): void {
    if (this.#head === 0) return;
    if (this.#head === this.#events.length) this.#events.length = 0;
    else this.#events.splice(0, this.#head);
    this.#head = 0;
  }
}
