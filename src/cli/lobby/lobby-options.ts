import { parseArgs } from 'node:util';
import { UsageError } from '../exit-code.js';

/** One option of `scenewire lobby`. */
interface Option {
  /** What stands for its value in the help; none for a switch. */
  readonly value?: string;
  readonly help: string;
  /** Can be set in the environment only: others can read a command line. */
  readonly isSecret?: boolean;
}

const PREFIX = 'SCENEWIRE_LOBBY_';

export const lobbyOptions = {
  port: { value: 'PORT', help: 'where clients come in (9080); 0 takes any free one' },
  host: { value: 'ADDRESS', help: 'the address to listen at (all)' },
  path: { value: 'PATH', help: 'the only path that is served, such as /lobby (any)' },
  'tls-cert': { value: 'FILE', help: 'certificate, for wss without a proxy in front' },
  'tls-key': { value: 'FILE', help: 'its key' },
  'trust-proxy': {
    value: 'WHO',
    help: 'whose X-Forwarded-For is believed: how many proxies stand in front, or a list of addresses and networks (none)',
  },
  origins: {
    value: 'LIST',
    help: 'pages that may connect, such as https://game.example.org,https://*.example.net (all)',
  },
  'require-origin': { help: 'keeps out everything but browsers' },

  state: {
    value: 'FILE',
    help: 'keeps rooms in a file as well, so that one process finds them again after its end (no)',
  },
  redis: { value: 'URL', help: 'keeps rooms in Redis, for several processes (no)' },
  'redis-prefix': { value: 'TEXT', help: 'in front of all keys (scenewire:lobby:)' },

  'ice-servers': { value: 'LIST', help: 'URLs of STUN servers, or W3C iceServers as JSON, that players are told' },
  'turn-urls': { value: 'LIST', help: 'URLs of a TURN server that knows the secret below' },
  'turn-secret': { value: 'TEXT', help: "coturn's static-auth-secret", isSecret: true },
  'turn-secret-file': { value: 'FILE', help: 'the same, from a file' },
  'turn-ttl': { value: 'SECONDS', help: 'how long its credentials hold (3600)' },

  'jwt-key': {
    value: 'TEXT',
    help: 'lets in who has a JWT: secret (HS256), or public key as PEM (ES256, EdDSA)',
    isSecret: true,
  },
  'jwt-key-file': { value: 'FILE', help: 'the same, from a file' },
  'jwt-issuer': { value: 'TEXT', help: 'what `iss` in it has to be (anything)' },
  'jwt-audience': { value: 'TEXT', help: 'what `aud` in it has to be (anything)' },

  limits: { value: 'LIST', help: 'limits, such as rooms=5000,graceMs=60000: see below' },
  'plain-names': { value: 'KIND', help: "names of rooms that Godot's clients make: random or code (random)" },

  'admin-port': { value: 'PORT', help: 'health, metrics and status there instead of on the port of the clients' },
  'admin-host': { value: 'ADDRESS', help: 'the address for that (127.0.0.1)' },
  'no-pages': { help: 'no health, metrics and status on the port of the clients' },
  drain: { value: 'SECONDS', help: 'how long clients may stay after SIGTERM or SIGINT (10)' },
  log: { value: 'FORM', help: 'json, text or none (text on a terminal, else json)' },
  'log-level': { value: 'LEVEL', help: 'debug, info, warn or error (info)' },
  'log-names': { help: 'writes names of rooms and addresses of clients into the log' },
} as const satisfies Readonly<Record<string, Option>>;
export type LobbyOption = keyof typeof lobbyOptions;

/** What was asked for, by option; what is a switch is 'true'. */
export type LobbyValues = ReadonlyMap<LobbyOption, string>;

const entries = Object.entries(lobbyOptions) as [LobbyOption, Option][];

export const variableOf = (option: LobbyOption): string => `${PREFIX}${option.toUpperCase().replaceAll('-', '_')}`;

/** The command line goes before the environment. Null when help is asked for. Throws a UsageError. */
export function readValues(args: readonly string[], env: NodeJS.ProcessEnv): LobbyValues | null {
  const values = new Map<LobbyOption, string>();
  for (const [name, { value }] of entries) {
    const given = env[variableOf(name)];
    if (given !== undefined && given !== '' && !(value === undefined && /^(0|false|no)$/i.test(given))) {
      values.set(name, given);
    }
  }
  const { help, ...given } = parse(args);
  if (help === true) return null;
  for (const [name, value] of Object.entries(given)) values.set(name as LobbyOption, String(value));
  return values;
}

function parse(args: readonly string[]): Record<string, string | boolean | undefined> {
  const open = entries.filter(([, { isSecret }]) => !isSecret);
  const options = open.map(
    ([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const,
  );
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { ...Object.fromEntries(options), help: { type: 'boolean', short: 'h' } },
      allowPositionals: false,
    });
    return values as Record<string, string | boolean | undefined>;
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** The help for all options. */
export function describeOptions(): string {
  return entries
    .map(([name, { value, help, isSecret }]) => {
      const flag = isSecret ? `${variableOf(name)}` : `--${name}${value === undefined ? '' : ` ${value}`}`;
      return `  ${flag.padEnd(28)}${flag.length > 27 ? `\n${' '.repeat(30)}` : ''}${help}`;
    })
    .join('\n');
}
