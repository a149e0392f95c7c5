import { setImmediate as turn } from 'node:timers/promises';
import type { ManualClock } from '../../../../src/core/clock.js';
import type { Room } from '../../../../src/lobby/server/room/room.js';
import { applyChange } from '../../../../src/lobby/server/room/room-change.js';
import {
  type Commit,
  type ListedRoom,
  type LobbyStore,
  type Relayed,
  type SocketVerdict,
  type StoreEvents,
  StoreUnavailable,
} from '../../../../src/lobby/server/store/lobby-store.js';
import type { RandomMessages } from '../../protocol/support/random-messages.js';

/** What all processes share, with its failures: what Redis is in earnest. */
export class SimulatedHub {
  readonly rooms = new Map<string, Room>();
  readonly over = new Set<string>();
  readonly deadlines = new Map<string, number>();
  readonly stores = new Map<string, SimulatedStore>();
  readonly clock: ManualClock;
  readonly random: RandomMessages;

  constructor(clock: ManualClock, random: RandomMessages) {
    this.clock = clock;
    this.random = random;
  }

  tell(processes: Iterable<string>, mail: (events: StoreEvents) => void): void {
    for (const process of processes) this.stores.get(process)?.post(mail);
  }

  /** Everything is forgotten, as by a Redis that keeps nothing. */
  forget(): void {
    this.rooms.clear();
    this.over.clear();
    this.deadlines.clear();
    for (const store of this.stores.values()) store.disconnect();
  }
}

const processesOf = (room: Room): string[] => [...new Set([...room.seats.values()].map(({ at }) => at))];

/** The store of one process. Calls take turns, replies can get lost, and mail arrives in order or not at all. */
export class SimulatedStore implements LobbyStore {
  readonly process: string;
  readonly isShared = true;
  isAvailable = true;
  isSettling = false;
  readonly #hub: SimulatedHub;
  #events: StoreEvents | null = null;
  #generation = 0;
  #calls: Promise<unknown> = Promise.resolve();
  #mail: Promise<unknown> = Promise.resolve();

  constructor(process: string, hub: SimulatedHub) {
    this.process = process;
    this.#hub = hub;
    hub.stores.set(process, this);
  }

  async open(events: StoreEvents): Promise<void> {
    this.#events = events;
  }

  async close(): Promise<void> {
    this.#hub.stores.delete(this.process);
  }

  now(): number {
    return this.#hub.clock.now();
  }

  /** The connection breaks: nobody knows what became of calls that are under way, and mail is lost. */
  disconnect(): void {
    if (!this.isAvailable) return;
    this.isAvailable = false;
    this.#generation += 1;
    this.#events?.availabilityChanged(false);
  }

  reconnect(): void {
    if (this.isAvailable) return;
    this.isAvailable = true;
    this.isSettling = true;
    this.#events?.availabilityChanged(true);
  }

  /** Others take this process for dead, rightly or not. */
  async loseProcess(process: string): Promise<void> {
    const rooms = [...this.#hub.rooms].filter(([, room]) => processesOf(room).includes(process)).map(([name]) => name);
    await this.#events?.processLost(process, rooms).catch(() => {});
  }

  post(mail: (events: StoreEvents) => void): void {
    if (!this.isAvailable) return;
    const generation = this.#generation;
    this.#mail = this.#mail.then(async () => {
      await this.#delay();
      if (generation === this.#generation && this.#events !== null) mail(this.#events);
    });
  }

  load(name: string): Promise<Room | null> {
    return this.#call(() => this.#hub.rooms.get(name) ?? null);
  }

  create(room: Room, maxRooms: number): Promise<'ok' | 'taken' | 'full'> {
    return this.#call(() => {
      const { name } = room.settings;
      if (this.#hub.rooms.has(name)) return 'taken';
      if (this.#hub.rooms.size >= maxRooms) return 'full';
      this.#hub.rooms.set(name, room);
      return 'ok';
    });
  }

  commit({ before, after, change, deadline }: Commit): Promise<boolean> {
    const { name, nonce } = before.settings;
    return this.#call(() => {
      const stored = this.#hub.rooms.get(name);
      if (stored?.settings.nonce !== nonce || stored.version !== before.version) return false;
      if (after === null) {
        this.#hub.rooms.delete(name);
        this.#hub.over.add(nonce);
        this.#hub.deadlines.delete(name);
      } else {
        this.#hub.rooms.set(name, applyChange(stored, change));
        this.#hub.deadlines.set(name, deadline);
      }
      const told = new Set([...processesOf(before), ...(after === null ? [] : processesOf(after))]);
      told.delete(this.process);
      this.#hub.tell(told, (events) => events.roomChanged(name, nonce, before.version + 1, change));
      return true;
    });
  }

  restore(room: Room, deadline: number): Promise<Room | null> {
    const { name, nonce } = room.settings;
    return this.#call(() => {
      if (this.#hub.over.has(nonce)) return this.#hub.rooms.get(name) ?? null;
      const stored = this.#hub.rooms.get(name);
      const isOlder = stored === undefined || (stored.settings.nonce === nonce && stored.version < room.version);
      if (!isOlder) return stored;
      this.#hub.rooms.set(name, room);
      this.#hub.deadlines.set(name, deadline);
      this.#hub.tell(
        processesOf(room).filter((other) => other !== this.process),
        (events) => events.roomOutdated(name),
      );
      return room;
    });
  }

  relay(process: string, message: Relayed): boolean {
    if (!this.isAvailable) return false;
    this.#hub.tell([process], (events) => events.relayed(message));
    return true;
  }

  async list(): Promise<readonly ListedRoom[]> {
    return [];
  }

  async countRooms(): Promise<number> {
    return this.#hub.rooms.size;
  }

  async takeDue(): Promise<readonly string[]> {
    if (!this.isAvailable) throw new StoreUnavailable();
    return [...this.#hub.deadlines].filter(([, deadline]) => deadline <= this.now()).map(([name]) => name);
  }

  async openSocket(): Promise<SocketVerdict> {
    return 'ok';
  }

  closeSocket(): void {}

  async spend(): Promise<boolean> {
    return true;
  }

  async isSpent(): Promise<boolean> {
    return false;
  }

  async #delay(): Promise<void> {
    for (let turns = this.#hub.random.below(4); turns > 0; turns -= 1) await turn();
  }

  #call<T>(work: () => T): Promise<T> {
    const result = this.#calls.then(async () => {
      const generation = this.#generation;
      const check = (): void => {
        if (!this.isAvailable || generation !== this.#generation) throw new StoreUnavailable();
      };
      check();
      await this.#delay();
      check();
      const done = work();
      await this.#delay();
      // Done it is, but nobody is told.
      check();
      return done;
    });
    this.#calls = result.catch(() => {});
    return result;
  }
}
