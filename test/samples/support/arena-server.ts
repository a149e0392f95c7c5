import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { inRoot } from '../../../scripts/lib/paths.js';

/** The dedicated server of the arena, as a process of its own. */
export class ArenaServer {
  /** What it has written, line by line. */
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  #unread = '';

  constructor(...args: readonly string[]) {
    this.#process = spawn(process.execPath, ['--import', 'tsx', inRoot('samples/arena/server.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (text: string) => this.#read(text));
    }
  }

  /** The first line that matches; throws when it ended without one. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      for (const line of this.lines) {
        const match = pattern.exec(line);
        if (match !== null) return match;
      }
      if (this.#process.exitCode !== null) throw new Error(`no ${pattern}:\n${this.lines.join('\n')}`);
      await Promise.race([once(this.#process.stdout!, 'data'), once(this.#process, 'exit')]);
    }
  }

  /** Its exit code, once it has ended. */
  async ended(): Promise<number | null> {
    if (this.#process.exitCode === null) await once(this.#process, 'close');
    return this.#process.exitCode;
  }

  /** How the round ended. */
  get summary(): string[] {
    return this.lines.filter((line) => /^round |: \d+ points, /.test(line));
  }

  stop(): void {
    this.#process.kill('SIGTERM');
  }

  #read(text: string): void {
    const lines = (this.#unread + text).split('\n');
    this.#unread = lines.pop() ?? '';
    this.lines.push(...lines);
  }
}
