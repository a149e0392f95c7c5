export const FUZZ_TARGETS = ['loopback', 'native', 'chromium', 'firefox'] as const;
export type FuzzTarget = (typeof FUZZ_TARGETS)[number];

/** What is run when nobody asks for more: every run of the tests is the same one. */
const PRESET_SEED = 1;
const PRESET_CASES: Readonly<Record<FuzzTarget, number>> = {
  loopback: 20_000,
  native: 20_000,
  chromium: 1000,
  firefox: 1000,
};

export interface FuzzSettings {
  readonly seed: number;
  readonly from: number;
  /** Behind the last case. */
  readonly to: number;
}

/** The cases to run, or null when another target was asked for. `npm run fuzz` sets the variables. */
export function fuzzSettings(target: FuzzTarget, env: NodeJS.ProcessEnv = process.env): FuzzSettings | null {
  const asked = env.SCENEWIRE_FUZZ_TARGET;
  if (asked !== undefined && asked !== target) return null;
  const seed = Number(env.SCENEWIRE_FUZZ_SEED ?? PRESET_SEED);
  const only = env.SCENEWIRE_FUZZ_CASE;
  if (only !== undefined) return { seed, from: Number(only), to: Number(only) + 1 };
  return { seed, from: 0, to: Number(env.SCENEWIRE_FUZZ_CASES ?? PRESET_CASES[target]) };
}

/** The one command that shows the failure again. */
export const replayCommand = (target: FuzzTarget, seed: number, index: number): string =>
  `npm run fuzz -- ${target} --seed ${seed} --case ${index}`;
