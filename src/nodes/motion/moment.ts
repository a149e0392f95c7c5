/**
 * A time in milliseconds, of whatever clock is meant. PERF: numbers that are handed on as arguments are allocated one by
 * one, and here thousands are in every frame; those in the field of an object are not.
 */
export interface Moment {
  readonly timeMs: number;
}
