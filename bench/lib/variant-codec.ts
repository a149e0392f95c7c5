import { Packr, Unpackr } from 'msgpackr';
import { ByteReader } from '../../src/core/byte-reader.js';
import { ByteWriter } from '../../src/core/byte-writer.js';
import { readArgument } from '../../src/multiplayer/variant/read-variant.js';
import type { Variant } from '../../src/multiplayer/variant/variant.js';
import { Vector3 } from '../../src/multiplayer/variant/vectors.js';
import { writeArgument } from '../../src/multiplayer/variant/write-variant.js';
import { median } from './statistics.js';

/** What a call in a game has: an int, a float, a short string, a vector, a small array. */
const ARGUMENTS: readonly Variant[] = [4711, 0.25, 'fireball', new Vector3(1.5, -2.25, 30.125), [1, 2, 3, 4]];
const LISTS_PER_ROUND = 50_000;

interface Codec {
  /** The bytes may be those of the last call again. */
  encode(values: readonly Variant[]): Uint8Array;
  decode(bytes: Uint8Array): readonly unknown[];
}

/** A list as a call carries it: the values one after the other, behind their number. */
function scenewireCodec(): Codec {
  const writer = new ByteWriter();
  return {
    encode(values) {
      writer.clear();
      writer.u8(values.length);
      for (let i = 0; i < values.length; i += 1) writeArgument(writer, values[i]!);
      return writer.view();
    },
    decode(bytes) {
      const reader = new ByteReader(bytes);
      const values: Variant[] = [];
      for (let left = reader.u8(); left > 0; left -= 1) values.push(readArgument(reader));
      if (reader.failed || reader.remaining > 0) throw new Error('not what was written');
      return values;
    },
  };
}

/** With records both ends know the structure of objects beforehand, as if they had told each other. */
function msgpackrCodec(useRecords: boolean): Codec {
  const structures: object[] = [];
  const packr = new Packr({ useRecords, structures });
  const unpackr = new Unpackr({ useRecords, structures });
  return {
    encode: (values) => packr.pack(values),
    decode: (bytes) => unpackr.unpack(bytes) as readonly unknown[],
  };
}

/** Nanoseconds of CPU for one list there and back, of a few sides in turns. */
export type CodecTimes = Readonly<Record<'scenewire' | 'records' | 'maps', number>>;

/** Encoding and decoding a list of arguments, here and with msgpackr: medians of so many rounds. */
export function compareCodecs(rounds: number): CodecTimes & { readonly ratio: number } {
  const sides = [scenewireCodec(), msgpackrCodec(true), msgpackrCodec(false)];
  const taken: number[][] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const times = sides.map((codec) => (measure(codec) * 1e6) / LISTS_PER_ROUND);
    // The first round warms up.
    if (round > 0) taken.push(times);
  }
  const [scenewire, records, maps] = sides.map((_, side) => median(taken.map((times) => times[side]!))) as [
    number,
    number,
    number,
  ];
  const ratio = median(taken.map(([own, ...theirs]) => Math.min(...theirs) / own!));
  return { scenewire, records, maps, ratio };
}

/** Of CPU, which on a busy machine says more than the clock. */
function measure(codec: Codec): number {
  const before = process.cpuUsage();
  for (let i = 0; i < LISTS_PER_ROUND; i += 1) {
    const read = codec.decode(codec.encode(ARGUMENTS));
    if (read.length !== ARGUMENTS.length || read[2] !== 'fireball') throw new Error('not what was written');
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
