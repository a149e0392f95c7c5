import type { LobbyReason } from '../../protocol/lobby-reason.js';
import type { Metadata } from '../../protocol/metadata.js';
import type { RoomState } from '../../protocol/server-messages.js';
import type { PasswordHash } from './secrets.js';

export type RoomMode = 'mesh' | 'server';

/** A member's place in a room. It outlives the connection, if the member announced itself. */
export interface Seat {
  /** The peer id; 1 for the one who made the room. */
  readonly id: number;
  /** Lower numbers came earlier. */
  readonly order: number;
  /** The process that has the connection, or had it last, and which of its connections it is. */
  readonly at: string;
  readonly link: number;
  /** The version it announced; 0 for a client of Godot's. */
  readonly sw: number;
  readonly canHost: boolean;
  readonly meta: Metadata;
  /** Of the token for RESUME; empty for a client of Godot's. */
  readonly tokenHash: string;
  /** Whom a ban keeps out: a user, or an address. */
  readonly who: string;
  /** Until when the seat waits for a new connection; 0 while there is one. */
  readonly awayUntil: number;
}

/** Everything about a room but its seats. */
export interface RoomSettings {
  readonly name: string;
  /** Tells two rooms apart that had the same name. */
  readonly nonce: string;
  readonly mode: RoomMode;
  readonly createdAt: number;
  readonly public: boolean;
  readonly meta: Metadata;
  readonly password: PasswordHash | null;
  readonly maxMembers: number;
  readonly migrates: boolean;
  /** 0 while the room is open. */
  readonly sealedAt: number;
  readonly host: number;
  readonly epoch: number;
  readonly bans: readonly string[];
  readonly nextOrder: number;
  /** Of the host; empty when it has none. */
  readonly address: string;
}

/** A room at one moment. It is never changed in place: `applyChange` makes the next one. */
export interface Room {
  readonly settings: RoomSettings;
  /** Counts the changes. */
  readonly version: number;
  readonly seats: ReadonlyMap<number, Seat>;
}

export const isAnnounced = (seat: Seat): boolean => seat.sw > 0;
export const isAway = (seat: Seat): boolean => seat.awayUntil > 0;
export const isSealed = (room: Room): boolean => room.settings.sealedAt > 0;
export const isFull = (room: Room): boolean => room.seats.size >= room.settings.maxMembers;

/** What one member is to another: somebody to connect to, somebody to know about, or nobody. */
export type Relation = 'none' | 'member' | 'peer';

export function relation(room: Room, viewer: Seat, other: Seat): Relation {
  const { mode, host } = room.settings;
  if (mode === 'mesh' || viewer.id === host || other.id === host) return 'peer';
  return isAnnounced(viewer) ? 'member' : 'none';
}

export const roomState = ({ settings }: Room): RoomState => ({
  name: settings.name,
  mode: settings.mode,
  public: settings.public,
  password: settings.password !== null,
  sealed: settings.sealedAt > 0,
  maxMembers: settings.maxMembers,
  migrates: settings.migrates,
  meta: settings.meta,
  host: settings.host,
  epoch: settings.epoch,
  ...(settings.address !== '' && { address: settings.address }),
});

/** When something is due without anybody asking: a seat that waited long enough, the end of a seal. Infinity: nothing. */
export function deadlineOf(room: Room, sealDelayMs: number): number {
  let earliest = Number.POSITIVE_INFINITY;
  let hasStrangers = false;
  for (const seat of room.seats.values()) {
    if (isAway(seat)) earliest = Math.min(earliest, seat.awayUntil);
    hasStrangers ||= !isAnnounced(seat);
  }
  return isSealed(room) && hasStrangers ? Math.min(earliest, room.settings.sealedAt + sealDelayMs) : earliest;
}

/** Why somebody is no longer in a room. `sealed` and `over` are told to the one who leaves, and to nobody else. */
export type SeatEnd =
  | { readonly why: 'left' | 'lost' | 'sealed' }
  | { readonly why: 'kicked'; readonly text: string; readonly ban: boolean }
  | { readonly why: 'over'; readonly reason: LobbyReason };
