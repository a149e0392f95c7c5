import { readFileSync } from 'node:fs';
import { MAX_ICE_SERVERS } from '../../lobby/protocol/limits.js';
import type { IceServer } from '../../lobby/protocol/server-messages.js';
import type { Authorize } from '../../lobby/server/authorization.js';
import type { TrustProxy } from '../../lobby/server/http/client-address.js';
import type { IceOptions, TurnOptions } from '../../lobby/server/ice.js';
import { jwtAuthorize } from '../../lobby/server/jwt.js';
import { DEFAULT_LOBBY_LIMITS, type LobbyLimits } from '../../lobby/server/lobby-limits.js';
import type { LobbyServerOptions } from '../../lobby/server/lobby-server.js';
import { RedisStore } from '../../lobby/server/redis/redis-store.js';
import { FileStore } from '../../lobby/server/store/file-store.js';
import type { LobbyStore } from '../../lobby/server/store/lobby-store.js';
import { UsageError } from '../exit-code.js';
import type { LobbyOption, LobbyValues } from './lobby-options.js';

export type LogForm = 'json' | 'text' | 'none';

/** What `scenewire lobby` was asked for. */
export interface LobbyConfiguration {
  readonly server: LobbyServerOptions;
  readonly drainMs: number;
  readonly logForm: LogForm | null;
}

const DEFAULT_DRAIN_SECONDS = 10;
const MAX_PORT = 65535;

/** Throws a UsageError for what can't be meant. */
export function configure(values: LobbyValues): LobbyConfiguration {
  const read = new Reader(values);
  const [port, adminPort] = [read.number('port', 0, MAX_PORT), read.number('admin-port', 0, MAX_PORT)];
  const host = values.get('host');
  const path = values.get('path');
  const trustProxy = read.trustProxy();
  const origins = read.list('origins');
  const authorize = read.authorize();
  const tls = read.tls();
  const store = read.store();
  const plainNames = read.choice('plain-names', ['random', 'code'] as const);
  const logLevel = read.choice('log-level', ['debug', 'info', 'warn', 'error'] as const);
  const server: LobbyServerOptions = {
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host }),
    ...(path !== undefined && { path }),
    ...(tls !== undefined && { tls }),
    ...(trustProxy !== undefined && { trustProxy }),
    ...(origins !== undefined && { origins }),
    requireOrigin: values.has('require-origin'),
    ...(store !== undefined && { store }),
    ice: read.ice(),
    ...(authorize !== undefined && { authorize }),
    limits: read.limits(),
    ...(plainNames !== undefined && { plainNames }),
    pages: !values.has('no-pages') && adminPort === undefined,
    ...(adminPort !== undefined && { admin: { port: adminPort, host: values.get('admin-host') ?? '127.0.0.1' } }),
    ...(logLevel !== undefined && { logLevel }),
    logNames: values.has('log-names'),
  };
  const drain = read.number('drain', 0, 3600) ?? DEFAULT_DRAIN_SECONDS;
  return { server, drainMs: drain * 1000, logForm: read.choice('log', ['json', 'text', 'none'] as const) ?? null };
}

class Reader {
  readonly #values: LobbyValues;

  constructor(values: LobbyValues) {
    this.#values = values;
  }

