import { Dice } from './dice.js';

/** One step of a program: what is done, by which of the two sides, and the dice it throws. */
export interface Step {
  readonly action: Action;
  readonly side: 0 | 1;
  readonly stream: number;
}

/** How often each kind of step comes. */
const WEIGHTS = {
  /** A public call of a connection with odd arguments. */
  connection: 10,
  /** A public call of one of its channels. */
  channel: 4,
  /** A mutated description of the other side. */
  description: 3,
  /** A mutated candidate of the other side. */
  candidate: 3,
  /** Hundreds of candidates at once. */
  candidateFlood: 0.1,
  /** Everything a game would do: poll, tell the other side. */
  exchange: 4,
  /** The same until both stand. */
  connect: 0.6,
  /** A channel and an offer, as a game begins. */
  begin: 2,
  rollback: 0.7,
  renegotiate: 0.7,
  /** A listener that throws, closes, starts over or polls. */
  trap: 1.2,
  flat: 2,
  turn: 1,
} as const;

export type Action = keyof typeof WEIGHTS;

/** Dice of different steps must differ; no program is longer. */
const MAX_STEPS = 64;

/** The program of a case: always the same for the same seed. It has one mutated description and candidate at least. */
export function makeProgram(seed: number, index: number): readonly Step[] {
  const dice = new Dice(seed, index * MAX_STEPS);
  const actions: Action[] = dice.chance(0.7) ? ['begin'] : [];
  if (actions.length > 0 && dice.chance(0.12)) actions.push('connect');
  const rest = Array.from({ length: dice.from(2, 12) }, () => dice.weighted(WEIGHTS));
  for (const needed of ['description', 'candidate'] as const) rest.splice(dice.below(rest.length + 1), 0, needed);
  return [...actions, ...rest].map((action, at) => ({
    action,
    side: actions[at] === undefined ? (dice.below(2) as 0 | 1) : 0,
    stream: index * MAX_STEPS + at + 1,
  }));
}
