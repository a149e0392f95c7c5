import { createRequire } from 'node:module';

/** What is used of a client of the package `@redis/client`. */
export interface RedisClient {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  connect(): Promise<unknown>;
  destroy(): void;
  sendCommand(args: readonly string[]): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
}

interface RedisModule {
  createClient(options: object): RedisClient;
}

/** How long a connection may take to be made. */
const CONNECT_MS = 2000;

/** A client that does not come back by itself and keeps no commands for later: both would hide from us what was done. */
export function makeRedisClient(url: string): RedisClient {
  return loadRedis().createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    disableClientInfo: true,
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false },
  });
}

/** Throws when the optional package is not there. */
export function loadRedis(): RedisModule {
  try {
    return createRequire(import.meta.url)('@redis/client') as RedisModule;
  } catch (cause) {
    throw new Error('A lobby of several processes needs the package @redis/client (npm install @redis/client)', {
      cause,
    });
  }
}
