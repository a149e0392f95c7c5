import { ByteReader } from '../../src/core/byte-reader.js';
import { ByteWriter } from '../../src/core/byte-writer.js';
import { Err } from '../../src/core/err.js';
import { copyVariant } from '../../src/multiplayer/variant/copy-variant.js';
import { readArgument, readVariant } from '../../src/multiplayer/variant/read-variant.js';
import { sameVariant } from '../../src/multiplayer/variant/same-variant.js';
import type { Variant } from '../../src/multiplayer/variant/variant.js';
import { DEFAULT_READ_LIMITS, type ReadLimits } from '../../src/multiplayer/variant/variant-limits.js';
import { writeArgument, writeVariant } from '../../src/multiplayer/variant/write-variant.js';
import { Dice } from './fuzz/dice.js';
import { mutatePacket } from './packet-mutations.js';
import { readVectors } from './vectors.js';

/** Forms of values; arguments behind each other as a call has them. */
export const VARIANT_FUZZ_KINDS = ['full', 'short', 'list'] as const;
export type VariantFuzzKind = (typeof VARIANT_FUZZ_KINDS)[number];

export interface VariantFuzzOutcome {
  readonly cases: number;
  /** What should not have happened, with the number of the case. */
  readonly problems: readonly string[];
  /** Values that were read, and that were refused. */
  readonly read: number;
  readonly refused: number;
}

const MOST_PROBLEMS = 20;
const MOST_ARGUMENTS = 8;
/** Larger ones are a few vectors that nest a thousand times: now and then is enough. */
const LARGE_BYTES = 4000;

/** Reads values of which most have something wrong with them. The same seed, the same values. */
export function fuzzVariant(kind: VariantFuzzKind, seed: number, cases: number): VariantFuzzOutcome {
  return new VariantFuzz(kind, seed).run(cases);
}

interface Vector {
  readonly var_to_bytes_hex?: string;
  readonly compressed_hex?: string;
  readonly hex?: string;
}

/** All recorded values: those of writing in one form, those of reading as they are. */
function recorded(form: 'var_to_bytes_hex' | 'compressed_hex'): Uint8Array[] {
  const vectors = ['variant-vectors.json', 'variant-decode-vectors.json'].flatMap((file) =>
    readVectors<Vector[]>(file),
  );
  return vectors.map((vector) => Uint8Array.from(Buffer.from(vector[form] ?? vector.hex ?? '', 'hex')));
}

class VariantFuzz {
  readonly #kind: VariantFuzzKind;
  readonly #dice: Dice;
  readonly #values: readonly Uint8Array[];
  readonly #small: readonly Uint8Array[];
  readonly #problems: string[] = [];
  readonly #writer = new ByteWriter();
  readonly #wrapped: ReadLimits = { ...DEFAULT_READ_LIMITS, keepFloats: true };
  /** What was read before is read into. */
  #last: Variant = null;
  #read = 0;
  #refused = 0;

  constructor(kind: VariantFuzzKind, seed: number) {
    this.#kind = kind;
    this.#dice = new Dice(seed, VARIANT_FUZZ_KINDS.indexOf(kind));
    this.#values = recorded(kind === 'full' ? 'var_to_bytes_hex' : 'compressed_hex');
    this.#small = this.#values.filter((bytes) => bytes.length < LARGE_BYTES);
  }

  run(cases: number): VariantFuzzOutcome {
    const keys = Object.getOwnPropertyNames(Object.prototype).length;
    for (let index = 0; index < cases && this.#problems.length < MOST_PROBLEMS; index += 1) {
      try {
        this.#step(index);
      } catch (thrown) {
        this.#problems.push(`case ${index} threw ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
      }
    }
    if (Object.getOwnPropertyNames(Object.prototype).length !== keys) this.#problems.push('a prototype has changed');
    return { cases, problems: this.#problems, read: this.#read, refused: this.#refused };
  }

  #step(index: number): void {
    const packet = this.#packet();
    const reader = new ByteReader(packet);
    const many = this.#kind === 'list' ? 1 + this.#dice.below(MOST_ARGUMENTS) : 1;
    for (let left = many; left > 0 && !reader.failed; left -= 1) {
      const from = reader.position;
      const value = this.#readOne(reader);
      if (reader.failed) {
        this.#refused += 1;
        if (value !== null) this.#problems.push(`case ${index} gave a value with its failure`);
      } else {
        this.#read += 1;
        this.#check(index, value, reader.position - from);
        this.#last = value;
      }
    }
  }

  #packet(): Uint8Array {
    const pick = (): Uint8Array => this.#dice.pick(this.#dice.chance(0.002) ? this.#values : this.#small);
    if (this.#kind !== 'list') return mutatePacket(pick(), this.#dice, this.#small);
    const parts = Array.from({ length: this.#dice.below(MOST_ARGUMENTS) }, pick);
    return mutatePacket(Uint8Array.from(Buffer.concat(parts)), this.#dice, this.#small);
  }

  #readOne(reader: ByteReader): Variant {
    const limits = this.#dice.chance(0.5) ? DEFAULT_READ_LIMITS : this.#wrapped;
    const into = this.#dice.chance(0.5) ? this.#last : null;
    return this.#kind === 'full' ? readVariant(reader, into, limits) : readArgument(reader, into, limits);
  }

  /** What was read can be sent again, comes back the same, and holds no more than was paid for. */
  #check(index: number, value: Variant, bytes: number): void {
    if (unitsOf(value) > bytes) this.#problems.push(`case ${index} holds more than its ${bytes} bytes`);
    const first = this.#written(index, value);
    const again = this.#kind === 'full' ? readVariant(new ByteReader(first)) : readArgument(new ByteReader(first));
    const second = this.#written(index, again);
    const third = this.#kind === 'full' ? readVariant(new ByteReader(second)) : readArgument(new ByteReader(second));
    if (Buffer.compare(second, this.#written(index, third)) !== 0) this.#problems.push(`case ${index} is not stable`);
    // Two keys that are the same vector: which of them is meant cannot be told.
    if (!sameVariant(value, copyVariant(value)) && !holdsDictionary(value))
      this.#problems.push(`case ${index} differs`);
  }

  #written(index: number, value: Variant): Uint8Array {
    this.#writer.clear();
    const err = this.#kind === 'full' ? writeVariant(this.#writer, value) : writeArgument(this.#writer, value);
    if (err !== Err.OK) this.#problems.push(`case ${index} was read, but cannot be sent: ${err}`);
    return this.#writer.copy();
  }
}

/** Objects, elements and characters of a value: what it costs here. */
function unitsOf(value: Variant): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  if (Array.isArray(value)) return value.reduce<number>((sum, element) => sum + unitsOf(element as Variant), 1);
  if (!(value instanceof Map)) return 'length' in value ? value.length : 1;
  let sum = 1;
  for (const [key, entry] of value) sum += unitsOf(key as Variant) + unitsOf(entry as Variant);
  return sum;
}

function holdsDictionary(value: Variant): boolean {
  if (value instanceof Map) return true;
  return Array.isArray(value) && value.some((element) => holdsDictionary(element as Variant));
}
