/** What the program answers to a shell. */
export const ExitCode = {
  OK: 0,
  /** It could not start, or broke down. */
  FAILED: 1,
  /** What was asked for makes no sense. */
  USAGE: 2,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Words on the command line that make no sense; the message is for whoever typed them. */
export class UsageError extends Error {}
