import { describe, expect, it } from 'vitest';
import { fuzzScenePackets } from '../support/scene-packet-fuzz.js';
import { SCENE_ENTRIES } from '../support/scene-victim.js';

/** A run of the tests; `npm run fuzz -- scene` asks for a million. */
const CASES = 20_000;

/**
 * Mutations of what Godot was recorded sending, at every entry: no throw, no hang, no growth, only RPCs called, only
 * replicated properties set, nothing outside of the root, every drop counted.
 */
describe('a hostile peer', () => {
  it.each(SCENE_ENTRIES)('R-135 R-138 R-143 R-163 as %s harms nothing', async (entry) => {
    const outcome = await fuzzScenePackets(entry, 1, CASES);
    expect(outcome.problems).toEqual([]);
    expect(outcome.dropped).toBeGreaterThan(CASES / 4);
    // Otherwise it would prove nothing: enough gets through.
    const isHeard = entry !== 'pending' && entry !== 'stranger';
    const { calls, spawns, states } = outcome.effects;
    expect(Math.min(calls, spawns, states) > 50).toBe(isHeard);
    expect(await fuzzScenePackets(entry, 2, 500)).toEqual(await fuzzScenePackets(entry, 2, 500));
  });
});
