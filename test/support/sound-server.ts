import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { howToInstall } from '../../scripts/lib/needs.js';

const runProgram = promisify(execFile);
/** Whatever becomes of the test, the server ends by itself when nobody has been connected for so long. */
const IDLE_S = 120;

/**
 * Sound for a Firefox: without a sound card its AudioContext never runs. A PulseAudio of the test's own, with a loudspeaker
 * that nobody hears, and microphones that hum; it is reached by `env` alone and leaves the machine's own sound in peace.
 */
export class SoundServer {
  readonly env: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #child: ChildProcess;
  /** The numbers of its modules, by the names of the microphones. */
  readonly #microphones = new Map<string, string>();

  private constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'scenewire-sound-'));
    const socket = join(this.#folder, 'socket');
    this.env = { PULSE_SERVER: `unix:${socket}` };
    const args = ['-n', '--daemonize=no', `--exit-idle-time=${IDLE_S}`, '--use-pid-file=no', '--disable-shm=yes'];
    const modules = [
      `module-native-protocol-unix socket=${socket} auth-anonymous=1 auth-cookie-enabled=0`,
      'module-null-sink sink_name=loudspeaker',
    ];
    this.#child = spawn(
      'pulseaudio',
      [...args, '--realtime=no', '--high-priority=no', '--log-level=info', '--log-target=stderr'].concat(
        modules.flatMap((module) => ['-L', module]),
      ),
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { PATH: process.env['PATH'] ?? '', HOME: this.#folder, XDG_RUNTIME_DIR: this.#folder },
      },
    );
  }

  static async start(): Promise<SoundServer> {
    const server = new SoundServer();
    await server.#started().catch(async (thrown: unknown) => {
      await server.close();
      throw thrown;
    });
    return server;
  }

  /** A microphone that hums at this frequency, named by it. */
  async plug(hertz: number): Promise<void> {
    const source = ['load-module', 'module-sine-source', `source_name=hum${hertz}`, `frequency=${hertz}`];
    this.#microphones.set(String(hertz), (await this.#control(...source)).trim());
  }

  async unplug(hertz: number): Promise<void> {
    await this.#control('unload-module', this.#microphones.get(String(hertz)) ?? '');
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.kill('SIGKILL')) await gone;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #control(...args: string[]): Promise<string> {
    return (await runProgram('pactl', args, { env: { ...process.env, ...this.env } })).stdout;
  }

  #started(): Promise<void> {
    return new Promise((resolve, reject) => {
      let said = '';
      this.#child.once('error', () => reject(new Error(`Firefox needs sound. ${howToInstall('pulseaudio')}`)));
      this.#child.once('exit', (code) => reject(new Error(`pulseaudio ended with ${code}: ${said}`)));
      this.#child.stderr?.on('data', (text) => {
        if (said.length < 10_000) said += String(text);
        if (said.includes('Daemon startup complete')) resolve();
      });
    });
  }
}
