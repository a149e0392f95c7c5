import { GodotObject } from '../../../src/core/godot-object.js';

export type ThingSignals = { pinged: [n: number, text: string]; ended: [] };

/** The smallest object with signals. */
export class Thing extends GodotObject<ThingSignals> {
  readonly pinged = this.signal('pinged');
  readonly ended = this.signal('ended');

  #later: (() => void)[] = [];

  poll(): void {
    const calls = this.#later;
    this.#later = [];
    for (const call of calls) call();
  }

  protected override deferCall(call: () => void): void {
    this.#later.push(call);
  }
}
