import { networkInterfaces } from 'node:os';
import { DEFAULT_LOBBY_LIMITS } from '../../lobby/server/lobby-limits.js';
import { LobbyServer } from '../../lobby/server/lobby-server.js';
import { ExitCode, UsageError } from '../exit-code.js';
import { configure, type LobbyConfiguration } from './lobby-configuration.js';
import { describeOptions, readValues } from './lobby-options.js';
import { logWriter } from './log-writer.js';
import { whereToConnect } from './where-to-connect.js';

const SUMMARY = 'a lobby server: players find each other, join and connect';

function help(): string {
  const limits = Object.entries(DEFAULT_LOBBY_LIMITS).map(([name, value]) => `  ${name}=${value}`);
  return `Usage: scenewire lobby [options]

Runs ${SUMMARY}. Godot's demo clients can use it unmodified.

Options, and what holds without them in brackets:
${describeOptions()}
  -h, --help                  this text

Every option can also be set in the environment: --turn-urls as SCENEWIRE_LOBBY_TURN_URLS, a switch with 1.

Limits:
${limits.join('\n')}

Exit codes: 0 after SIGTERM or SIGINT, 1 when it can't start, 2 for options that make no sense.
`;
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<ExitCode> {
  const values = readValues(args, env);
  if (values === null) {
    process.stdout.write(help());
    return ExitCode.OK;
  }
  const configuration = configure(values);
  const form = configuration.logForm ?? (process.stdout.isTTY ? 'text' : 'json');
  const server = makeServer(configuration, form);
  const asked = untilAskedToEnd();
  try {
    const address = await server.listen();
    const { host, path, tls } = configuration.server;
    const at = { port: address?.port ?? 0, host, path, isSecure: tls !== undefined };
    if (form === 'text') process.stdout.write(whereToConnect(at, networkInterfaces()));
  } catch (thrown) {
    process.stderr.write(`The lobby can't start: ${messageOf(thrown)}\n`);
    return ExitCode.FAILED;
  }
  await asked;
  await server.close(configuration.drainMs);
  return ExitCode.OK;
}

function makeServer({ server }: LobbyConfiguration, form: Parameters<typeof logWriter>[0]): LobbyServer {
  try {
    return new LobbyServer({ ...server, log: logWriter(form, (line) => process.stdout.write(line)) });
  } catch (thrown) {
    if (thrown instanceof RangeError || thrown instanceof TypeError) throw new UsageError(thrown.message);
    throw thrown;
  }
}

/** A terminal and npx both pass on one Ctrl-C, at about the same time. */
const SAME_WISH_MS = 500;

/** The first signal asks to end well, a later one to end now. */
function untilAskedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    let askedAt = Number.POSITIVE_INFINITY;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (performance.now() - askedAt > SAME_WISH_MS) process.exit(ExitCode.FAILED);
        askedAt = Math.min(askedAt, performance.now());
        resolve();
      });
    }
  });
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

export const lobbyCommand: { summary: string; run: typeof run } = { summary: SUMMARY, run };
