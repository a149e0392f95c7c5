import { type Clock, realClock } from '../core/clock.js';
import type { ConnectionMedia } from './media/connection-media.js';
import type { MediaHost } from './media/media-host.js';

/** What takes longer to load is not waited for any more. */
const LOADING_MS = 5000;

/** What is done when the part is there; null: it did not come. */
type Waiting = (part: ConnectionMedia | null) => unknown;

/** The media part of a connection: a chunk of its own, loaded when something asks for it, unless it is there already. */
export class LazyMedia {
  part: ConnectionMedia | null = null;
  /** In the order of the calls; null while nothing is loaded. */
  #waiting: Waiting[] | null = null;
  #since = 0;
  readonly #host: MediaHost;
  readonly #clock: Clock;

  constructor(host: MediaHost, clock: Clock = realClock) {
    this.#host = host;
    this.#clock = clock;
  }

  /** Now if the part is there: then it returns what the call does. Otherwise in the same order, when it was loaded. */
  use<T>(call: (part: ConnectionMedia) => T): T | undefined {
    if (this.part !== null) return call(this.part);
    if (this.#waiting === null) void this.#load();
    this.#waiting?.push((part) => part !== null && call(part));
    return undefined;
  }

  /** Behind what waits for the part, whether that comes or not; undefined, when it is not now. */
  after<T>(call: () => T): T | undefined {
    if (this.#waiting === null) return call();
    this.#waiting.push(call);
    return undefined;
  }

  poll(): void {
    this.part?.poll();
    if (this.#waiting !== null && this.#clock.now() - this.#since >= LOADING_MS) this.#settle(null);
  }

  async #load(): Promise<void> {
    this.#waiting = [];
    this.#since = this.#clock.now();
    const loaded = await import('./media/connection-media.js').catch(() => null);
    if (!this.#host.isClosed) this.part ??= loaded?.openMedia(this.#host) ?? null;
    this.#settle(this.part);
  }

  /** The calls gave OK long ago: that they came to nothing is told with the poll. */
  #settle(part: ConnectionMedia | null): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    if (this.#host.isClosed) return;
    if (part === null && waiting.length > 0) {
      this.#host.reports.push(() => this.#host.tell('What carries tracks could not be loaded'));
    }
    for (const call of waiting) call(part);
  }
}
