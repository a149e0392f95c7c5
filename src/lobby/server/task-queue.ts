/** Runs one task after the other. On an idle queue a task begins at once. */
export class TaskQueue {
  readonly #onIdle: () => void;
  #tail: Promise<void> | null = null;

  constructor(onIdle: () => void = () => {}) {
    this.#onIdle = onIdle;
  }

  get isIdle(): boolean {
    return this.#tail === null;
  }

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#tail === null ? task() : this.#tail.then(task);
    const settled = result.then(ignore, ignore).then(() => {
      if (this.#tail !== settled) return;
      this.#tail = null;
      this.#onIdle();
    });
    this.#tail = settled;
    return result;
  }

  /** Behind everything that runs or waits; at once, before this returns, when that is nothing. */
  runInOrder(task: () => void): void {
    if (this.#tail === null) task();
    else void this.run(async () => task());
  }
}

const ignore = (): void => {};
