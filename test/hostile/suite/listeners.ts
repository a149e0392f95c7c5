import { expect, type Section } from '../../conformance/support/arrangement.js';
import { ENDINGS, type Ending, OCCASIONS } from '../support/closing.js';

const CLOSED = 5;
const NEW = 0;
const CHANNEL_CLOSED = 3;
const OK = 0;
const UNCONFIGURED = 3;

const EVERY_SIGNAL = [...new Set(OCCASIONS.map(([signal]) => signal))];
const AFTERWARDS: Readonly<Record<Exclude<Ending, 'closeChannels'>, number>> = {
  close: CLOSED,
  destroy: CLOSED,
  initialize: NEW,
};

/** Listeners that do what they should not, on every signal there is. */
export const listeners: Section = (bench, rule) => {
  rule(
    'R-003 D3 with a listener that throws on every signal, both ways, all goes on and each throw is reported once',
    async () => {
      const { run } = bench();
      const { signals, otherErrors, states } = await run((lab) => hostile.throwInEverySignal(lab));
      expect(Object.keys(signals).sort()).toEqual([...EVERY_SIGNAL].sort());
      for (const [name, { came, asSignal, asEvent }] of Object.entries(signals)) {
        expect({ name, asSignal, asEvent }).toEqual({ name, asSignal: came, asEvent: came });
      }
      expect(otherErrors).toEqual([]);
      expect(states).toEqual([CLOSED, CLOSED]);
    },
  );

  for (const ending of ENDINGS) {
    if (ending === 'closeChannels') continue;
    rule(
      `R-004 R-030 after ${ending}() inside a listener of any signal none comes any more, and poll() gives its code`,
      async () => {
        const { pair, run } = bench();
        for (const occasion of OCCASIONS) {
          await pair.reset();
          const seen = await run((lab, all) => hostile.endInListener(lab, ...all), [ending, occasion] as const);
          const known = seen.codes.every((code) => code === OK || (ending === 'destroy' && code === UNCONFIGURED));
          const closed = seen.channels.every((state) => state === CHANNEL_CLOSED);
          const { late, state } = seen;
          expect({ occasion, late, known, closed, state }).toEqual({
            occasion,
            late: [],
            known: true,
            closed: true,
            state: AFTERWARDS[ending],
          });
        }
      },
      120_000,
    );
  }

  rule(
    'D6 closing the channels inside a listener of any signal ends them without a packet more, and poll() gives its code',
    async () => {
      const { pair, run } = bench();
      for (const occasion of OCCASIONS) {
        await pair.reset();
        const seen = await run((lab, all) => hostile.endInListener(lab, ...all), ['closeChannels', occasion] as const);
        const packets = seen.late.filter((name) => name === 'packet_received of a closed channel');
        const closed = seen.channels.every((state) => state === CHANNEL_CLOSED);
        expect({ occasion, packets, closed, codes: seen.codes }).toEqual({
          occasion,
          packets: [],
          closed: true,
          codes: [OK],
        });
      }
    },
    120_000,
  );
};
