import type { LobbyReason } from '../protocol/lobby-reason.js';
import { isRoomName, toRoomCode } from '../protocol/room-name.js';
import type { LocalMembers } from './local-member.js';
import { Replica } from './replica.js';
import type { Decision } from './room/decision.js';
import { createRoom, join, type Newcomer, type NewRoom, resume } from './room/entering.js';
import { expire } from './room/leaving.js';
import { deadlineOf, type Room } from './room/room.js';
import { applyChange, isNoChange, type RoomChange } from './room/room-change.js';
import { type LobbyStore, StoreUnavailable } from './store/lobby-store.js';

/** Each time another process was faster. Above this number something is wrong. */
const MAX_TRIES = 50;

/** It was done, or it was refused. It rejects with StoreUnavailable when nobody knows. */
export type Outcome = { readonly id: number; readonly refused?: undefined } | { readonly refused: LobbyReason };

export interface DirectoryOptions {
  readonly maxRooms: number;
  readonly sealDelayMs: number;
}

/**
 * The rooms that this process has to do with. The changes of a room are made one after the other: each is decided by the
 * rules, then confirmed by the store, then told to the members here. The store tells the other processes.
 */
export class Directory {
  readonly #store: LobbyStore;
  readonly #members: LocalMembers;
  readonly #options: DirectoryOptions;
  readonly #replicas = new Map<string, Replica>();

  constructor(store: LobbyStore, members: LocalMembers, options: DirectoryOptions) {
    this.#store = store;
    this.#members = members;
    this.#options = options;
  }

  get replicas(): ReadonlyMap<string, Replica> {
    return this.#replicas;
  }

  room(name: string): Room | null {
    return this.#replicas.get(name)?.room ?? null;
  }

  create(asked: NewRoom, host: Newcomer): Promise<Outcome> {
    return this.withReplica(asked.name, async (replica) => {
      if (replica.room !== null) return { refused: 'name_taken' };
      if (asked.options.name !== undefined) this.#refuseUnknown();
      const room = createRoom(asked, host, this.#store.now());
      const created = await this.#attempt(replica, () => this.#store.create(room, this.#options.maxRooms));
      if (created === 'taken') return { refused: 'name_taken' };
      if (created === 'full') return { refused: 'too_many_rooms' };
      replica.begin(room);
      return { id: room.settings.host };
    });
  }

  /** The name is that of the room, or its code as somebody typed it. */
  async join(name: string, newcomer: Newcomer, password: string | undefined): Promise<Outcome & { name: string }> {
    const enter = (room: Room): Decision => join(room, newcomer, password);
    const outcome = await this.change(name, enter);
    const code = outcome.refused === 'room_not_found' ? toRoomCode(name) : null;
    if (code === null || code === name) return { ...outcome, name };
    return { ...(await this.change(code, enter)), name: code };
  }

  async resume(name: string, id: number, newcomer: Newcomer): Promise<Outcome> {
    const outcome = await this.change(name, (room) => resume(room, id, newcomer));
    return outcome.refused === undefined ? { id } : { refused: 'seat_lost' };
  }

  /** Decides again for as long as other processes are faster. */
  change(name: string, decide: (room: Room) => Decision & { id?: number }): Promise<Outcome> {
    // Names are keys of the store; what can't be one needs no look.
    if (!isRoomName(name)) return Promise.resolve({ refused: 'room_not_found' });
    return this.withReplica(name, async (replica) => {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const room = await this.#newest(name, replica);
        if (room === null) return this.#refuseUnknown();
        const { change, refused, id = 0 } = decide(room);
        if (refused !== undefined) return { refused };
        if (isNoChange(change) || (await this.#commit(replica, room, change))) return { id };
        replica.isOutdated = true;
      }
      throw new StoreUnavailable('The room changes too often');
    });
  }

  /** Does what is due. */
  async expire(): Promise<void> {
    const decide = (room: Room): Decision => expire(room, this.#store.now(), this.#options.sealDelayMs);
    for (const name of await this.#store.takeDue()) await this.change(name, decide);
  }

  /** Runs a task on a room, behind those that run or wait. The room is forgotten when nothing here has to do with it. */
  withReplica<T>(name: string, task: (replica: Replica) => Promise<T>): Promise<T> {
    let replica = this.#replicas.get(name);
    if (replica === undefined) {
      const made = new Replica(this.#store.process, this.#members, () => this.#forgetUnneeded(name, made));
      replica = made;
      this.#replicas.set(name, made);
    }
    return replica.queue.run(() => task(replica));
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all([...this.#replicas.values()].map((replica) => replica.queue.run(async () => {})));
  }

  /** Gets the newest version. If the store has lost the room, it gets ours: it may have lost all, or this one. */
  async reload(name: string, replica: Replica): Promise<void> {
    const { room } = replica;
    const newest = room === null ? this.#store.load(name) : this.#store.restore(room, this.#deadline(room));
    replica.adopt(await newest, this.#store.now());
  }

  /** What the store does not know may still come back to it. */
  #refuseUnknown(): { refused: 'room_not_found' } {
    if (this.#store.isSettling) throw new StoreUnavailable('The store is being filled again');
    return { refused: 'room_not_found' };
  }

  #forgetUnneeded(name: string, replica: Replica): void {
    const isNeeded = replica.room !== null && (!this.#store.isShared || replica.hasLocalSeats);
    // What may have been done without a confirmation is looked up when the store is back.
    if (!isNeeded && !replica.isOutdated) this.#replicas.delete(name);
  }

  async #newest(name: string, replica: Replica): Promise<Room | null> {
    if (replica.room === null || replica.isOutdated) {
      await this.#attempt(replica, () => this.reload(name, replica));
    }
    return replica.room;
  }

  async #commit(replica: Replica, before: Room, change: RoomChange): Promise<boolean> {
    const after = change.over === null ? applyChange(before, change) : null;
    const deadline = after === null ? Number.POSITIVE_INFINITY : this.#deadline(after);
    const isDone = await this.#attempt(replica, () => this.#store.commit({ before, after, change, deadline }));
    if (isDone) replica.apply(change, this.#store.now());
    return isDone;
  }

  /** What fails may have been done all the same. */
  async #attempt<T>(replica: Replica, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (thrown) {
      replica.isOutdated = true;
      throw thrown;
    }
  }

  #deadline(room: Room): number {
    return deadlineOf(room, this.#options.sealDelayMs);
  }
}
