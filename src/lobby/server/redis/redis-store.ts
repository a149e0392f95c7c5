import { randomUUID } from 'node:crypto';
import { type Clock, realClock } from '../../../core/clock.js';
import type { Room } from '../room/room.js';
import { Budgets } from '../store/budgets.js';
import {
  type Budget,
  type Commit,
  type ListedRoom,
  type LobbyStore,
  type Relayed,
  type SocketLimits,
  type SocketVerdict,
  type StoreEvents,
  StoreUnavailable,
} from '../store/lobby-store.js';
import { SocketCounts } from '../store/socket-counts.js';
import { Heartbeat } from './heartbeat.js';
import { RedisConnection } from './redis-connection.js';
import { loadRedis } from './redis-module.js';
import * as scripts from './redis-script.js';
import { RelayOutbox } from './relay-outbox.js';
import { commitArguments, createArguments, readRoom, restoreArguments } from './room-codec.js';
import { readMail } from './store-mail.js';

export interface RedisStoreOptions {
  /** `redis://…`, or `rediss://…` for TLS. */
  readonly url: string;
  /** In front of all keys and channels. Lobbies with different prefixes do not know of each other. */
  readonly prefix?: string;
  readonly clock?: Clock;
}

export const DEFAULT_REDIS_PREFIX = 'scenewire:lobby:';

/** A lobby waits this long for Redis when it starts. */
const OPEN_MS = 10_000;
/** A room in which something is due, and that nobody dealt with, is given out again after this time. */
const DUE_AGAIN_MS = 5000;
const DUE_EVERY_MS = 200;

/**
 * Rooms in Redis, for a lobby of several processes. Redis decides which change of a room comes first, and passes it on to
 * the processes that have seats in it, in the same step. Each process keeps what it was told of the rooms it has seats in;
 * if Redis loses its memory, they bring it back.
 * @example
 * ```ts
 * import { LobbyServer, RedisStore } from 'scenewire/lobby-server';
 *
 * // The same in every process behind the load balancer.
 * const lobby = new LobbyServer({ port: 9080, store: new RedisStore({ url: 'redis://127.0.0.1:6379' }) });
 * await lobby.listen();
 * ```
 */
export class RedisStore implements LobbyStore {
  readonly process: string = randomUUID();
  readonly isShared = true;
  readonly #prefix: string;
  readonly #connection: RedisConnection;
  readonly #heartbeat: Heartbeat;
  readonly #sockets = new SocketCounts();
  readonly #budgets = new Budgets();
  readonly #outbox = new RelayOutbox((process, text) => this.#publish(process, text));
  #events: StoreEvents | null = null;
  #isAvailable = false;
  #list: { count: string; rooms: readonly ListedRoom[] } = { count: '', rooms: [] };
  #dueAt = Number.NEGATIVE_INFINITY;

