/**
 * Node serves each queue of the addon in portions, one in a turn of the event loop. It counts down from a thousand and
 * stops at zero, so this many calls are made.
 */
export const PORTION = 999;

/**
 * The turns of the event loop in which a connection gets messages. Each kind of the addon's callbacks has a queue of its
 * own: the end of a connection can be told while messages that came before it still wait.
 */
export class MessageTurns {
  #turn = 0;
  #messages = 0;
  #isOver = true;

  /** The number of this turn once it has brought a message; until then 0. */
  get current(): number {
    return this.#isOver ? 0 : this.#turn;
  }

  /** Called for every message. */
  note(): void {
    this.#messages += 1;
    if (!this.#isOver) return;
    this.#isOver = false;
    this.#turn += 1;
    setImmediate(() => {
      this.#isOver = true;
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
