/** Segments of a round: enough for a median that one busy moment of the machine cannot move. */
const SEGMENTS = 8;
const MIN_CASES_PER_SEGMENT = 25;
/** What the machine or a cache adds by chance is not there each time; what leaks is. */
const MAX_ROUNDS = 3;

export interface Measured {
  /** Before the cases are run again. */
  readonly again?: () => Promise<void>;
  /** Runs some of the cases. */
  readonly run: (from: number, to: number) => Promise<void>;
  /** Bytes in use when nothing is under way: one number for each kind of memory. */
  readonly read: () => Promise<readonly number[]>;
  /** Bytes that a case may leave behind, of each kind. */
  readonly limits: readonly number[];
}

/**
 * Runs the cases, and returns how many bytes of each kind of memory one of them leaves behind for good: the median over
 * segments of equal length. Where that is above the limit, the same cases are run again; the best round counts.
 */
export async function leftPerCase(from: number, to: number, measured: Measured): Promise<number[]> {
  const length = Math.floor((to - from) / SEGMENTS);
  if (length < MIN_CASES_PER_SEGMENT) {
    await measured.run(from, to);
    return measured.limits.map(() => 0);
  }
  let least = measured.limits.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < MAX_ROUNDS && isAbove(least, measured.limits); round += 1) {
    if (round > 0) await measured.again?.();
    const growth = await oneRound(from, to, length, measured);
    least = least.map((bytes, kind) => Math.min(bytes, growth[kind] ?? 0));
  }
  return least;
}

async function oneRound(from: number, to: number, length: number, { run, read, limits }: Measured): Promise<number[]> {
  const readings = [await read()];
  for (let segment = 0; segment < SEGMENTS; segment += 1) {
    const start = from + segment * length;
    await run(start, segment === SEGMENTS - 1 ? to : start + length);
    readings.push(await read());
  }
  return limits.map((_limit, kind) => {
    const growths = readings.slice(1).map((reading, i) => (reading[kind] ?? 0) - (readings[i]?.[kind] ?? 0));
    return median(growths) / length;
  });
}

const isAbove = (bytes: readonly number[], limits: readonly number[]): boolean =>
  bytes.some((value, kind) => value > (limits[kind] ?? 0));

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
