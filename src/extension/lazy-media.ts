import type { ConnectionMedia, MediaSupport } from './media/connection-media.js';
import type { MediaHost } from './media/media-host.js';

// Given by hand, see `WebRTCPeerConnection.setMediaSupport`; one per process.
let given: MediaSupport | null = null;

export function setMediaSupport(support: MediaSupport | null): void {
  given = support;
}

/** The media part of a connection: a chunk of its own, loaded when something asks for it, unless it is there already. */
export class LazyMedia {
  part: ConnectionMedia | null = null;
  readonly #host: MediaHost;
  /** What waits for the part to be loaded. */
  #waiting: ((part: ConnectionMedia) => void)[] | null = null;

  constructor(host: MediaHost) {
    this.#host = host;
  }

  get isLoading(): boolean {
    return this.#waiting !== null;
  }

  /** Whether there are tracks to offer, or will be. */
  get isUsed(): boolean {
    return this.isLoading || this.part?.hasLocalTracks === true;
  }

  /** Now if the part is there: then it returns what the call does. Otherwise in the same order, when it was loaded. */
  use<T>(call: (part: ConnectionMedia) => T): T | undefined {
    if (this.part === null && given !== null) this.open(given);
    if (this.part !== null) return call(this.part);
    if (this.#waiting !== null) this.#waiting.push(call);
    else void this.#load(call);
    return undefined;
  }

  /** With a part that is at hand. */
  open(support: MediaSupport): void {
    if (this.part === null && !this.#host.isClosed) this.part = support(this.#host);
  }

  end(): void {
    this.#waiting = null;
    this.part?.end();
  }

  async #load(call: (part: ConnectionMedia) => unknown): Promise<void> {
    this.#waiting = [call];
    try {
      const { mediaSupport } = await import('./media/connection-media.js');
      this.open(mediaSupport);
    } catch {
      this.#host.tellFailure('The part for tracks could not be loaded');
    }
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    if (this.part !== null) for (const next of waiting) next(this.part);
  }
}
