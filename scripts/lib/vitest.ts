import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Counts, countVitest, type VitestReport } from './counts.js';
import type { Namespace } from './namespace.js';
import { inRoot, tools } from './paths.js';
import { run } from './process.js';

const flakyReporter = inRoot('scripts/lib/flaky-reporter.ts');

export interface VitestRun {
  /** The vitest project, which is a folder of tests. */
  readonly project: string;
  /** Names the report file: the same project can run several times. */
  readonly label: string;
  readonly reports: string;
  readonly namespace?: Namespace | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** More arguments for vitest. */
  readonly args?: readonly string[];
  /** The Node to run it with; this one unless told. */
  readonly node?: string;
}

export interface VitestOutcome {
  readonly counts: Counts;
  readonly output: string;
  /** The JSON report, where there is one. */
  readonly reportFile: string | undefined;
  /** Tests that passed only when they were tried again. */
  readonly flaky?: readonly string[];
}

/** What vitest says when the process of a test file is gone, such as by a crash in a native addon. */
const CRASH = 'Worker exited unexpectedly';

/** Runs one vitest project to its end and counts its tests. A process that crashed gets a second chance, and is named. */
export async function runVitest(options: VitestRun): Promise<VitestOutcome> {
  const first = await runOnce(options);
  if (first.counts.failed === 0 || !first.output.includes(CRASH)) return first;
  const second = await runOnce(options);
  return { ...second, flaky: ['everything, since the process of a test file crashed', ...(second.flaky ?? [])] };
}

async function runOnce(options: VitestRun): Promise<VitestOutcome> {
  const file = join(options.reports, `${options.label}.json`);
  const flakyFile = join(options.reports, `${options.label}.flaky.json`);
  const node = options.node ?? process.execPath;
  const args = [
    ...[tools.vitest, 'run', '--project', options.project],
    ...['--reporter=dot', '--reporter=json', `--outputFile.json=${file}`, `--reporter=${flakyReporter}`],
    ...(options.args ?? []),
  ];
  const { command, args: all } = options.namespace?.wrap(node, args) ?? { command: node, args };
  const { code, output } = await run(command, all, { env: { ...options.env, SCENEWIRE_FLAKY: flakyFile } });
  const report = readJson<VitestReport>(file);
  return {
    counts: countVitest(report, code),
    output,
    reportFile: report === undefined ? undefined : file,
    flaky: readJson<string[]>(flakyFile) ?? [],
  };
}

function readJson<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
