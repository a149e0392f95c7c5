/** How long turns are given before what came from the network meanwhile is looked at. */
const BUDGET_MS = 4;

export interface TurnTaker {
  /** Does one thing; gives whether there is another one to do. */
  takeTurn(): boolean;
}

/**
 * Lets everybody who has something to do take turns, so that who has much waits and who has little does not. Nothing
 * runs longer than a few milliseconds before the network gets its turn.
 */
export class Turns {
  readonly #waiting = new Set<TurnTaker>();
  #round = 0;
  #isScheduled = false;

  /** Grows by one whenever the network had its turn. */
  get round(): number {
    this.#schedule();
    return this.#round;
  }

  add(taker: TurnTaker): void {
    this.#waiting.add(taker);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#run());
  }

  #run(): void {
    this.#isScheduled = false;
    this.#round += 1;
    const end = performance.now() + BUDGET_MS;
    for (const taker of this.#waiting) {
      this.#waiting.delete(taker);
      // Behind everybody who waits.
      if (taker.takeTurn()) this.#waiting.add(taker);
      if (performance.now() > end) break;
    }
    if (this.#waiting.size > 0) this.#schedule();
  }
}
