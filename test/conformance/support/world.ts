import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Lab, Mail } from './lab.js';

// Tests that force a garbage collection find it where --expose-gc would put it.
setFlagsFromString('--expose-gc');
globalThis.gc ??= runInNewContext('gc') as NodeJS.GCFunction;

/** A function that runs where the back end lives. It is sent as text, so it may use its arguments and nothing else. */
export type LabFunction<A, R> = (lab: Lab, arg: A) => R | Promise<R>;

/** Where a back end lives: this process or a page of a browser. */
export interface World {
  readonly name: string;
  /** A fresh lab, for the next test. */
  reset(): Promise<void>;
  run<A, R>(fn: LabFunction<A, R>, arg: A): Promise<R>;
  /** One frame in the lab, and what a condition says after it. */
  frame<A, R>(inbox: readonly Mail[], check: LabFunction<A, R>, arg: A): Promise<{ outbox: Mail[]; value: R }>;
  close(): Promise<void>;
}

/** A world in this process. */
export class LocalWorld implements World {
  readonly name: string;
  readonly #make: () => Lab;
  #lab: Lab;

  constructor(name: string, make: () => Lab) {
    this.name = name;
    this.#make = make;
    this.#lab = make();
  }

  async reset(): Promise<void> {
    this.#lab.dispose();
    this.#lab = this.#make();
  }

  async run<A, R>(fn: LabFunction<A, R>, arg: A): Promise<R> {
    return fn(this.#lab, arg);
  }

  async frame<A, R>(inbox: readonly Mail[], check: LabFunction<A, R>, arg: A): Promise<{ outbox: Mail[]; value: R }> {
    const outbox = await this.#lab.frame(inbox);
    return { outbox, value: await check(this.#lab, arg) };
  }

  async close(): Promise<void> {
    this.#lab.dispose();
  }
}
