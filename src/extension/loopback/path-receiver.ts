import type { PathChunk, PathMessage, PathStats, PathStream } from './path-message.js';

/**
 * The receiving end of a path: puts messages together, removes second copies, and hands messages out whole, in order
 * on ordered streams and as they come on the others.
 */
export class PathReceiver {
  readonly #ready: (message: PathMessage) => void;
  readonly #stats: PathStats;

  constructor(ready: (message: PathMessage) => void, stats: PathStats) {
    this.#ready = ready;
    this.#stats = stats;
  }

  /** False for a second copy. */
  onArrival(chunk: PathChunk): boolean {
    if (chunk.hasArrived) {
      this.#stats.duplicates += 1;
      return false;
    }
    chunk.hasArrived = true;
    const { message } = chunk;
    message.missingChunks -= 1;
    if (message.missingChunks > 0) return true;
    if (!message.reliability.ordered) this.#handOut(message);
    this.#settle(message.stream);
    return true;
  }

  onSkip(message: PathMessage): void {
    message.isSkipped = true;
    this.#settle(message.stream);
  }

  /** Moves on to the first message that is still expected. The close of a stream waits for its turn on every stream. */
  #settle(stream: PathStream): void {
    for (let first = stream.unsettled.peek(); first; first = stream.unsettled.peek()) {
      if (first.missingChunks > 0 && !first.isSkipped) return;
      stream.unsettled.shift();
      if (first.missingChunks === 0) this.#handOut(first);
    }
  }

  #handOut(message: PathMessage): void {
    if (message.isDelivered) return;
    message.isDelivered = true;
    this.#ready(message);
  }
}
