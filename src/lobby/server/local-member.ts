import type { Announcement } from './room/announcements.js';
import type { Room, Seat, SeatEnd } from './room/room.js';
import type { Relayed } from './store/lobby-store.js';

/** A connection of this process that has a seat. It is called in the order of what happens in the room, and must not throw. */
export interface LocalMember {
  /** Whether it takes itself for the one in this seat. */
  holds(room: string, id: number): boolean;
  /** Whether it may know what it needs to come back to a seat that it does not hold. */
  canReturnTo(seat: Seat): boolean;
  /** Here is a seat for it, and nobody told it anything about the room yet. It takes the seat if it asked for it. */
  seated(room: Room, seat: Seat): void;
  told(announcements: readonly Announcement[]): void;
  relayed(room: Room, seat: Seat, message: Relayed): void;
  /** It has no seat any more. */
  ended(end: SeatEnd | { readonly why: 'taken_over' }): void;
}

/** The connections of this process, by number. */
export type LocalMembers = ReadonlyMap<number, LocalMember>;
