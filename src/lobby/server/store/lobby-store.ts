import type { RelayMessage, SignalMessage } from '../../protocol/client-messages.js';
import type { Metadata } from '../../protocol/metadata.js';
import type { Room, RoomMode } from '../room/room.js';
import type { RoomChange } from '../room/room-change.js';

/** What one member sends another one of the same room, under way to the process that has the receiver. */
export interface Relayed {
  readonly room: string;
  readonly from: number;
  readonly to: number;
  readonly type: (RelayMessage | SignalMessage)['type'];
  readonly data: string;
  readonly attempt?: number;
}

/** A public room. */
export interface ListedRoom {
  readonly name: string;
  readonly mode: RoomMode;
  readonly createdAt: number;
  readonly members: number;
  readonly maxMembers: number;
  readonly sealed: boolean;
  readonly password: boolean;
  readonly meta: Metadata;
}

/** From one version of a room to the next; `after` is null when the room is over. */
export interface Commit {
  readonly before: Room;
  readonly after: Room | null;
  readonly change: RoomChange;
  /** When something is due in the room; Infinity for never. */
  readonly deadline: number;
}

/** What a store tells the lobby of its process. Only shared stores do. */
export interface StoreEvents {
  /** Another process made this version of a room that has seats here. */
  roomChanged(name: string, nonce: string, version: number, change: RoomChange): void;
  /** A room that has seats here may be newer than what was told. */
  roomOutdated(name: string): void;
  relayed(message: Relayed): void;
  /** Another process is dead. Its seats in these rooms are to be dealt with; the store asks until that has worked. */
  processLost(process: string, rooms: readonly string[]): Promise<void>;
  /** The store can't be reached, for this reason, or can again. */
  availabilityChanged(isAvailable: boolean, why?: string): void;
}

export type Budget = 'rooms' | 'failures';

export type SocketVerdict = 'ok' | 'too_many_peers' | 'too_many_sockets';

export interface SocketLimits {
  readonly sockets: number;
  readonly socketsPerAddress: number;
}

/**
 * Where a lobby keeps its rooms, and how its processes talk to each other. Whoever writes one has to keep:
 *
 * 1. `create` and `commit` are atomic: of several that start from the same version one succeeds.
 * 2. What they confirmed is not lost while the store or one of the processes lives.
 * 3. All processes that have seats in a room, before or after, are told of each version, in order, and in order with what
 *    is relayed by the same process.
 * 4. Limits count over all processes; what a dead one held is given back.
 * 5. What can't be done because the store can't be reached rejects with StoreUnavailable, within seconds.
 */
export interface LobbyStore {
  /** The name of this process, unique among all that ever ran. */
  readonly process: string;
  /** Whether other processes may have seats in the same rooms. */
  readonly isShared: boolean;
  readonly isAvailable: boolean;
  /** The store came back a moment ago, and rooms that it does not know may be brought back by other processes. */
  readonly isSettling: boolean;

  open(events: StoreEvents): Promise<void>;
  close(): Promise<void>;
  /** Whole milliseconds since 1970, the same for all processes. */
  now(): number;

  /** Null when there is no such room; always null for a store that is not shared, whose process knows all of them. */
  load(name: string): Promise<Room | null>;
  create(room: Room, maxRooms: number): Promise<'ok' | 'taken' | 'full'>;
  /** False when somebody else was faster: load the room and decide again. */
  commit(commit: Commit): Promise<boolean>;
  /** Brings this room back if the store lost it, or has an older one; gives the newest one, or null when it is over. */
  restore(room: Room, deadline: number): Promise<Room | null>;
  /** False when it certainly does not arrive. */
  relay(process: string, message: Relayed): boolean;

  /** All public rooms. */
  list(): Promise<readonly ListedRoom[]>;
  countRooms(): Promise<number>;
  /** Rooms in which something is due. Each is given to one process, and again later if it stays due. */
  takeDue(): Promise<readonly string[]>;

  openSocket(address: string, limits: SocketLimits): Promise<SocketVerdict>;
  closeSocket(address: string): void;
  /** Counts one use of a budget, per key and minute; false when it is used up. */
  spend(budget: Budget, key: string, perMinute: number): Promise<boolean>;
  isSpent(budget: Budget, key: string, perMinute: number): Promise<boolean>;
}

/**
 * What a store rejects with while it cannot be reached.
 * @example
 * ```ts run
 * import { StoreUnavailable } from 'scenewire/lobby-server';
 *
 * // For a store of your own: clients are told `unavailable`, and try again.
 * async function orUnavailable<T>(answer: Promise<T>): Promise<T> {
 *   try {
 *     return await answer;
 *   } catch (error) {
 *     throw new StoreUnavailable('The database does not answer', error);
 *   }
 * }
 * ```
 */
export class StoreUnavailable extends Error {
  constructor(message = 'The store of the lobby is not available', cause?: unknown) {
    super(message, { cause });
    this.name = 'StoreUnavailable';
  }
}

export const listedRoom = ({ settings, seats }: Room): ListedRoom => ({
  name: settings.name,
  mode: settings.mode,
  createdAt: settings.createdAt,
  members: seats.size,
  maxMembers: settings.maxMembers,
  sealed: settings.sealedAt > 0,
  password: settings.password !== null,
  meta: settings.meta,
});
