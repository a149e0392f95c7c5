import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../project', import.meta.url));
const START_MS = 60_000;
const STOP_MS = 3_000;
/** What Godot wrote last, for the error when it dies. */
const OUTPUT_CHARS = 4_000;

/** What control.gd sends, one JSON text per line. */
interface Message {
  readonly version?: string;
  readonly told?: string;
  readonly error?: string;
  readonly id?: number;
  readonly text?: string;
  readonly failed?: string;
}

interface Answer {
  resolve(text: string): void;
  reject(error: Error): void;
}

/** A headless Godot with the test game, which does what it is told over a connection of its own. */
export class GodotProcess {
  /** What the game told since the test began, line by line. */
  readonly log: string[] = [];
  /** What the engine complained about since the test began. */
  readonly errors: string[] = [];
  version = '';
  readonly #program: ChildProcess;
  readonly #server: Server;
  readonly #home = mkdtempSync(join(tmpdir(), 'scenewire-godot-'));
  readonly #answers = new Map<number, Answer>();
  #socket: Socket | null = null;
  #nextId = 1;
  #output = '';
  #dead: string | null = null;

  private constructor(program: string, server: Server) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    this.#program = spawn(program, ['--headless', '--path', project, '--', 'control', String(port)], {
      // Everything that Godot writes for its user goes where the test can remove it.
      env: {
        ...process.env,
        HOME: this.#home,
        XDG_DATA_HOME: this.#home,
        XDG_CONFIG_HOME: this.#home,
        XDG_CACHE_HOME: this.#home,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#program.stdout, this.#program.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString('utf8')).slice(-OUTPUT_CHARS);
      });
    }
    // Should the test be ended before it could stop it.
    process.once('exit', this.#leave);
    this.#program.on('error', (error) => this.#die(error.message));
    this.#program.on('exit', (code, signal) => this.#die(`ended with ${signal ?? code}`));
  }

  static async start(): Promise<GodotProcess> {
    const program = process.env.SCENEWIRE_GODOT;
    if (!program) throw new Error('No Godot to test against; run these tests with: npm run test:godot');
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const godot = new GodotProcess(program, server);
    await godot.#greeted();
    return godot;
  }

  /**
   * Runs GDScript in the game and gives the value it returns, as Godot writes it. The code has `game`, `api` (the
   * SceneMultiplayer), `peer` and `control`.
   */
  run(code: string): Promise<string> {
    if (this.#dead !== null) return Promise.reject(new Error(this.#dead));
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve, reject });
      this.#socket?.write(`${JSON.stringify({ id, run: code })}\n`);
    });
  }

  /** Throws what happened when it is not running any more. */
  check(): void {
    if (this.#dead !== null) throw new Error(this.#dead);
  }

  /** Stops it as a machine that hangs does; the function that it gives lets it go on. */
  freeze(): () => void {
    this.#program.kill('SIGSTOP');
    return () => void this.#program.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    this.#program.kill('SIGKILL');
    await this.stop();
  }

  /** It quits by itself when the connection is gone. */
  async stop(): Promise<void> {
    this.#socket?.destroy();
    this.#server.close();
    if (this.#program.exitCode === null && this.#program.signalCode === null) {
      const kill = setTimeout(() => this.#program.kill('SIGKILL'), STOP_MS);
      await once(this.#program, 'exit');
      clearTimeout(kill);
    }
    process.off('exit', this.#leave);
    this.#leave();
  }

  readonly #leave = (): void => {
    this.#program.kill('SIGKILL');
    rmSync(this.#home, { recursive: true, force: true });
  };

  #greeted(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#program.kill('SIGKILL');
        reject(new Error(`Godot said nothing for ${START_MS / 1000} s:\n${this.#output}`));
      }, START_MS);
      this.#program.once('exit', () => reject(new Error(this.#dead ?? 'Godot has ended')));
      this.#server.once('connection', (socket) => {
        this.#socket = socket;
        socket.setNoDelay(true);
        socket.on('error', () => {});
        clearTimeout(timer);
        this.#read(socket, resolve);
      });
    });
  }

  #read(socket: Socket, greeted: () => void): void {
    let unread = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      const lines = (unread + chunk).split('\n');
      unread = lines.pop() ?? '';
      for (const line of lines) this.#take(JSON.parse(line) as Message, greeted);
    });
  }

  #take(message: Message, greeted: () => void): void {
    if (message.version !== undefined) {
      this.version = message.version;
      greeted();
    }
    if (message.told !== undefined) this.log.push(message.told);
    if (message.error !== undefined) this.errors.push(message.error);
    if (message.id === undefined) return;
    const answer = this.#answers.get(message.id);
    this.#answers.delete(message.id);
    if (message.failed === undefined) answer?.resolve(message.text ?? '');
    else answer?.reject(new Error(`GDScript ${message.failed}: ${this.errors.at(-1) ?? this.#output}`));
  }

  #die(how: string): void {
    this.#dead ??= `Godot ${how}:\n${this.#output}`;
    for (const { reject } of this.#answers.values()) reject(new Error(this.#dead));
    this.#answers.clear();
  }
}
