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
const LISTS_PER_ROUND = 200_000;

/** Sends so many lists there and back. */
type Round = (lists: number) => void;

/** A list as a call carries it: the values one after the other, behind their number. */
function scenewireRound(): Round {
  const writer = new ByteWriter();
  return (lists) => {
    for (let i = 0; i < lists; i += 1) {
      writer.clear();
      for (let at = 0; at < ARGUMENTS.length; at += 1) writeArgument(writer, ARGUMENTS[at]!);
      const reader = new ByteReader(writer.view());
      const read: Variant[] = [];
      for (let at = 0; at < ARGUMENTS.length; at += 1) read.push(readArgument(reader));
      if (reader.failed || reader.remaining > 0 || read[2] !== 'fireball') throw new Error('not what was written');
    }
  };
}

function msgpackrRound(useRecords: boolean): Round {
  // Packr and Unpackr share the structures of records, as two ends of a link would once they have told each other.
  const structures: object[] = [];
  const packr = new Packr({ useRecords, structures });
  const unpackr = new Unpackr({ useRecords, structures });
  return (lists) => {
    for (let i = 0; i < lists; i += 1) {
      const read = unpackr.unpack(packr.pack(ARGUMENTS)) as readonly unknown[];
      if (read.length !== ARGUMENTS.length || read[2] !== 'fireball') throw new Error('not what was written');
    }
  };
}

/** Nanoseconds for one list, there and back. */
export interface CodecTimes {
  readonly scenewire: number;
  /** With the structures of records known to both ends, and without. */
  readonly msgpackrRecords: number;
  readonly msgpackrMaps: number;
}

/** Encoding and decoding a list of arguments, in turns. Medians of so many rounds. */
export function compareCodecs(rounds: number): CodecTimes {
  const sides = [scenewireRound(), msgpackrRound(true), msgpackrRound(false)] as const;
  const times: number[][] = sides.map(() => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [side, run] of sides.entries()) {
      const start = performance.now();
      run(LISTS_PER_ROUND);
      // The first round warms up.
      if (round > 0) times[side]!.push(((performance.now() - start) * 1e6) / LISTS_PER_ROUND);
    }
  }
  const [scenewire, msgpackrRecords, msgpackrMaps] = times.map(median) as [number, number, number];
  return { scenewire, msgpackrRecords, msgpackrMaps };
}
