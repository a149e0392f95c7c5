import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../core/fail.js';
import { StoreUnavailable } from '../store/lobby-store.js';
import { makeRedisClient, type RedisClient } from './redis-module.js';
import type { RedisScript } from './redis-script.js';

const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 1000;

export interface RedisConnectionEvents {
  /** Connected. Rejects when what it does fails, and the connection is made anew. */
  connected(): Promise<void>;
  /** No longer connected, and on the way to be again. */
  lost(why: string): void;
  message(text: string): void;
}

/** One client for commands and one that listens. If one of them fails, both are made anew. */
interface Pair {
  readonly commands: RedisClient;
  readonly listener: RedisClient;
  readonly ended: Promise<void>;
  readonly end: () => void;
}

/** A connection to Redis that comes back by itself. What can't be done rejects with StoreUnavailable. */
export class RedisConnection {
  readonly #url: string;
  readonly #channel: string;
  readonly #events: RedisConnectionEvents;
  #pair: Pair | null = null;
  readonly #closing = new AbortController();
  #running: Promise<void> | null = null;
  #problem = 'no answer';

  constructor(url: string, channel: string, events: RedisConnectionEvents) {
    this.#url = url;
    this.#channel = channel;
    this.#events = events;
  }

  /** Begins, and resolves with the first connection; rejects when there is none in time. */
  async open(withinMs: number): Promise<void> {
    const first = new Promise<void>((resolve) => {
      this.#running = this.#run(resolve);
    });
    const waiting = new AbortController();
    const tooLate = sleep(withinMs, null, { signal: waiting.signal }).then(() => {
      throw new StoreUnavailable(`Redis can not be reached: ${this.#problem}`);
    });
    try {
      await Promise.race([first, tooLate]);
    } finally {
      tooLate.catch(() => {});
      waiting.abort();
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  /** Gives the connection up, for example because nothing comes from it any more. Another one is made. */
  reset(why: string): void {
    this.#problem = why;
    this.#pair?.end();
  }

  async run(script: RedisScript, args: readonly (string | number)[]): Promise<unknown> {
    const texts = args.map(String);
    try {
      return await this.send('EVALSHA', script.sha, '0', ...texts);
    } catch (thrown) {
      const isUnknown = thrown instanceof StoreUnavailable && String(thrown.cause).includes('NOSCRIPT');
      if (!isUnknown) throw thrown;
      return this.send('EVAL', script.text, '0', ...texts);
    }
  }

  async send(...command: readonly string[]): Promise<unknown> {
    const pair = this.#pair;
    if (pair === null) throw new StoreUnavailable('Redis is not connected');
    try {
      return await pair.commands.sendCommand(command);
    } catch (cause) {
      throw new StoreUnavailable('Redis did not carry out a command', cause);
    }
  }

  async #run(onFirst: () => void): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      if (await this.#connectOnce(onFirst)) pause = FIRST_PAUSE_MS;
      // So that all processes of a lobby do not come back in the same moment.
      await sleep(pause * (0.5 + Math.random()), null, { ref: false, signal }).catch(() => {});
      pause = Math.min(2 * pause, MAX_PAUSE_MS);
    }
  }

  /** One connection from its beginning to its end; false when there was none. */
  async #connectOnce(onConnected: () => void): Promise<boolean> {
    const pair = this.#makePair();
    this.#closing.signal.addEventListener('abort', pair.end);
    try {
      await Promise.all([pair.commands.connect(), pair.listener.connect()]);
      await pair.listener.subscribe(this.#channel, (text) => this.#events.message(text));
      this.#pair = pair;
      await this.#events.connected();
      onConnected();
      await pair.ended;
      return true;
    } catch (thrown) {
      this.#problem = messageOf(thrown);
      return false;
    } finally {
      this.#closing.signal.removeEventListener('abort', pair.end);
      pair.end();
      this.#pair = null;
      this.#events.lost(this.#problem);
    }
  }

  #makePair(): Pair {
    const commands = makeRedisClient(this.#url);
    const listener = makeRedisClient(this.#url);
    let isEnded = false;
    let resolveEnded: () => void = () => {};
    const ended = new Promise<void>((resolve) => {
      resolveEnded = resolve;
    });
    const end = (): void => {
      if (isEnded) return;
      isEnded = true;
      for (const client of [commands, listener]) destroy(client);
      resolveEnded();
    };
    for (const client of [commands, listener]) {
      client.on('error', (error) => {
        this.#problem = error.message;
        end();
      });
      client.on('end', end);
    }
    return { commands, listener, ended, end };
  }
}

function destroy(client: RedisClient): void {
  try {
    client.destroy();
  } catch {
    // It was never open, or is closed already.
  }
}
