import type { ListMessage } from '../protocol/client-messages.js';
import { MAX_PAGE_BYTES } from '../protocol/limits.js';
import { matches } from '../protocol/metadata.js';
import type { RoomSummary } from '../protocol/server-messages.js';
import type { ListedRoom, LobbyStore } from './store/lobby-store.js';

/** How old the list may be: whoever asks without end costs no more than this. */
const MAX_AGE_MS = 100;
/** Rooms that are looked at for one page; a filter that matches nothing must not keep everybody else waiting. */
const MAX_LOOKED_AT = 2000;

export interface Page {
  readonly total: number;
  readonly rooms: readonly RoomSummary[];
  readonly next?: string;
}

/** The public rooms of the whole lobby, newest first. */
export class RoomList {
  readonly #store: LobbyStore;
  #rooms: readonly ListedRoom[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(store: LobbyStore) {
    this.#store = store;
  }

  async page(asked: ListMessage, mostRooms: number): Promise<Page> {
    if (this.#store.now() - this.#readAt > MAX_AGE_MS) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = null;
      });
      await this.#reading;
    }
    return pageOf(this.#rooms, asked, Math.min(asked.limit ?? mostRooms, mostRooms), this.#store.now());
  }

  async #read(): Promise<void> {
    this.#rooms = [...(await this.#store.list())].sort(newestFirst);
    this.#readAt = this.#store.now();
  }
}

type Position = Pick<ListedRoom, 'createdAt' | 'name'>;

function newestFirst(a: Position, b: Position): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt;
  return a.name < b.name ? -1 : Number(a.name > b.name);
}

/** Where a page ended. Rooms may come and go meanwhile; none that stays is left out or comes twice. */
const writeCursor = ({ createdAt, name }: Position): string => `${createdAt}/${name}`;

function readCursor(cursor: string): Position | null {
  const [, createdAt, name] = /^(\d{1,15})\/(.+)$/.exec(cursor) ?? [];
  return createdAt === undefined || name === undefined ? null : { createdAt: Number(createdAt), name };
}

function pageOf(rooms: readonly ListedRoom[], asked: ListMessage, most: number, now: number): Page {
  const after = asked.cursor === undefined ? null : readCursor(asked.cursor);
  const found: RoomSummary[] = [];
  let bytes = 0;
  const first = after === null ? 0 : firstBehind(rooms, after);
  for (let index = first; index < rooms.length; index += 1) {
    const room = rooms[index]!;
    const isFull = found.length >= most || index - first >= MAX_LOOKED_AT;
    const summary = !isFull && isWanted(room, asked) ? summaryOf(room, now) : null;
    if (summary !== null) bytes += Buffer.byteLength(JSON.stringify(summary)) + 1;
    if (isFull || bytes > MAX_PAGE_BYTES) {
      return { total: rooms.length, rooms: found, next: writeCursor(rooms[index - 1] ?? room) };
    }
    if (summary !== null) found.push(summary);
  }
  return { total: rooms.length, rooms: found };
}

function firstBehind(rooms: readonly ListedRoom[], after: Position): number {
  const index = rooms.findIndex((room) => newestFirst(room, after) > 0);
  return index === -1 ? rooms.length : index;
}

function isWanted(room: ListedRoom, { where, mode, open = true, password }: ListMessage): boolean {
  if (open && (room.sealed || room.members >= room.maxMembers)) return false;
  if (mode !== undefined && room.mode !== mode) return false;
  if (password !== undefined && room.password !== password) return false;
  return where === undefined || matches(room.meta, where);
}

const summaryOf = ({ createdAt, ...room }: ListedRoom, now: number): RoomSummary => ({
  ...room,
  ageMs: Math.max(0, Math.round(now - createdAt)),
});
