import { randomUUID } from 'node:crypto';
import { type Clock, realClock } from '../../../core/clock.js';
import type { Room } from '../room/room.js';
import { Budgets } from './budgets.js';
import {
  type Budget,
  type Commit,
  type ListedRoom,
  type LobbyStore,
  listedRoom,
  type SocketLimits,
  type SocketVerdict,
  type StoreEvents,
} from './lobby-store.js';
import { SocketCounts } from './socket-counts.js';

/**
 * For one process, which has all rooms itself: what is kept here is only what goes across rooms.
 * @example
 * ```ts run
 * import { LobbyServer, MemoryStore } from 'scenewire/lobby-server';
 *
 * const lobby = new LobbyServer({ port: 0, host: '127.0.0.1', logLevel: 'warn', store: new MemoryStore() }); // the default
 * await lobby.listen();
 * await lobby.close();
 * ```
 */
export class MemoryStore implements LobbyStore {
  readonly process: string = randomUUID();
  readonly isShared = false;
  readonly isAvailable = true;
  readonly isSettling = false;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #names = new Set<string>();
  readonly #listed = new Map<string, ListedRoom>();
  readonly #deadlines = new Map<string, number>();
  readonly #sockets = new SocketCounts();
  readonly #budgets = new Budgets();

  constructor(clock: Clock = realClock) {
    this.#clock = clock;
    this.#startedAt = Date.now() - clock.now();
  }

  async open(_events: StoreEvents): Promise<void> {}
  async close(): Promise<void> {}

  now(): number {
    return Math.floor(this.#startedAt + this.#clock.now());
  }

  async load(_name: string): Promise<Room | null> {
    return null;
  }

  async create(room: Room, maxRooms: number): Promise<'ok' | 'taken' | 'full'> {
    const { name } = room.settings;
    if (this.#names.has(name)) return 'taken';
    if (this.#names.size >= maxRooms) return 'full';
    this.#names.add(name);
    this.#index(room, Number.POSITIVE_INFINITY);
    return 'ok';
  }

  async commit({ before, after, deadline }: Commit): Promise<true> {
    if (after !== null) {
      this.#index(after, deadline);
      return true;
    }
    this.drop(before.settings.name);
    return true;
  }

  async restore(room: Room): Promise<Room> {
    return room;
  }

  relay(): boolean {
    return false;
  }

  async list(): Promise<readonly ListedRoom[]> {
    return [...this.#listed.values()];
  }

  async countRooms(): Promise<number> {
    return this.#names.size;
  }

  async takeDue(): Promise<readonly string[]> {
    const now = this.now();
    return [...this.#deadlines].filter(([, deadline]) => deadline <= now).map(([name]) => name);
  }

  async openSocket(address: string, limits: SocketLimits): Promise<SocketVerdict> {
    const verdict = this.#sockets.verdict(address, limits);
    if (verdict === 'ok') this.#sockets.add(address);
    return verdict;
  }

  closeSocket(address: string): void {
    this.#sockets.remove(address);
  }

  async spend(budget: Budget, key: string, perMinute: number): Promise<boolean> {
    return this.#budgets.spend(`${budget} ${key}`, perMinute, this.now());
  }

  async isSpent(budget: Budget, key: string, perMinute: number): Promise<boolean> {
    return this.#budgets.isSpent(`${budget} ${key}`, perMinute, this.now());
  }

  /** A room that was there before the process. What was due in it meanwhile is due now. */
  protected adopt(room: Room): void {
    this.#names.add(room.settings.name);
    this.#index(room, 0);
  }

  protected drop(name: string): void {
    this.#names.delete(name);
    this.#listed.delete(name);
    this.#deadlines.delete(name);
  }

  #index(room: Room, deadline: number): void {
    const { name } = room.settings;
    if (room.settings.public) this.#listed.set(name, listedRoom(room));
    else this.#listed.delete(name);
    if (Number.isFinite(deadline)) this.#deadlines.set(name, deadline);
    else this.#deadlines.delete(name);
  }
}
