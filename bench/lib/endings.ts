import { spawn } from 'node:child_process';
import { bundle } from './bundle.js';
import type { CyclesReport } from './cycles.js';
import type { Figures } from './figures.js';
import { median } from './statistics.js';

const PATIENCE_MS = 120_000;
/** Shown beside the figures, not one of them, see `Conditions`. */
const PINNED_RUNS = 5;

interface Conditions {
  readonly name: string;
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const plain: Conditions = { name: 'plain', flags: ['--expose-gc'], env: {} };
/**
 * V8 doubles its young generation and the C library gives threads heaps of their own, some MB at a time and when they
 * like. With both held still, what remains of the growth is what the connections left behind.
 */
const pinned: Conditions = {
  name: 'heaps held still',
  flags: ['--expose-gc', '--max-semi-space-size=2'],
  env: { MALLOC_ARENA_MAX: '1' },
};

interface Ending {
  readonly code: number | null;
  /** From the last close to the end of the process. */
  readonly afterMs: number;
  readonly grownMb: number;
  readonly failures: number;
}

/** Programs that made many connections and closed them: they end by themselves, cleanly, and have not grown. */
export async function measureEndings(figures: Figures, runs: number): Promise<void> {
  const program = await bundle('cycles.ts');
  const endings = await runOften(program.file, plain, runs);
  await runOften(program.file, pinned, Math.min(PINNED_RUNS, runs));
  program.remove();
  const clean = endings.filter(({ code }) => code === 0).length;
  figures.report('cycles-clean-exits', clean, `of ${runs} runs`, { atLeast: runs });
  figures.report('cycles-exit-after', Math.max(...endings.map(({ afterMs }) => afterMs)), 'ms', { atMost: 1000 });
  // What leaks does so in every run; what the heaps take by chance comes and goes.
  figures.report('cycles-growth', median(endings.map(({ grownMb }) => grownMb)), 'MB', { atMost: 10 });
  figures.report('cycles-failures', Math.max(...endings.map(({ failures }) => failures)), 'connections', { atMost: 0 });
}

async function runOften(program: string, conditions: Conditions, runs: number): Promise<Ending[]> {
  const endings: Ending[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const ending = await runCycles(program, conditions);
    endings.push(ending);
    const { code, afterMs, grownMb, failures } = ending;
    const growth = `${grownMb.toFixed(1)} MB more than after 100`;
    console.log(
      `500 cycles, ${conditions.name}, run ${run}: code ${code}, ${afterMs} ms after the last close, ${growth}, ${failures} failed`,
    );
  }
  return endings;
}

/** A run that does not end is ended, which shows in its code. */
function runCycles(program: string, { flags, env }: Conditions): Promise<Ending> {
  const child = spawn(process.execPath, [...flags, program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve) => {
    let endedAt = 0;
    child.on('exit', () => {
      endedAt = Date.now();
    });
    child.on('close', (code) => {
      clearTimeout(patience);
      const { closedAt, rss, failures }: CyclesReport = JSON.parse(output || NOTHING);
      resolve({ code, afterMs: endedAt - closedAt, grownMb: rss[1] - rss[0], failures });
    });
  });
}

const NOTHING = JSON.stringify({ connections: 0, failures: 0, rss: [0, 0], closedAt: 0 } satisfies CyclesReport);
