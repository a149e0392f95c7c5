import { DEFAULT_LINK_OPTIONS, type LinkOptions } from './link-limits.js';

type BudgetLimits = Pick<LinkOptions, 'maxPacketsPerPoll' | 'maxBytesPerPoll'>;

/** What is taken from one peer between two polls, so that no sender can eat a frame. What crosses it is the last. */
export class InboundBudget {
  readonly #limits: BudgetLimits;
  #packets: number;
  #bytes: number;

  constructor(limits: BudgetLimits = DEFAULT_LINK_OPTIONS) {
    this.#limits = limits;
    this.#packets = limits.maxPacketsPerPoll;
    this.#bytes = limits.maxBytesPerPoll;
  }

  /** How many packets may still be taken; the next one may be of any size. */
  get packets(): number {
    return this.#bytes > 0 && this.#packets > 0 ? this.#packets : 0;
  }

  spend(packets: number, bytes: number): void {
    this.#packets -= packets;
    this.#bytes -= bytes;
  }

  /** With each poll. */
  refill(): void {
    this.#packets = this.#limits.maxPacketsPerPoll;
    this.#bytes = this.#limits.maxBytesPerPoll;
  }
}
