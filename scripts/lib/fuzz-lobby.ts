import { SimulatedLobby, simulatedFaults } from '../../test/lobby/server/support/simulated-lobby.js';

const DEFAULT_CASES = 1000;
const OPERATIONS = 200;
const PROCESSES = 3;

/** Lobbies of three processes with clients that come, go and change things while the store fails, in this process. */
export async function runLobbyFuzz(seed: number, cases = DEFAULT_CASES): Promise<number> {
  let problems = 0;
  for (const [kind, faults] of Object.entries(simulatedFaults)) {
    for (let i = 0; i < cases; i += 1) {
      const wrong = await new SimulatedLobby(seed + i, PROCESSES).run(OPERATIONS, faults);
      if (wrong.length === 0) continue;
      problems += 1;
      if (problems <= 5) console.log(`  seed ${seed + i}: ${wrong.slice(0, 3).join('; ')}`);
    }
    console.log(`${kind}: ${cases} lobbies of ${OPERATIONS} operations`);
  }
  return problems === 0 ? 0 : 1;
}
