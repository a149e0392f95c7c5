import { type ChildProcess, spawn } from 'node:child_process';
import { root } from './paths.js';

export interface RunResult {
  /** The exit code; 128 when a signal ended the program, 127 when it could not start. */
  readonly code: number;
  /** Everything it wrote, both streams in order of arrival. */
  readonly output: string;
}

export interface ProgramEnd extends RunResult {
  /** From the last it wrote to its end. */
  readonly lingeredMs: number;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Shows the output while it runs instead of returning it. */
  readonly show?: boolean;
}

const running = new Set<ChildProcess>();

/** Runs a program to its end. Never throws; a program that can't start gives code 127. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
      // Its own group, so that what it started (test workers, browsers) can be ended with it.
      detached: process.platform !== 'win32',
    });
    const chunks: Buffer[] = [];
    let lastHeard = performance.now();
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      lastHeard = performance.now();
    };
    running.add(child);
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    const end = (code: number, note = ''): void => {
      running.delete(child);
      const output = Buffer.concat(chunks).toString('utf8') + note;
      resolve({ code, output, lingeredMs: performance.now() - lastHeard });
    };
    child.on('error', (error) => end(127, `${command}: ${error.message}\n`));
    child.on('close', (code) => end(code ?? 128));
  });
}

/** Runs a JavaScript program with this Node. */
export function runNode(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return run(process.execPath, args, options);
}

/** Ends every program that `run` started and that still runs, with what it started itself. */
export function endRunning(): void {
  for (const child of running) {
    if (child.pid === undefined) continue;
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
    } catch {
      // It ended by itself in the meantime.
    }
  }
}
