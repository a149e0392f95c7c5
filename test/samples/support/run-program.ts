import { run } from '../../../scripts/lib/process.js';

export interface ProgramEnd {
  readonly code: number;
  readonly lines: readonly string[];
  readonly seconds: number;
}

/** Runs a TypeScript program in a Node of its own, to its end. */
export async function runProgram(file: string): Promise<ProgramEnd> {
  const start = performance.now();
  const { code, output } = await run(process.execPath, ['--import', 'tsx', file]);
  return { code, lines: output.trimEnd().split('\n'), seconds: (performance.now() - start) / 1000 };
}
