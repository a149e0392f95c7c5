/**
 * `npm test [-- AREA… [options for vitest]]`: every check of the project, in the order of lib/steps.ts. The last line
 * holds the sum of all of them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addCounts, type Counts, formatCounts, noCounts } from './lib/counts.js';
import { runGodotStep } from './lib/godot-step.js';
import { findWebRTCExtension } from './lib/godot-webrtc.js';
import { canMakeNamespace, makeNamespace, type Namespace } from './lib/namespace.js';
import { browsers, ensureNeeds, type Need } from './lib/needs.js';
import { inRoot } from './lib/paths.js';
import { runNode } from './lib/process.js';
import { runProgram } from './lib/programs.js';
import { onShutdown } from './lib/shutdown.js';
import { type Step, selectSteps, splitArguments } from './lib/steps.js';
import { runVitest, type VitestOutcome } from './lib/vitest.js';

interface Outcome {
  readonly counts: Counts;
  readonly output: string;
  readonly reportFile?: string | undefined;
  readonly note?: string;
  readonly flaky?: readonly string[];
}

interface Context {
  readonly reports: string;
  readonly forVitest: readonly string[];
  readonly namespace: Namespace | undefined;
  readonly env: Readonly<Record<string, string>>;
}

const oneTest = (ok: boolean): Counts => ({ ...noCounts, passed: ok ? 1 : 0, failed: ok ? 0 : 1 });

async function runStep(step: Step, context: Context): Promise<Outcome> {
  if (step.kind !== 'vitest') {
    const { code, output } = await runProgram[step.kind]();
    return { counts: oneTest(code === 0), output };
  }
  const runTests = (env: Readonly<Record<string, string>>): Promise<VitestOutcome> =>
    runVitest({
      project: step.project ?? step.name,
      label: step.name,
      reports: context.reports,
      namespace: step.sockets ? context.namespace : undefined,
      env: { ...context.env, ...env },
      args: context.forVitest,
    });
  if (step.godot) return runGodotStep(runTests);
  return runTests(step.onDist ? { SCENEWIRE_DIST: '1' } : {});
}

/** Firefox finds no address without a route, and routers need networks: without a namespace neither is asked for. */
function needsOf(steps: readonly Step[], namespaced: boolean): Need[] {
  const needs = new Set<Need>(steps.flatMap((step) => step.needs ?? []));
  if (namespaced && steps.some((step) => step.sockets)) needs.add('ip');
  if (!namespaced) for (const need of ['firefox', 'xvfb', 'pulseaudio', 'iptables'] as const) needs.delete(need);
  return [...needs];
}

function prepareNetwork(steps: readonly Step[]): Pick<Context, 'namespace' | 'env'> {
  const env = { SCENEWIRE_CHROMIUM: browsers.chromium, SCENEWIRE_FIREFOX: browsers.firefox };
  if (!steps.some((step) => step.sockets)) return { namespace: undefined, env };
  const made = canMakeNamespace() ? makeNamespace() : 'needs root on Linux';
  if (typeof made !== 'string') return { namespace: made, env: { ...env, SCENEWIRE_NAMESPACE: made.name } };
  console.log(`no network namespace (${made}): loopback addresses only; everything with Firefox is left out`);
  return { namespace: undefined, env: { ...env, SCENEWIRE_LOOPBACK_ONLY: '1' } };
}

function report(step: Step, outcome: Outcome, seconds: number): void {
  const failed = outcome.counts.failed > 0;
  if (failed) console.log(`\n${outcome.output.trimEnd()}\n`);
  const what = step.kind === 'vitest' ? formatCounts(outcome.counts) : '';
  if (outcome.note !== undefined) console.log(`     ${step.name}: ${outcome.note}`);
  for (const name of outcome.flaky ?? []) console.log(`     ${step.name}: passed at the second attempt only: ${name}`);
  console.log(
    `${failed ? 'FAIL' : 'ok  '} ${step.name.padEnd(17)} ${seconds.toFixed(1).padStart(5)} s  ${what}`.trimEnd(),
  );
}

async function runSteps(steps: readonly Step[], context: Context): Promise<{ counts: Counts; reportFiles: string[] }> {
  let counts = noCounts;
  let built = true;
  const reportFiles: string[] = [];
  for (const step of steps) {
    if (step.onDist && !built) {
      console.log(`--   ${step.name.padEnd(17)}         not run: the build failed`);
      continue;
    }
    const start = performance.now();
    const outcome = await runStep(step, context);
    report(step, outcome, (performance.now() - start) / 1000);
    counts = addCounts(counts, outcome.counts);
    if (step.kind === 'build') built = outcome.counts.failed === 0;
    if (outcome.reportFile !== undefined) reportFiles.push(outcome.reportFile);
  }
  return { counts, reportFiles };
}

/** What the names of the tests prove, after a whole run; an area alone would show mostly gaps. */
async function showProofs(reportFiles: readonly string[]): Promise<Counts> {
  let counts = noCounts;
  for (const script of ['scripts/rule-table.ts', 'scripts/coverage.ts']) {
    const { code, output } = await runNode(['--import', 'tsx', inRoot(script), ...reportFiles]);
    console.log(output.trimEnd());
    counts = addCounts(counts, oneTest(code === 0));
  }
  return counts;
}

/** Tells the tests where Godot's WebRTC extension is; gives a sentence for the user when they need it and it is not there. */
function locateWebRTC(steps: readonly Step[], path: string): Readonly<Record<string, string>> | string {
  if (!steps.some((step) => step.webrtc)) return {};
  const extension = findWebRTCExtension(path);
  return 'problem' in extension ? extension.problem : { SCENEWIRE_GODOT_WEBRTC: extension.file };
}

async function main(): Promise<number> {
  const { areas, forVitest, webrtc = process.env.SCENEWIRE_GODOT_WEBRTC ?? '' } = splitArguments(process.argv.slice(2));
  const steps = selectSteps(areas);
  if (typeof steps === 'string') {
    console.error(steps);
    return 2;
  }
  const own = locateWebRTC(steps, webrtc);
  if (typeof own === 'string') {
    console.error(own);
    return 2;
  }
  const problem = await ensureNeeds(needsOf(steps, canMakeNamespace()));
  if (problem !== undefined) {
    console.error(problem);
    return 1;
  }
  const reports = mkdtempSync(join(tmpdir(), 'scenewire-test-'));
  onShutdown(() => rmSync(reports, { recursive: true, force: true }));
  const { namespace, env } = prepareNetwork(steps);
  const { counts, reportFiles } = await runSteps(steps, { reports, forVitest, namespace, env: { ...env, ...own } });
  const proofs = areas.length === 0 ? await showProofs(reportFiles) : noCounts;
  const sum = addCounts(counts, proofs);
  console.log(formatCounts(sum));
  return sum.failed > 0 ? 1 : 0;
}

process.exitCode = await main();
