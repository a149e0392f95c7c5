/** Keeps the large packets that are under way within the memory the peer has for them. */
export class LargeTransfers {
  #startedBytes = 0;
  #completedBytes = 0;
  #capBytes = 0;

  /** The largest packet the peer takes, which is also its memory for all of them; 0 as long as it has not said so. */
  get capBytes(): number {
    return this.#capBytes;
  }

  canStart(totalBytes: number): boolean {
    // Modulo 2^32, as the peer counts.
    const open = (this.#startedBytes - this.#completedBytes) >>> 0;
    return open + totalBytes <= this.#capBytes;
  }

  started(totalBytes: number): void {
    this.#startedBytes += totalBytes;
  }

  /** The peer has said how much it put together so far and how much it takes. */
  reported(completedBytes: number, capBytes: number): void {
    this.#completedBytes = completedBytes;
    this.#capBytes = capBytes;
  }
}
