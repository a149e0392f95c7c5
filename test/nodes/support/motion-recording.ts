import { Random } from '../../../src/extension/loopback/random.js';

export type Point = readonly [x: number, y: number, z: number];

/** A state as it arrived: when it was sent, when it came, and where the thing was. */
export interface Arrival {
  readonly sentMs: number;
  readonly atMs: number;
  readonly at: Point;
}

/** What was shown, 60 times per second. */
export interface Shown {
  readonly timeMs: number;
  readonly at: Point;
}

/** A thing on a winding way, at about 6 units per second. */
export function truePath(timeMs: number): Point {
  const t = timeMs / 1000;
  return [5 * Math.sin(t), 1.5 * Math.sin(2.3 * t), 4 * Math.cos(1.3 * t)];
}

export interface RecordingOptions {
  readonly seed: number;
  readonly hz?: number;
  readonly latencyMs?: number;
  /** The latency is off by up to this, evenly. */
  readonly jitterMs?: number;
  readonly loss?: number;
  readonly durationMs?: number;
}

/** States at 20 Hz over a link of 100 ± 50 ms with 5 % loss, as a receiver sees them: overtaken ones are dropped. */
export function record(options: RecordingOptions): Arrival[] {
  const { seed, hz = 20, latencyMs = 100, jitterMs = 50, loss = 0.05, durationMs = 30_000 } = options;
  const random = new Random(seed);
  const sent: Arrival[] = [];
  for (let sentMs = 0; sentMs < durationMs; sentMs += 1000 / hz) {
    const trip = latencyMs + (random.float() * 2 - 1) * jitterMs;
    if (random.float() >= loss) sent.push({ sentMs, atMs: sentMs + trip, at: truePath(sentMs) });
  }
  const arrived: Arrival[] = [];
  for (const state of sent.sort((a, b) => a.atMs - b.atMs)) {
    if (state.sentMs > (arrived.at(-1)?.sentMs ?? -1)) arrived.push(state);
  }
  return arrived;
}

export interface MotionFigures {
  /** How far beside the true way it was shown, as root of the mean square, in units. */
  readonly pathError: number;
  /** How unsteady: root mean square of the third derivative, in units per s³. */
  readonly jerk: number;
  /** How late it was shown, on average. */
  readonly delayMs: number;
  /** The longest time that it stood still while the true one moved. */
  readonly frozenMs: number;
}

const WARM_UP_MS = 2000;
const STEP_MS = 1000 / 60;

export function measure(shown: readonly Shown[]): MotionFigures {
  const steady = shown.filter((frame) => frame.timeMs >= WARM_UP_MS);
  let errors = 0;
  let delays = 0;
  for (const frame of steady) {
    const { distance, timeMs } = nearest(frame);
    errors += distance ** 2;
    delays += frame.timeMs - timeMs;
  }
  return {
    pathError: Math.sqrt(errors / steady.length),
    jerk: jerkOf(steady),
    delayMs: delays / steady.length,
    frozenMs: longestStandstill(steady),
  };
}

/** Where on its way of the last half second the thing came nearest to what was shown. */
function nearest(frame: Shown): { distance: number; timeMs: number } {
  let best = { distance: Number.POSITIVE_INFINITY, timeMs: 0 };
  for (let timeMs = frame.timeMs - 500; timeMs <= frame.timeMs + 50; timeMs += 1) {
    const distance = apart(frame.at, truePath(timeMs));
    if (distance < best.distance) best = { distance, timeMs };
  }
  return best;
}

function jerkOf(shown: readonly Shown[]): number {
  const h = STEP_MS / 1000;
  let sum = 0;
  for (let n = 3; n < shown.length; n += 1) {
    for (let axis = 0; axis < 3; axis += 1) {
      const value = (back: number): number => (shown[n - back] as Shown).at[axis] as number;
      sum += ((value(0) - 3 * value(1) + 3 * value(2) - value(3)) / h ** 3) ** 2;
    }
  }
  return Math.sqrt(sum / (shown.length - 3));
}

function longestStandstill(shown: readonly Shown[]): number {
  let longest = 0;
  let still = 0;
  for (let n = 1; n < shown.length; n += 1) {
    still = apart((shown[n] as Shown).at, (shown[n - 1] as Shown).at) < 1e-9 ? still + STEP_MS : 0;
    longest = Math.max(longest, still);
  }
  return longest;
}

function apart(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** Shows a recording at 60 frames per second; `show` is asked for each frame, after what has arrived was told. */
export function play(
  arrivals: readonly Arrival[],
  arrived: (state: Arrival) => void,
  show: (nowMs: number) => Point | null,
): Shown[] {
  const shown: Shown[] = [];
  const last = arrivals.at(-1)?.atMs ?? 0;
  let next = 0;
  for (let nowMs = 0; nowMs < last; nowMs += STEP_MS) {
    while (next < arrivals.length && (arrivals[next] as Arrival).atMs <= nowMs) arrived(arrivals[next++] as Arrival);
    const at = show(nowMs);
    if (at !== null) shown.push({ timeMs: nowMs, at });
  }
  return shown;
}
