import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { sourceAliases } from '../../../scripts/lib/source-aliases.js';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Child programs, bundled with the library so that they start in no time. */
export class Programs {
  /** Inside node_modules, where the native package is found from, or in a place where it is not. */
  readonly #folder: string;
  readonly #made = new Map<string, Promise<string>>();

  constructor({ withNative = true } = {}) {
    this.#folder = mkdtempSync(join(withNative ? join(ROOT, 'node_modules') : tmpdir(), '.scenewire-hostile-'));
  }

  /** The path of the program, given its source inside the repository. It is written once: another test may be starting it. */
  make(source: string): Promise<string> {
    const made = this.#made.get(source) ?? this.#build(source);
    this.#made.set(source, made);
    return made;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #build(source: string): Promise<string> {
    const outfile = join(this.#folder, `${source.replaceAll(/[^\w]/g, '-')}.mjs`);
    await build({
      entryPoints: [join(ROOT, source)],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'inline',
      external: ['node-datachannel'],
      absWorkingDir: ROOT,
      tsconfigRaw: {},
      alias: sourceAliases('node'),
    });
    return outfile;
  }
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Between its last line and its end. */
  readonly lingeredMs: number;
  readonly lines: readonly string[];
  readonly stderr: string;
}

/** A child program under way. It speaks in lines. */
export class Child {
  readonly process: ChildProcess;
  readonly lines: string[] = [];
  readonly ended: Promise<Ended>;
  #stderr = '';
  #rest = '';
  #lastLineAt = performance.now();
  readonly #watchers = new Set<() => void>();
  readonly #listeners: ((line: string) => void)[] = [];

  constructor(
    program: string,
    args: readonly string[] = [],
    flags: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ) {
    const options = { cwd: ROOT, env: { ...process.env, ...env } };
    this.process = spawn(process.execPath, ['--enable-source-maps', ...flags, program, ...args], options);
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => this.#onText(text));
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-20_000);
    });
    this.ended = new Promise((done) => {
      let lingeredMs = 0;
      this.process.on('exit', () => {
        lingeredMs = performance.now() - this.#lastLineAt;
      });
      this.process.on('close', (code, signal) => {
        this.#notify();
        done({ code, signal, lingeredMs, lines: this.lines, stderr: this.#stderr });
      });
    });
  }

  say(line: string): void {
    this.process.stdin?.write(`${line}\n`);
  }

  /** The rest of the first line that begins so, once it is there. Rejects when the program ends without it. */
  line(prefix: string, patienceMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const finish = (act: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        act();
      };
      const look = (): void => {
        const found = this.lines.find((line) => line.startsWith(prefix));
        if (found !== undefined) finish(() => resolve(found.slice(prefix.length).trim()));
        else if (this.#isOver()) finish(() => reject(new Error(`it ended without "${prefix}": ${this.#describe()}`)));
      };
      const late = (): void => finish(() => reject(new Error(`it never said "${prefix}": ${this.#describe()}`)));
      const timer = setTimeout(late, patienceMs);
      this.#watchers.add(look);
      look();
    });
  }

  kill(): void {
    this.process.kill('SIGKILL');
  }

  /** Every line from now on. */
  onLine(listener: (line: string) => void): void {
    this.#listeners.push(listener);
  }

  #isOver(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  #onText(text: string): void {
    const parts = (this.#rest + text).split('\n');
    this.#rest = parts.pop() ?? '';
    this.lines.push(...parts);
    for (const line of parts) for (const listener of this.#listeners) listener(line);
    this.#lastLineAt = performance.now();
    this.#notify();
  }

  #notify(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  #describe(): string {
    return `${this.lines.slice(-20).join(' / ')}\n${this.#stderr}`;
  }
}
