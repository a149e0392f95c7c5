/**
 * Node serves each queue of the addon in portions, one in a turn of the event loop. It counts down from a thousand and
 * stops at zero, so this many calls are made.
 */
export const PORTION = 999;

/**
 * Where a turn ends is asked for only after so many messages: to be told takes a round of the loop of its own, which few
 * messages are not worth. A portion that is short by less may thus count as full.
 */
const UNWATCHED = 48;

/**
 * The turns of the event loop in which a connection gets messages. Each kind of the addon's callbacks has a queue of its
 * own: the end of a connection can be told while messages that came before it still wait.
 */
export class MessageTurns {
  #turn = 0;
  #messages = 0;
  /** Messages since the last turn whose end was seen. */
  #unseen = 0;

  /** Messages of one turn see the same number; those of several turns may, as long as they are few. */
  get current(): number {
    return this.#turn;
  }

  /** Called for every message. */
  note(): void {
    this.#messages += 1;
    this.#unseen += 1;
    if (this.#unseen !== UNWATCHED) return;
    setImmediate(() => {
      this.#turn += 1;
      this.#unseen = 0;
    });
  }

  /** When a turn has brought no message, and never in this one. */
  afterMessages(report: () => void): void {
    const seen = this.#messages;
    setImmediate(() => {
      if (this.#messages === seen) report();
      else this.afterMessages(report);
    });
  }
}
