import { GodotObject } from '../../../src/core/godot-object.js';

export type ThingSignals = { pinged: [n: number, text: string]; ended: [] };

/** The smallest object with signals. */
export class Thing extends GodotObject<ThingSignals> {
  readonly pinged = this.signal('pinged');
  readonly ended = this.signal('ended');

  poll(): void {
    this.runDeferred();
  }
}
