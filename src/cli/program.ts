import { createRequire } from 'node:module';
import { ExitCode, UsageError } from './exit-code.js';
import { inspectCommand } from './inspect/inspect-command.js';
import { lobbyCommand } from './lobby/lobby-command.js';

/** One word behind `scenewire`. */
interface Command {
  readonly summary: string;
  run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<ExitCode>;
}

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['lobby', lobbyCommand],
  ['inspect', inspectCommand],
]);

function help(): string {
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  return `Usage: scenewire COMMAND [options]

${lines.join('\n')}

scenewire COMMAND --help tells more. scenewire --version prints the version.
`;
}

function version(): string {
  const manifest = createRequire(import.meta.url)('../../package.json') as { version: string };
  return `${manifest.version}\n`;
}

/** Runs a command; gives the exit code. */
export async function program(args: readonly string[], env: NodeJS.ProcessEnv): Promise<ExitCode> {
  const [name = '', ...rest] = args;
  const command = commands.get(name);
  try {
    if (command !== undefined) return await command.run(rest, env);
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) throw thrown;
    process.stderr.write(`${thrown.message}\nscenewire ${name} --help lists all options.\n`);
    return ExitCode.USAGE;
  }
  if (name === '--version' || name === '-v') process.stdout.write(version());
  else if (name === '--help' || name === '-h' || name === 'help') process.stdout.write(help());
  else {
    process.stderr.write(`${name === '' ? '' : `There is no command ${name}.\n\n`}${help()}`);
    return ExitCode.USAGE;
  }
  return ExitCode.OK;
}
