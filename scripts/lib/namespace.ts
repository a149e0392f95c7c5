import { spawnSync } from 'node:child_process';
import { onShutdown } from './shutdown.js';

/** A network namespace of this run: nothing that is sent inside it can leave the machine. */
export interface Namespace {
  readonly name: string;
  /** Turns a command into one that runs inside. */
  wrap(command: string, args: readonly string[]): { command: string; args: string[] };
}

const PREFIX = 'scenewire-';

/** Only root on Linux can make one. */
export const canMakeNamespace = (): boolean => process.platform === 'linux' && process.getuid?.() === 0;

/**
 * Makes the namespace of this run and removes it when the process ends. Gives a sentence instead when that fails, as in
 * containers without the right to do so.
 */
export function makeNamespace(): Namespace | string {
  removeStale();
  const name = `${PREFIX}${process.pid}`;
  onShutdown(() => remove(name));
  for (const command of setUp(name)) {
    const problem = ip(command);
    if (problem !== '') return `ip ${command}: ${problem}`;
  }
  return {
    name,
    wrap: (command, args) => ({ command: 'ip', args: ['netns', 'exec', name, command, ...args] }),
  };
}

/** Browsers offer no address without a default route, so there is one; nothing answers at its end. */
const setUp = (name: string): string[] => [
  `netns add ${name}`,
  `-n ${name} link set lo up`,
  `-n ${name} link add v0 type veth peer name v1`,
  `-n ${name} addr add 10.77.0.1/24 dev v0`,
  `-n ${name} link set v0 up`,
  `-n ${name} link set v1 up`,
  `-n ${name} route add default via 10.77.0.2 dev v0`,
];

/** Runs `ip` and gives its complaint, or nothing. */
function ip(command: string): string {
  const result = spawnSync('ip', command.split(' '), { encoding: 'utf8' });
  if (result.status === 0) return '';
  return result.stderr?.trim() || result.error?.message || 'failed';
}

const list = (command: string): string[] =>
  (spawnSync('ip', command.split(' '), { encoding: 'utf8' }).stdout ?? '').split('\n').filter((line) => line !== '');

/** Ends what still runs inside (browsers make groups of their own) and removes the namespace. */
function remove(name: string): void {
  for (const pid of list(`netns pids ${name}`)) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself in the meantime.
    }
  }
  ip(`netns delete ${name}`);
}

/** Namespaces whose run was killed before it could clean up. */
function removeStale(): void {
  for (const line of list('netns list')) {
    const name = line.split(' ')[0] ?? '';
    if (staleRun(name, isAlive)) remove(name);
  }
}

/** Whether a namespace was made by a run that has ended. */
export function staleRun(name: string, alive: (pid: number) => boolean): boolean {
  if (!/^scenewire-\d+$/.test(name)) return false;
  return !alive(Number(name.slice(PREFIX.length)));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
