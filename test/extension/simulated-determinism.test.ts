import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/core/clock.js';
import { SimulatedLink } from '../../src/extension/loopback/simulated-link.js';
import { SimulatedPath } from '../../src/extension/loopback/simulated-path.js';
import { allocatedBy } from '../multiplayer/support/allocation.js';
import { simulatedRun } from '../support/simulated-run.js';

const classes = { SimulatedLink, SimulatedPath };
const SEED = 2026;
/** Changes with every change of the model; then every seed that anybody wrote down means another run. */
const GOLDEN_HASH = '9158a385';

describe('the simulated network is deterministic (D18)', () => {
  it('makes the scripted run that is written down here', () => {
    expect(simulatedRun(classes, SEED).hash).toBe(GOLDEN_HASH);
  });

  it('makes the same run again with the same seed, and another with another', () => {
    const { log } = simulatedRun(classes, SEED);
    expect(simulatedRun(classes, SEED).log).toEqual(log);
    expect(simulatedRun(classes, SEED + 1).log).not.toEqual(log);
  });

  it.each([2, 5, 10, 37, 1000])(
    'delivers the same in the same order when it is pumped only every %s steps',
    (every) => {
      const withoutTimes = (log: readonly string[]) => log.map((line) => line.replace(/^\d+ /, ''));
      expect(withoutTimes(simulatedRun(classes, SEED, every).log)).toEqual(
        withoutTimes(simulatedRun(classes, SEED).log),
      );
    },
  );
});

/** Measuring itself takes some bytes. */
const LITTLE = 0.5;

describe('an idle path (promise 8, D18)', () => {
  it('allocates nothing when it is pumped', () => {
    const path = new SimulatedPath({
      clock: new ManualClock(),
      link: new SimulatedLink(SEED, { latencyMs: 10 }),
      deliver: () => {},
    });
    path.send(
      path.openStream({ ordered: true, maxRetransmits: null, maxPacketLifeTime: null }),
      Uint8Array.of(1),
      false,
    );
    // One object per pump would be dozens of bytes.
    expect(allocatedBy(() => path.pump(), 100_000, LITTLE)).toBeLessThan(LITTLE);
  });
});
