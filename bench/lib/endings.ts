import { spawn } from 'node:child_process';
import { bundle } from './bundle.js';
import type { CyclesReport } from './cycles.js';
import type { Figures } from './figures.js';

const PATIENCE_MS = 120_000;
/** V8 doubles its young generation, by up to 16 MB, when it likes. At a fixed size, what grows is what is kept. */
const FLAGS = ['--expose-gc', '--max-semi-space-size=2'];

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
  const endings: Ending[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const ending = await runCycles(program.file);
    endings.push(ending);
    const { code, afterMs, grownMb, failures } = ending;
    const growth = `${grownMb.toFixed(1)} MB more than after 100`;
    console.log(
      `500 cycles, run ${run}: code ${code}, ${afterMs} ms after the last close, ${growth}, ${failures} failed`,
    );
  }
  program.remove();
  const clean = endings.filter(({ code }) => code === 0).length;
  figures.report('cycles-clean-exits', clean, `of ${runs} runs`, { atLeast: runs });
  figures.report('cycles-exit-after', Math.max(...endings.map(({ afterMs }) => afterMs)), 'ms', { atMost: 1000 });
  figures.report('cycles-growth', Math.max(...endings.map(({ grownMb }) => grownMb)), 'MB', { atMost: 10 });
  figures.report('cycles-failures', Math.max(...endings.map(({ failures }) => failures)), 'connections', { atMost: 0 });
}

/** A run that does not end is ended, which shows in its code. */
function runCycles(program: string): Promise<Ending> {
  const child = spawn(process.execPath, [...FLAGS, program], { stdio: ['ignore', 'pipe', 'inherit'] });
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
