/**
 * Runs a range of cases in a process of its own, so that one that ends the process is seen. Says on standard output which
 * cases are under way ("s 12", "f 12"), what went wrong ("p 12 text") and what it cost ("end {…}"); then it has to end by
 * itself.
 */
import * as scenewire from 'scenewire';
import * as testing from 'scenewire/testing';
import { leftPerCase } from './growth.js';
import { type RunTotals, runCases } from './run-cases.js';
import type { FuzzWorld } from './side.js';

export interface ChildOrder {
  readonly target: 'loopback' | 'native';
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** Cases after which memory is measured first. */
  readonly warmUp: number;
  /** Bytes that a case may leave behind, in the heap and resident: above that it measures again. */
  readonly limits: readonly [heap: number, resident: number];
}

export interface ChildReport extends RunTotals {
  /** Bytes that a case leaves behind, in the heap and resident. */
  readonly leftPerCase: readonly number[];
}

const AT_ONCE = { loopback: 1, native: 16 } as const;

function loopbackWorld(): FuzzWorld {
  const clock = new testing.ManualClock();
  const network = new testing.LoopbackNetwork({ clock, conditions: { latencyMs: 10, jitterMs: 5, lossRate: 0.05 } });
  return { sw: scenewire, extension: network.Extension, configuration: {}, turn: async () => clock.advance(10) };
}

function nativeWorld(): FuzzWorld {
  const onLoopback = process.env.SCENEWIRE_LOOPBACK_ONLY === '1';
  return {
    sw: scenewire,
    configuration: onLoopback ? { libdatachannel: { bindAddress: '127.0.0.1' } } : {},
    turn: () => new Promise((resolve) => setTimeout(resolve, 1)),
  };
}

/** What is still in use when nothing is under way. */
async function readMemory(): Promise<readonly number[]> {
  for (let i = 0; i < 4; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    globalThis.gc?.();
  }
  const { heapUsed, rss } = process.memoryUsage();
  return [heapUsed, rss];
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main({ target, seed, from, to, warmUp, limits }: ChildOrder): Promise<void> {
  scenewire.setErrorHandler(() => {});
  scenewire.setLogSink(() => {});
  process.on('unhandledRejection', (reason) => say(`p ${from} unhandled rejection: ${String(reason)}`));
  const totals: RunTotals = { cases: 0, descriptions: 0, candidates: 0 };
  const run = async (start: number, end: number): Promise<void> => {
    const part = await runCases(target === 'native' ? nativeWorld : loopbackWorld, {
      seed,
      from: start,
      to: end,
      atOnce: AT_ONCE[target],
      onStarted: (index) => say(`s ${index}`),
      onFinished: (index) => say(`f ${index}`),
      onProblem: (index, problem) => say(`p ${index} ${problem.replaceAll('\n', ' | ')}`),
    });
    totals.cases += part.cases;
    totals.descriptions += part.descriptions;
    totals.candidates += part.candidates;
  };
  const warm = Math.min(to, from + warmUp);
  await run(from, warm);
  const left = await leftPerCase(warm, to, { run, read: readMemory, limits });
  say(`end ${JSON.stringify({ ...totals, leftPerCase: left } satisfies ChildReport)}`);
}

await main(JSON.parse(process.argv[2] ?? '{}') as ChildOrder);
