/** The poll that is running. PERF: read from fields, since a number that is handed on as an argument gets boxed. */
export class Frame {
  /** Counts polls, from 1. */
  number = 0;
  /** The time in milliseconds. */
  now = 0;
}
