import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundle } from './bundle.js';

/** What a launch day needs, and no more than that of any other limit. */
const LIMITS =
  'sockets=20000,socketsPerAddress=20000,socketsPerMinute=100000,rooms=20000,roomsPerMinute=100000,failuresPerMinute=100000';

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}

/** `scenewire lobby` as users run it: one process with its rooms in memory, or several with Redis. */
export class LobbyServers {
  readonly #lobbies: readonly Running[];
  readonly #cleanups: readonly (() => void)[];
  #turn = 0;

  private constructor(lobbies: readonly Running[], cleanups: readonly (() => void)[]) {
    this.#lobbies = lobbies;
    this.#cleanups = cleanups;
  }

  static async start(processes: number): Promise<LobbyServers> {
    const program = await bundle('../../src/cli/main.ts');
    const cleanups = [program.remove];
    const args: string[] = ['--limits', LIMITS];
    if (processes > 1) {
      const redis = await startRedis();
      cleanups.push(redis.stop);
      args.push('--redis', redis.url);
    }
    const lobbies = await Promise.all(Array.from({ length: processes }, () => startLobby(program.file, args)));
    return new LobbyServers(lobbies, cleanups);
  }

  get urls(): string[] {
    return this.#lobbies.map(({ port }) => `ws://127.0.0.1:${port}`);
  }

  /** One after the other. */
  url(): string {
    this.#turn += 1;
    return this.urls[this.#turn % this.#lobbies.length]!;
  }

  /** Resident memory of all, in MB. */
  memory(): number {
    return this.#lobbies.reduce((sum, { child }) => sum + residentMb(child.pid!), 0);
  }

  /** Processor time of all, in ms. */
  cpu(): number {
    return this.#lobbies.reduce((sum, { child }) => sum + cpuMs(child.pid!), 0);
  }

  async stop(): Promise<void> {
    for (const { child } of this.#lobbies) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    for (const cleanup of [...this.#cleanups].reverse()) cleanup();
  }
}

/** Linux tells both. */
const residentMb = (pid: number): number => {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
};
const TICKS_PER_SECOND = 100;
const cpuMs = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
};

function startLobby(program: string, args: readonly string[]): Promise<Running> {
  const child = spawn(
    process.execPath,
    [program, 'lobby', '--port', '0', '--host', '127.0.0.1', '--log', 'json', ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the lobby ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as { event: string; port: number };
      if (entry.event === 'listening') resolve({ child, port: entry.port });
    });
  });
}

async function startRedis(): Promise<{ url: string; stop(): void }> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'scenewire-bench-redis-'));
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.once('error', () => reject(new Error('redis-server is needed (Debian: apt-get install redis-server)')));
    child.stdout.on('data', (text: Buffer) => {
      if (text.includes('Ready to accept connections')) resolve();
    });
  });
  const stop = (): void => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `redis://127.0.0.1:${port}`, stop };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
