/**
 * Runs a range of cases in a process of its own, so that one that ends the process is seen. Says on standard output which
 * cases are under way ("s 12", "f 12"), what went wrong ("p 12 text") and what it cost ("end {…}"); then it has to end by
 * itself.
 */
import * as scenewire from 'scenewire';
import * as testing from 'scenewire/testing';
import { type RunTotals, runCases } from './run-cases.js';
import type { FuzzWorld } from './side.js';

export interface ChildOrder {
  readonly target: 'loopback' | 'native';
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** Cases after which memory is measured first. */
  readonly warmUp: number;
}

export interface ChildReport extends RunTotals {
  /** Bytes that the cases after the warm-up left behind. */
  readonly heapGrowth: number;
  readonly rssGrowth: number;
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
async function measureMemory(): Promise<{ heap: number; rss: number }> {
  for (let i = 0; i < 4; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    globalThis.gc?.();
  }
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, rss };
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(order: ChildOrder): Promise<void> {
  scenewire.setErrorHandler(() => {});
  scenewire.setLogSink(() => {});
  process.on('unhandledRejection', (reason) => say(`p ${order.from} unhandled rejection: ${String(reason)}`));
  const part = (from: number, to: number): Promise<RunTotals> =>
    runCases(order.target === 'native' ? nativeWorld : loopbackWorld, {
      seed: order.seed,
      from,
      to,
      atOnce: AT_ONCE[order.target],
      onStarted: (index) => say(`s ${index}`),
      onFinished: (index) => say(`f ${index}`),
      onProblem: (index, problem) => say(`p ${index} ${problem.replaceAll('\n', ' | ')}`),
    });
  const middle = Math.min(order.to, order.from + order.warmUp);
  const first = await part(order.from, middle);
  const before = await measureMemory();
  const rest = await part(middle, order.to);
  const after = await measureMemory();
  const report: ChildReport = {
    cases: first.cases + rest.cases,
    descriptions: first.descriptions + rest.descriptions,
    candidates: first.candidates + rest.candidates,
    heapGrowth: after.heap - before.heap,
    rssGrowth: after.rss - before.rss,
  };
  say(`end ${JSON.stringify(report)}`);
}

await main(JSON.parse(process.argv[2] ?? '{}') as ChildOrder);
