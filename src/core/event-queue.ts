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

  /** A drain inside a drain hands out nothing. */
  drain(sink: (event: E) => void): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#left = this.size;
    try {
      while (this.#left > 0) {
        this.#left -= 1;
        sink(this.#events[this.#head++] as E);
      }
    } finally {
      this.#draining = false;
      this.#compact();
    }
  }

  /** Inside a drain, it counts as queued before that began, behind everything else that was. */
  pushDue(event: E): void {
    this.#events.splice(this.#draining ? this.#head + this.#left++ : this.#events.length, 0, event);
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
