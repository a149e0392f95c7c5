import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START_MS = 30_000;
const PORT = 3478;

/** A command as it is run somewhere else. */
type Wrap = (command: string, args: readonly string[]) => { command: string; args: readonly string[] };

const here: Wrap = (command, args) => ({ command, args });

/** coturn with credentials that end by themselves, on an address of the test's own network. */
export class TurnServer {
  readonly secret = 'a secret of the tests';
  readonly url: string;
  readonly #program: ChildProcess;
  readonly #folder: string;
  /** What it wrote. */
  output = '';

  private constructor(address: string, wrap: Wrap) {
    this.url = `turn:${address}:${PORT}`;
    this.#folder = mkdtempSync(join(tmpdir(), 'scenewire-turn-'));
    const isLoopback = address.startsWith('127.');
    const { command, args } = wrap('turnserver', [
      '-n',
      '--log-file=stdout',
      '--simple-log',
      `--listening-ip=${address}`,
      `--relay-ip=${address}`,
      `--listening-port=${PORT}`,
      '--min-port=49200',
      '--max-port=49400',
      '--realm=scenewire',
      '--use-auth-secret',
      `--static-auth-secret=${this.secret}`,
      '--fingerprint',
      '--no-cli',
      '--no-tls',
      '--no-dtls',
      `--pidfile=${join(this.#folder, 'pid')}`,
      `--userdb=${join(this.#folder, 'db')}`,
      ...(isLoopback ? ['--allow-loopback-peers'] : []),
    ]);
    this.#program = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: this.#folder });
    for (const stream of [this.#program.stdout!, this.#program.stderr!]) {
      stream.on('data', (text: Buffer) => {
        this.output += text.toString();
      });
    }
    process.once('exit', this.#kill);
  }

  static async start(address: string, wrap: Wrap = here): Promise<TurnServer> {
    const server = new TurnServer(address, wrap);
    const until = performance.now() + START_MS;
    while (!/listener opened on *: *\S+|Total General servers/i.test(server.output)) {
      if (performance.now() > until || server.#program.exitCode !== null) {
        await server.stop();
        throw new Error(`coturn did not start:\n${server.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return server;
  }

  async stop(): Promise<void> {
    process.off('exit', this.#kill);
    if (this.#program.exitCode === null && this.#program.signalCode === null) {
      const ended = new Promise((resolve) => this.#program.once('exit', resolve));
      this.#program.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  readonly #kill = (): void => {
    this.#program.kill('SIGKILL');
  };
}