  number(option: LobbyOption, min: number, max: number): number | undefined {
    const text = this.#values.get(option);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || value < min || value > max) {
      throw new UsageError(`${option} has to be a number from ${min} to ${max}, got ${text}`);
    }
    return value;
  }

  choice<T extends string>(option: LobbyOption, choices: readonly T[]): T | undefined {
    const text = this.#values.get(option);
    if (text === undefined) return undefined;
    const found = choices.find((choice) => choice === text);
    if (found === undefined) throw new UsageError(`${option} has to be one of ${choices.join(', ')}, got ${text}`);
    return found;
  }

  list(option: LobbyOption): readonly string[] | undefined {
    const text = this.#values.get(option);
    return text
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  trustProxy(): TrustProxy | undefined {
    const text = this.#values.get('trust-proxy');
    if (text === undefined) return undefined;
    return /^\d{1,2}$/.test(text) ? Number(text) : (this.list('trust-proxy') ?? []);
  }

  tls(): LobbyServerOptions['tls'] {
    const [cert, key] = [this.#file('tls-cert'), this.#file('tls-key')];
    if (cert === undefined && key === undefined) return undefined;
    if (cert === undefined || key === undefined) throw new UsageError('tls-cert and tls-key belong together');
    return { cert, key };
  }

  store(): LobbyStore | undefined {
    const [url, file] = [this.#values.get('redis'), this.#values.get('state')];
    if (url !== undefined && file !== undefined) throw new UsageError('redis and state exclude each other');
    if (url === undefined) return file === undefined ? undefined : new FileStore(file);
    if (!/^rediss?:\/\//.test(url)) throw new UsageError('redis has to be a URL like redis://127.0.0.1:6379');
    const prefix = this.#values.get('redis-prefix');
    return new RedisStore({ url, ...(prefix !== undefined && { prefix }) });
  }

  ice(): IceOptions {
    const turn = this.#turn();
    return { servers: this.#iceServers(), ...(turn !== undefined && { turn }) };
  }

  authorize(): Authorize | undefined {
    const key = this.#secret('jwt-key', 'jwt-key-file');
    if (key === undefined) return undefined;
    const [issuer, audience] = [this.#values.get('jwt-issuer'), this.#values.get('jwt-audience')];
    try {
      return jwtAuthorize({
        key,
        ...(issuer !== undefined && { issuer }),
        ...(audience !== undefined && { audience }),
      });
    } catch (thrown) {
      throw new UsageError(`jwt-key can't be used: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }

  limits(): Partial<LobbyLimits> {
    const pairs = (this.list('limits') ?? []).map((pair): [string, number] => {
      const [name = '', value = ''] = pair.split('=').map((part) => part.trim());
      if (!Object.hasOwn(DEFAULT_LOBBY_LIMITS, name)) throw new UsageError(`There is no limit ${name}`);
      if (!/^\d+(\.\d+)?$/.test(value)) throw new UsageError(`The limit ${name} has to be a number, got ${value}`);
      return [name, Number(value)];
    });
    return Object.fromEntries(pairs);
  }

  #turn(): TurnOptions | undefined {
    const urls = this.list('turn-urls');
    const secret = this.#secret('turn-secret', 'turn-secret-file');
    if (urls === undefined && secret === undefined) return undefined;
    if (urls === undefined || secret === undefined) throw new UsageError('turn-urls and turn-secret belong together');
    const seconds = this.number('turn-ttl', 60, 1_000_000);
    return { urls, secret, ...(seconds !== undefined && { ttlMs: seconds * 1000 }) };
  }

  #iceServers(): readonly IceServer[] {
    const text = this.#values.get('ice-servers');
    if (text === undefined) return [];
    if (!text.trimStart().startsWith('[')) return [{ urls: this.list('ice-servers') ?? [] }];
    try {
      return readIceServers(JSON.parse(text));
    } catch {
      throw new UsageError('ice-servers has to be a list of URLs, or a JSON list like W3C iceServers');
    }
  }

  #secret(option: LobbyOption, fileOption: LobbyOption): string | undefined {
    return this.#values.get(option) ?? this.#file(fileOption)?.trimEnd();
  }

  #file(option: LobbyOption): string | undefined {
    const path = this.#values.get(option);
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, 'utf8');
    } catch (thrown) {
      throw new UsageError(`${option} can't be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }
}

function readIceServers(value: unknown): readonly IceServer[] {
  if (!Array.isArray(value) || value.length > MAX_ICE_SERVERS) throw new TypeError('no list');
  return value.map((server: Record<string, unknown>) => {
    const urls = typeof server['urls'] === 'string' ? [server['urls']] : server['urls'];
    const { username, credential } = server;
    const texts = [...(urls as unknown[]), username ?? '', credential ?? ''];
    if (!texts.every((text) => typeof text === 'string')) throw new TypeError('no texts');
    return {
      urls: urls as string[],
      ...(username !== undefined && { username: username as string }),
      ...(credential !== undefined && { credential: credential as string }),
    };
  });
}
