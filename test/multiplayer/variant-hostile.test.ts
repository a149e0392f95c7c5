import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../src/core/byte-reader.js';
import { readVariant } from '../../src/multiplayer/variant/read-variant.js';
import { fuzzVariant, VARIANT_FUZZ_KINDS } from '../support/variant-fuzz.js';

/** A run of the tests; `npm run fuzz -- variant` asks for a million. */
const CASES = 20_000;
const MIB = 1024 * 1024;

describe('values from a hostile peer', () => {
  it.each(VARIANT_FUZZ_KINDS)('%s: nothing throws, nothing grows, what is read can be sent', (kind) => {
    const outcome = fuzzVariant(kind, 1, CASES);
    expect(outcome.problems).toEqual([]);
    expect(outcome.read).toBeGreaterThan(CASES / 4);
    expect(outcome.refused).toBeGreaterThan(CASES / 4);
    expect(fuzzVariant(kind, 1, 1000)).toEqual(fuzzVariant(kind, 1, 1000));
  });

  it('empty dictionaries, the most memory for a byte, are bounded', () => {
    const count = MIB;
    const bytes = new Uint8Array(8 + count * 8);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 28, true);
    view.setUint32(4, count + 1, true);
    for (let i = 0; i < count; i += 1) view.setUint32(8 + i * 8, 27, true);
    const reader = new ByteReader(bytes);
    expect([readVariant(reader), reader.failed]).toEqual([null, true]);
  });

  it('arrays that claim what the next ones claim again: time stays bounded', () => {
    // Each array says that it holds as many elements as there are words left.
    const words = 1000;
    const view = new DataView(new ArrayBuffer(words * 8));
    for (let i = 0; i < words; i += 1) {
      view.setUint32(i * 8, 28, true);
      view.setUint32(i * 8 + 4, (words - i - 1) * 2, true);
    }
    const reader = new ByteReader(new Uint8Array(view.buffer));
    expect([readVariant(reader), reader.failed]).toEqual([null, true]);
  });
});
