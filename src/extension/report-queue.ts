import { EventQueue } from '../core/event-queue.js';

type Deliver = () => void;

const run = (deliver: Deliver): void => deliver();

/**
 * What waits for the next poll of one life of a connection: what the back end reports and what calls announce, each as
 * the function that delivers it. Candidates and gathering states that come between "description created" and "local
 * description set" are held back, since some back ends gather at once.
 */
export class ReportQueue {
  readonly #queue = new EventQueue<Deliver>();
  #held: Deliver[] | null = null;
  #during: Deliver[] | null = null;
  #open = true;
  /** Called in the middle of whatever causes something to wait. */
  onPush?: () => void;
  /** Whether the back end still has something to say. */
  #listening = true;

  get size(): number {
    return this.#queue.size;
  }

  get isListening(): boolean {
    return this.#listening;
  }

  /** What a call announces. */
  push(deliver: Deliver): void {
    if (!this.#open) return;
    this.#queue.push(deliver);
    this.onPush?.();
  }

  /** What the back end says. With `waits` it is held back while a local description is due. */
  report(deliver: Deliver, waits = false): void {
    if (!this.#listening) return;
    if (this.#during !== null) this.#during.push(() => this.report(deliver, waits));
    else if (waits && this.#held !== null) this.#held.push(deliver);
    else this.push(deliver);
  }

  /** Makes a call of the back end. What it announces comes before what the back end says to it at once. */
  during<T>(call: () => T): T {
    const reports: Deliver[] = [];
    this.#during = reports;
    try {
      return call();
    } finally {
      this.#during = null;
      reports.forEach(run);
    }
  }

  /** From now on candidates and gathering states wait for `release`. */
  hold(): void {
    this.#held ??= [];
  }

  /**
   * Inside a poll, what was held back counts as reported before that began: it comes with the poll that is running, ahead of
   * what the calls in it announce. Outside, it comes with the next one, behind what is announced already.
   */
  release(): void {
    for (const deliver of this.#held ?? []) this.#queue.pushDue(deliver);
    this.#held = null;
  }

  /** Delivers what was queued when it began. */
  drain(): void {
    this.#queue.drain(run);
  }

  /** The back end is done: what it reports from now on is not kept, what is queued stays. */
  stopListening(): void {
    this.#listening = false;
    this.#held = this.#during = null;
  }

  /** Drops everything; what a closed back end still reports is not kept. */
  shut(): void {
    this.#open = false;
    this.stopListening();
    this.#queue.clear();
  }
}
