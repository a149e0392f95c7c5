import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { lobbyProgram } from './lobby-program.js';

/** Made once for all tests of a file. */
let program: Promise<string> | null = null;

function madeProgram(): Promise<string> {
  program ??= lobbyProgram();
  return program;
}

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** `scenewire lobby` as a process of its own. */
export class LobbyProcess {
  readonly ended: Promise<ProcessEnd>;
  /** What it wrote: its log. */
  readonly lines: string[] = [];
  /** What it complained about. */
  errors = '';
  port = 0;
  /** Of the pages, when they have one of their own. */
  adminPort = 0;
  readonly #child: ChildProcess;

  private constructor(file: string, args: readonly string[], env: Record<string, string>) {
    this.#child = spawn(process.execPath, [file, 'lobby', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.#child.stderr!.on('data', (text: Buffer) => {
      this.errors += text.toString();
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  /** Runs until it ends by itself. */
  static async run(
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<ProcessEnd & { errors: string; output: string }> {
    const made = new LobbyProcess(await madeProgram(), args, env);
    made.#readLines(() => {});
    return { ...(await made.ended), errors: made.errors, output: made.lines.join('\n') };
  }

  /** Resolves when clients can come. */
  static async start(args: readonly string[] = [], env: Record<string, string> = {}): Promise<LobbyProcess> {
    const made = new LobbyProcess(
      await madeProgram(),
      ['--port', '0', '--host', '127.0.0.1', '--log', 'json', ...args],
      env,
    );
    const listening = new Promise<void>((resolve) => {
      made.#readLines((line) => {
        const entry = JSON.parse(line) as { event: string; port: number; admin?: number };
        if (entry.event !== 'listening') return;
        made.port = entry.port;
        made.adminPort = entry.admin ?? 0;
        resolve();
      });
    });
    const failed = made.ended.then(() => {
      throw new Error(`the lobby ended before it listened: ${made.errors}`);
    });
    await Promise.race([listening, failed]);
    // It will end some time, as it should.
    failed.catch(() => {});
    return made;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  get page(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<ProcessEnd> {
    this.#child.kill(signal);
    return this.ended;
  }

  #readLines(onLine: (line: string) => void): void {
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.lines.push(line);
      onLine(line);
    });
  }
}
