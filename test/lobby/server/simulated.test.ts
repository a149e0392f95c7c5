import { describe, expect, it } from 'vitest';
import { SimulatedLobby } from './support/simulated-lobby.js';

/** Runs; each is another sequence of 200 operations. */
const SEEDS = Number(process.env.LOBBY_SEEDS ?? 60);
const OPERATIONS = 200;

const faults = {
  none: { outages: false, amnesia: false },
  outages: { outages: true, amnesia: false },
  'outages and a store that forgets': { outages: true, amnesia: true },
} as const;

describe('after 200 random operations everybody knows what is so', () => {
  it.each([
    ['one process', 1, 'none'],
    ['three processes', 3, 'none'],
    ['three processes', 3, 'outages'],
    ['three processes', 3, 'outages and a store that forgets'],
  ] as const)('%s (%i), faults: %s, %s', async (_name, processes, kind) => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const wrong = await new SimulatedLobby(seed, processes).run(OPERATIONS, faults[kind]);
      expect(wrong, `seed ${seed}`).toEqual([]);
    }
  });
});
