import { clientShapes } from '../../../../src/lobby/protocol/client-shapes.js';
import type { AnyShape, Field } from '../../../../src/lobby/protocol/fields.js';
import { serverShapes } from '../../../../src/lobby/protocol/server-shapes.js';

/** Random messages that are always the same for the same seed. */
export class RandomMessages {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to and without this. */
  below(limit: number): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * limit);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** One that is well written. */
  good(side: 'client' | 'server'): Record<string, unknown> {
    const [type, members] = this.pick([...(side === 'client' ? clientShapes : serverShapes)]);
    return { type, id: this.below(2 ** 31), data: this.text(20), ...this.#members(members) };
  }

  /** One with something wrong in it, mostly. */
  bad(side: 'client' | 'server'): Record<string, unknown> {
    const message = this.good(side);
    const changes = 1 + this.below(2);
    for (let i = 0; i < changes; i += 1) this.#spoil(message);
    return message;
  }

  text(most: number): string {
    const characters = 'abcXYZ019_.-~ /\\"{}[]:,\n\u0000\u00e9\u0416\u{1f600}';
    return Array.from({ length: this.below(most + 1) }, () => this.pick([...characters])).join('');
  }

  /** Anything that JSON can hold. */
  junk(depth = 3): unknown {
    switch (this.below(depth > 0 ? 10 : 7)) {
      case 0:
        return null;
      case 1:
        return this.below(2) === 0;
      case 2:
        return this.pick([0, -1, 1, 0.5, 2 ** 31 - 1, 2 ** 31, 2 ** 53, -(2 ** 53), 1e300]);
      case 3:
        return this.text(8);
      case 4:
        return 'x'.repeat(this.below(5000));
      case 5:
        return this.pick(['__proto__', 'constructor', 'true', '0', 'mesh', 'code']);
      case 6:
        return this.below(100);
      case 7:
        return Array.from({ length: this.below(5) }, () => this.junk(depth - 1));
      default:
        return Object.fromEntries(Array.from({ length: this.below(5) }, () => [this.key(), this.junk(depth - 1)]));
    }
  }

  key(): string {
    return this.pick([
      'type',
      'id',
      'data',
      'sw',
      'ref',
      'meta',
      'create',
      'where',
      'min',
      'max',
      '__proto__',
      'a',
      'b-c',
      'd e',
      '',
    ]);
  }

  #members(members: AnyShape): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    for (const [name, { field, optional }] of Object.entries(members)) {
      if (!optional || this.below(2) === 0) made[name] = this.#value(field);
    }
    return made;
  }

  #value(field: Field): unknown {
    switch (field.kind) {
      case 'int':
        return this.pick([field.min, field.max, field.min + this.below(Math.min(field.max - field.min, 1000) + 1)]);
      case 'text':
        return field.pattern === undefined
          ? this.text(30)
              .padEnd(field.minLength ?? 0, 'p')
              .slice(0, field.maxLength)
          : this.pick(['a', 'Room_1', '~.-', 'x'.repeat(field.maxLength)]);
      case 'flag':
        return this.below(2) === 0;
      case 'choice':
        return this.pick(field.of);
      case 'list':
        return Array.from({ length: this.below(Math.min(field.maxItems, 4) + 1) }, () => this.#value(field.of));
      case 'shape':
        return this.#members(field.shape);
      case 'metadata':
        return this.#metadata();
      case 'filters':
        return this.#filters();
    }
  }

  #metadataValue(): unknown {
    return this.pick<unknown>([this.text(10), this.below(100), -0.5, true, false]);
  }

  #metadata(): Record<string, unknown> {
    return Object.fromEntries(
      Array.from({ length: this.below(6) }, () => [this.pick(['map', 'a.b', 'c-d', 'E_5']), this.#metadataValue()]),
    );
  }

  #filters(): Record<string, unknown> {
    const filter = (): unknown =>
      this.pick<unknown>([
        this.#metadataValue(),
        [this.#metadataValue(), 3],
        { min: 1 },
        { max: 2.5 },
        { min: 1, max: 2 },
        {},
      ]);
    return Object.fromEntries(
      Array.from({ length: this.below(4) }, () => [this.pick(['map', 'level', 'x']), filter()]),
    );
  }

  #spoil(value: Record<string, unknown>): void {
    const names = Object.keys(value);
    const name = this.pick(names);
    const inner = value[name];
    const way = this.below(4);
    const isObject = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
    if (isObject && Object.keys(inner).length > 0 && this.below(2) === 0) {
      this.#spoil(inner as Record<string, unknown>);
    } else if (way === 0) {
      delete value[name];
    } else if (way === 1) {
      // Assigning would set the prototype.
      Object.defineProperty(value, this.key(), {
        value: this.junk(),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    } else {
      value[name] = this.junk();
    }
  }
}
