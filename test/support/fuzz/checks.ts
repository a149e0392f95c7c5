import type * as Scenewire from 'scenewire';

/** A call that takes longer holds the frame up for ever, as players see it. */
const MAX_CALL_MS = 3_000;
/** A promise that is not settled by then never is. */
const MAX_WAIT_MS = 10_000;

/** Makes the calls of one case and notes what must not be: a throw, no code where one is due, a call that hangs. */
export class Checker {
  readonly problems: string[] = [];
  readonly #highest: number;
  readonly #pending: Promise<void>[] = [];

  constructor(sw: typeof Scenewire) {
    this.#highest = Math.max(...Object.values(sw.Err));
  }

  /** The value, or undefined when the call threw. */
  call<T>(what: string, call: () => T): T | undefined {
    const start = performance.now();
    try {
      return call();
    } catch (thrown) {
      this.problems.push(
        `${what} threw ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
      );
      return undefined;
    } finally {
      const took = performance.now() - start;
      if (took > MAX_CALL_MS) this.problems.push(`${what} took ${Math.round(took)} ms`);
    }
  }

  /** A call that gives an `Err`. */
  code(what: string, call: () => unknown): number {
    const before = this.problems.length;
    const value = this.call(what, call);
    if (this.problems.length === before) this.#expectCode(what, value);
    return typeof value === 'number' ? value : -1;
  }

  #expectCode(what: string, value: unknown): void {
    const known = Number.isInteger(value) && (value as number) >= 0 && (value as number) <= this.#highest;
    if (!known) this.problems.push(`${what} gave ${String(value)}, which is no code`);
  }

  /** A call that gives a promise of something with an `error`; awaited in `settle`. */
  promise(what: string, call: () => unknown): void {
    const promise = this.call(what, call);
    if (!(promise instanceof Promise)) {
      this.problems.push(`${what} gave no promise`);
      return;
    }
    const settled = promise.then(
      (value: { error?: unknown }) => this.#expectCode(`${what}.error`, value?.error),
      (reason) => void this.problems.push(`${what} rejected with ${String(reason)}`),
    );
    this.#pending.push(inTime(settled, () => this.problems.push(`${what} never settled`)));
  }

  /** What a call gave has to hold. */
  expect(what: string, holds: boolean): void {
    if (!holds) this.problems.push(what);
  }

  async settle(): Promise<void> {
    await Promise.all(this.#pending);
  }
}

function inTime(settled: Promise<void>, late: () => void): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      late();
      resolve();
    }, MAX_WAIT_MS);
  });
  return Promise.race([settled.finally(() => clearTimeout(timer)), limit]);
}