  /** Throws when the package for Redis is not there. */
  constructor({ url, prefix = DEFAULT_REDIS_PREFIX, clock = realClock }: RedisStoreOptions) {
    loadRedis();
    this.#prefix = prefix;
    this.#connection = new RedisConnection(url, this.#channel(this.process), {
      connected: () => this.#connected(),
      lost: (why) => this.#setAvailable(false, why),
      message: (text) => this.#receive(text),
    });
    this.#heartbeat = new Heartbeat(this.process, prefix, this.#connection, clock, {
      processLost: (process) => this.#processLost(process),
      forgotten: () => this.#connection.reset('taken for dead by others'),
    });
  }

  get isAvailable(): boolean {
    return this.#isAvailable;
  }

  get isSettling(): boolean {
    return this.#heartbeat.isSettling;
  }

  async open(events: StoreEvents): Promise<void> {
    this.#events = events;
    try {
      await this.#connection.open(OPEN_MS);
    } catch (thrown) {
      await this.close();
      throw thrown;
    }
  }

  async close(): Promise<void> {
    this.#heartbeat.stop();
    this.#outbox.flush();
    if (this.#isAvailable) await this.#run(scripts.FORGET, this.process, 'itself').catch(() => {});
    this.#events = null;
    await this.#connection.close();
  }

  now(): number {
    return this.#heartbeat.now();
  }

  async load(name: string): Promise<Room | null> {
    return readRoom(await this.#connection.send('HGETALL', `${this.#prefix}room:${name}`));
  }

  async create(room: Room, maxRooms: number): Promise<'ok' | 'taken' | 'full'> {
    return (await this.#run(scripts.COMMIT, ...createArguments(room, maxRooms))) as 'ok' | 'taken' | 'full';
  }

  async commit(commit: Commit): Promise<boolean> {
    this.#outbox.flush();
    return (await this.#run(scripts.COMMIT, ...commitArguments(commit, this.process))) === 'ok';
  }

  async restore(room: Room, deadline: number): Promise<Room | null> {
    this.#outbox.flush();
    const result = await this.#run(scripts.RESTORE, ...restoreArguments(room, deadline, this.process));
    return result === 'restored' || result === 'same' ? room : this.load(room.settings.name);
  }

  relay(process: string, message: Relayed): boolean {
    if (!this.#isAvailable) return false;
    this.#outbox.add(process, message);
    return true;
  }

  async list(): Promise<readonly ListedRoom[]> {
    const [count, rooms] = (await this.#run(scripts.LIST, this.#list.count)) as [string, string[] | undefined];
    if (rooms !== undefined) this.#list = { count, rooms: rooms.map((room) => JSON.parse(room) as ListedRoom) };
    return this.#list.rooms;
  }

  async countRooms(): Promise<number> {
    return Number(await this.#connection.send('ZCARD', `${this.#prefix}rooms`));
  }

  async takeDue(): Promise<readonly string[]> {
    if (this.now() - this.#dueAt < DUE_EVERY_MS) return [];
    this.#dueAt = this.now();
    return (await this.#run(scripts.TAKE_DUE, DUE_AGAIN_MS)) as string[];
  }

  /** While Redis is away, this process counts alone. */
  async openSocket(address: string, limits: SocketLimits): Promise<SocketVerdict> {
    const { sockets, socketsPerAddress } = limits;
    const verdict = this.#isAvailable
      ? await this.#run(scripts.OPEN_SOCKET, this.process, address, sockets, socketsPerAddress).catch(() => null)
      : null;
    const decided = (verdict as SocketVerdict | null) ?? this.#sockets.verdict(address, limits);
    if (decided === 'ok') this.#sockets.add(address);
    return decided;
  }

  closeSocket(address: string): void {
    this.#sockets.remove(address);
    if (this.#isAvailable) this.#run(scripts.CLOSE_SOCKET, this.process, address).catch(() => {});
  }

  async spend(budget: Budget, key: string, perMinute: number): Promise<boolean> {
    if (!this.#isAvailable) return this.#budgets.spend(`${budget} ${key}`, perMinute, this.now());
    return Number(await this.#run(scripts.SPEND, `${budget} ${key}`)) <= perMinute;
  }

  async isSpent(budget: Budget, key: string, perMinute: number): Promise<boolean> {
    if (!this.#isAvailable) return this.#budgets.isSpent(`${budget} ${key}`, perMinute, this.now());
    const used = await this.#connection.send('GET', `${this.#prefix}spent:${budget} ${key}`);
    return Number(used ?? 0) >= perMinute;
  }

  #channel(process: string): string {
    return `${this.#prefix}to:${process}`;
  }

  /** What fails here is lost together with the connection, about which everybody is told. */
  #publish(process: string, text: string): void {
    this.#connection.send('PUBLISH', this.#channel(process), text).catch(() => {});
  }

  #run(script: scripts.RedisScript, ...args: readonly (string | number)[]): Promise<unknown> {
    return this.#connection.run(script, [this.#prefix, ...args]);
  }

  async #connected(): Promise<void> {
    const counts = [...this.#sockets.entries()].flat();
    await this.#heartbeat.begin();
    await this.#run(scripts.REGISTER, this.process, '*', this.#sockets.total, ...counts);
    this.#setAvailable(true);
  }

  #setAvailable(isAvailable: boolean, why?: string): void {
    if (isAvailable === this.#isAvailable) return;
    this.#isAvailable = isAvailable;
    if (!isAvailable) this.#heartbeat.stop();
    this.#events?.availabilityChanged(isAvailable, why);
  }

  #receive(text: string): void {
    this.#heartbeat.heard();
    for (const mail of readMail(text)) {
      if (mail.kind === 'relay') this.#events?.relayed(mail.message);
      if (mail.kind === 'outdated') this.#events?.roomOutdated(mail.name);
      if (mail.kind === 'change') this.#events?.roomChanged(mail.name, mail.nonce, mail.version, mail.change);
    }
  }

  async #processLost(process: string): Promise<void> {
    const rooms = (await this.#connection.send('SMEMBERS', `${this.#prefix}in:${process}`)) as string[];
    if (this.#events === null) throw new StoreUnavailable();
    await this.#events.processLost(process, rooms);
    await this.#run(scripts.FORGET, process);
  }
}
