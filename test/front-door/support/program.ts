import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';

export interface ProgramOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A command of the README as a shell runs it, and what it writes. */
export class Program {
  output = '';
  readonly #command: string;
  readonly #process: ChildProcess;

  constructor(command: string, { cwd, env = {} }: ProgramOptions) {
    this.#command = command;
    // A group of its own, to be ended with all that it started.
    this.#process = spawn(command, { cwd, env: { ...process.env, ...env }, shell: true, detached: true });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  /** What matches first in its output; throws when it ended without. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(stripVTControlCharacters(this.output));
      if (match !== null) return match;
      if (this.#hasEnded) throw new Error(`${this.#command}: no ${pattern} in\n${this.output}`);
      await Promise.race([once(this.#process.stdout!, 'data'), once(this.#process.stderr!, 'data'), this.#end()]);
    }
  }

  /** Its exit code, or the signal that ended it. */
  async ended(): Promise<number | string | null> {
    await this.#end();
    return this.#process.exitCode ?? this.#process.signalCode;
  }

  /** Whether anything of its group is there. */
  get isRunning(): boolean {
    try {
      return process.kill(-(this.#process.pid ?? 0), 0);
    } catch {
      return false;
    }
  }

  /** As Ctrl-C does: to all of its group. */
  interrupt(): void {
    this.#kill('SIGINT');
  }

  /** Ends it, whatever it does. */
  async stop(): Promise<void> {
    this.#kill('SIGKILL');
    await this.#end();
  }

  get #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  async #end(): Promise<void> {
    if (!this.#hasEnded) await once(this.#process, 'exit');
  }

  #kill(signal: NodeJS.Signals): void {
    try {
      process.kill(-(this.#process.pid ?? 0), signal);
    } catch {
      // All of it has ended.
    }
  }
}

/** Runs a command to its end, which has to be a good one. */
export async function shell(command: string, options: ProgramOptions): Promise<string> {
  const program = new Program(command, options);
  const code = await program.ended();
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${program.output}`);
  return program.output;
}
