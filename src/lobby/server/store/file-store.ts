import type { Clock } from '../../../core/clock.js';
import type { Room, Seat } from '../room/room.js';
import { Journal } from './journal.js';
import type { Commit, StoreEvents } from './lobby-store.js';
import { MemoryStore } from './memory-store.js';

/** A room as it is kept: JSON has no maps. */
type KeptRoom = Omit<Room, 'seats'> & { readonly seats: readonly Seat[] };

const toKept = (room: Room): KeptRoom => ({ ...room, seats: [...room.seats.values()] });

/** Null for a line that another program wrote. */
function fromKept(value: unknown): Room | null {
  const kept = value as KeptRoom | null;
  if (!Array.isArray(kept?.seats) || typeof kept.settings?.name !== 'string') return null;
  return { ...kept, seats: new Map(kept.seats.map((seat) => [seat.id, seat])) };
}

/**
 * For one process that shall find its rooms again after it was ended, well or not: they are in a file as well. Seats
 * whose connections ended with the process wait for them, as those of any lost connection.
 * @example
 * ```ts
 * import { FileStore, LobbyServer } from 'scenewire/lobby-server';
 *
 * const lobby = new LobbyServer({ port: 9080, store: new FileStore('/var/lib/lobby/rooms') });
 * await lobby.listen(); // rooms of the last run are there again
 * ```
 */
export class FileStore extends MemoryStore {
  readonly #journal: Journal;
  readonly #found = new Map<string, Room>();

  constructor(path: string, clock?: Clock) {
    super(clock);
    this.#journal = new Journal(path);
  }

  override async open(events: StoreEvents): Promise<void> {
    const processes = new Map<string, string[]>();
    for (const [name, kept] of await this.#journal.open()) {
      const room = fromKept(kept);
      if (room === null) continue;
      this.#found.set(name, room);
      this.adopt(room);
      for (const { at } of room.seats.values()) processes.set(at, [...(processes.get(at) ?? []), name]);
    }
    for (const [process, rooms] of processes) await events.processLost(process, [...new Set(rooms)]);
  }

  override async close(): Promise<void> {
    await this.#journal.close();
  }

  /** Asked for once, by the lobby's look at the rooms that it finds. */
  override async load(name: string): Promise<Room | null> {
    const room = this.#found.get(name) ?? null;
    this.#found.delete(name);
    return room;
  }

  override async create(room: Room, maxRooms: number): Promise<'ok' | 'taken' | 'full'> {
    const result = await super.create(room, maxRooms);
    if (result !== 'ok') return result;
    const { name } = room.settings;
    try {
      await this.#journal.put(name, toKept(room));
    } catch (thrown) {
      this.drop(name);
      throw thrown;
    }
    return 'ok';
  }

  override async commit(commit: Commit): Promise<true> {
    const { before, after } = commit;
    await this.#journal.put(before.settings.name, after === null ? null : toKept(after));
    return super.commit(commit);
  }
}
