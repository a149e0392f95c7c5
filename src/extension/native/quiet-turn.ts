/**
 * Each kind of the addon's callbacks has a queue of its own, served in portions: an end can be told while messages that
 * came before it still wait. So an end is reported only after a turn of the event loop that brought no message.
 */
export class QuietTurn {
  /** Counted up by whoever gets a message. */
  messages = 0;

  afterMessages(report: () => void): void {
    const seen = this.messages;
    setImmediate(() => {
      if (this.messages === seen) report();
      else this.afterMessages(report);
    });
  }
}
