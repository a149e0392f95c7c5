import { describe, expect, it } from 'vitest';
import { SimulatedLobby, simulatedFaults } from './support/simulated-lobby.js';

/** Each is another sequence of operations. `npm run fuzz -- lobby` plays more of them. */
const SEEDS = 25;
const OPERATIONS = 200;

describe('after 200 random operations everybody knows what is so', () => {
  it.each([
    ['one process', 1, 'none'],
    ['three processes', 3, 'none'],
    ['three processes', 3, 'outages'],
    ['three processes', 3, 'outages and a store that forgets'],
  ] as const)('%s (%i), faults: %s', async (_name, processes, kind) => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const wrong = await new SimulatedLobby(seed, processes).run(OPERATIONS, simulatedFaults[kind]);
      expect(wrong, `seed ${seed}`).toEqual([]);
    }
  });
});
