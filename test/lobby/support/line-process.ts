import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export type Line = { readonly [member: string]: unknown };

const WITHIN_MS = 60_000;

/** A program that writes JSON texts, one per line. */
export class LineProcess {
  readonly lines: Line[] = [];
  readonly #child: ChildProcess;
  #errors = '';
  #arrival: () => void = () => {};
  #hasEnded = false;

  constructor({ command, args }: { command: string; args: readonly string[] }) {
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    process.once('exit', this.#kill);
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Line);
      this.#arrival();
    });
    this.#child.stderr!.on('data', (text: Buffer) => {
      this.#errors += text.toString();
    });
    this.#child.once('exit', () => {
      this.#hasEnded = true;
      this.#arrival();
    });
  }

  /** The first line with this member. */
  async with(member: string): Promise<Line> {
    const late = setTimeout(this.#kill, WITHIN_MS);
    try {
      for (;;) {
        const found = this.lines.find((line) => member in line);
        if (found !== undefined) return found;
        if (this.#hasEnded) throw new Error(`no ${member}: ${JSON.stringify(this.lines)} ${this.#errors}`);
        await new Promise<void>((resolve) => {
          this.#arrival = resolve;
        });
      }
    } finally {
      clearTimeout(late);
    }
  }

  async stop(): Promise<void> {
    process.off('exit', this.#kill);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#kill();
    await ended;
  }

  readonly #kill = (): void => {
    this.#child.kill('SIGKILL');
  };
}
