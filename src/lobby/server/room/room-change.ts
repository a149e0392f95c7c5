import { isDeepStrictEqual } from 'node:util';
import type { LobbyReason } from '../../protocol/lobby-reason.js';
import type { HostMessage } from '../../protocol/server-messages.js';
import type { Room, RoomSettings, Seat, SeatEnd } from './room.js';

export interface SeatChange {
  readonly id: number;
  /** The seat as it is now; null when it is gone. */
  readonly seat: Seat | null;
  readonly end?: SeatEnd;
}

/** From one version of a room to the next. It is what the processes of a lobby tell each other. */
export interface RoomChange {
  readonly settings: RoomSettings | null;
  readonly seats: readonly SeatChange[];
  /** Why there is another host. */
  readonly hostReason: HostMessage['reason'] | null;
  /** Why the room is over; all seats are gone then. */
  readonly over: LobbyReason | null;
}

export const NO_CHANGE: RoomChange = { settings: null, seats: [], hostReason: null, over: null };

export const isNoChange = (change: RoomChange): boolean =>
  change.settings === null && change.seats.length === 0 && change.over === null;

export function applyChange(room: Room, change: RoomChange): Room {
  const seats = new Map(room.seats);
  for (const { id, seat } of change.seats) {
    if (seat === null) seats.delete(id);
    else seats.set(id, seat);
  }
  return { settings: change.settings ?? room.settings, version: room.version + 1, seats };
}

/**
 * What happened between two versions, for a process that did not hear of it. Why somebody left is not known any more;
 * `over` when there is no later version.
 */
export function changeBetween(before: Room, after: Room | null): RoomChange {
  if (after === null || after.settings.nonce !== before.settings.nonce) return endOf(before);
  const seats: SeatChange[] = [];
  for (const id of before.seats.keys()) if (!after.seats.has(id)) seats.push({ id, seat: null, end: { why: 'lost' } });
  for (const [id, seat] of after.seats) if (!isDeepStrictEqual(seat, before.seats.get(id))) seats.push({ id, seat });
  const hasChanged = !isDeepStrictEqual(before.settings, after.settings);
  return {
    settings: hasChanged ? after.settings : null,
    seats,
    hostReason: before.settings.host === after.settings.host ? null : 'lost',
    over: null,
  };
}

function endOf(room: Room): RoomChange {
  const end: SeatEnd = { why: 'over', reason: 'host_left' };
  return { ...NO_CHANGE, seats: [...room.seats.keys()].map((id) => ({ id, seat: null, end })), over: 'host_left' };
}
