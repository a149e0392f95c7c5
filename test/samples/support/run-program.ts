import { run } from '../../../scripts/lib/process.js';

export interface ProgramEnd {
  readonly code: number;
  readonly lines: readonly string[];
  /** From its last line to its end. */
  readonly lingeredMs: number;
}

/** Runs a TypeScript program in a Node of its own, to its end. */
export async function runProgram(file: string): Promise<ProgramEnd> {
  const { code, output, lingeredMs } = await run(process.execPath, ['--import', 'tsx', file]);
  return { code, lines: output.trimEnd().split('\n'), lingeredMs };
}
