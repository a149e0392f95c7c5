const PATIENCE_TURNS = 50;

type Collector = { gc?: (options?: object) => unknown; TestUtils?: { gc: () => Promise<void> } };

/** Forces a collection: Chromium and Node with `gc`, Firefox with a preference for tests. */
export async function collectGarbage(): Promise<void> {
  const { gc, TestUtils } = globalThis as Collector;
  if (gc === undefined && TestUtils === undefined) throw new Error('nothing here can force a collection');
  // Not from inside a task: what its stack seems to hold would be kept.
  await gc?.({ type: 'major', execution: 'async', flavor: 'last-resort' });
  await TestUtils?.gc();
}

/** Counts the objects that outlive their use. */
export class Census {
  #seen: WeakRef<object>[] = [];

  add(object: object): void {
    this.#seen.push(new WeakRef(object));
  }

  /** Objects that are still there after collections, and that `isOver` does not excuse. */
  async survivors(isOver: (object: object) => boolean = () => false): Promise<number> {
    for (let turn = 0; turn < PATIENCE_TURNS && this.#seen.length > 0; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await collectGarbage();
      this.#seen = this.#seen.filter((reference) => {
        const object = reference.deref();
        return object !== undefined && !isOver(object);
      });
    }
    return this.#seen.length;
  }
}
