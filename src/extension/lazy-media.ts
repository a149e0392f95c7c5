import type { ConnectionMedia } from './media/connection-media.js';
import type { MediaHost } from './media/media-host.js';

/** The media part of a connection: a chunk of its own, loaded when something asks for it, unless it is there already. */
export class LazyMedia {
  part: ConnectionMedia | null = null;
  /** What is to be done when it is loaded; null while it is not. */
  #waiting: ((part: ConnectionMedia) => unknown)[] | null = null;
  readonly #host: MediaHost;

  constructor(host: MediaHost) {
    this.#host = host;
  }

  get isLoading(): boolean {
    return this.#waiting !== null;
  }

  /** Now if the part is there: then it returns what the call does. Otherwise in the same order, when it was loaded. */
  use<T>(call: (part: ConnectionMedia) => T): T | undefined {
    if (this.part !== null) return call(this.part);
    if (this.#waiting === null) void this.#load();
    this.#waiting?.push(call);
    return undefined;
  }

  async #load(): Promise<void> {
    const waiting: ((part: ConnectionMedia) => unknown)[] = [];
    this.#waiting = waiting;
    const loaded = await import('./media/connection-media.js').catch(() => null);
    this.#waiting = null;
    if (!this.#host.isClosed) this.part ??= loaded?.openMedia(this.#host) ?? null;
    if (this.part !== null) for (const next of waiting) next(this.part);
  }
}
