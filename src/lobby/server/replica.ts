import type { LocalMember, LocalMembers } from './local-member.js';
import { announce } from './room/announcements.js';
import { isAway, type Room, type Seat } from './room/room.js';
import { applyChange, changeBetween, isNoChange, type RoomChange } from './room/room-change.js';
import { TaskQueue } from './task-queue.js';

/** What this process knows of a room. Every new version of it passes through here, and is told to the members here. */
export class Replica {
  readonly queue: TaskQueue;
  /** Null when there is no such room, or nobody asked yet. */
  room: Room | null = null;
  /** The store may have a newer one. */
  isOutdated = false;
  readonly #process: string;
  readonly #members: LocalMembers;

  constructor(process: string, members: LocalMembers, onIdle: () => void) {
    this.queue = new TaskQueue(onIdle);
    this.#process = process;
    this.#members = members;
  }

  get hasLocalSeats(): boolean {
    return this.room !== null && [...this.room.seats.values()].some((seat) => this.isLocal(seat));
  }

  isLocal(seat: Seat): boolean {
    return seat.at === this.#process;
  }

  /** The connection of this process that has a seat, and knows that it has. */
  memberOf(seat: Seat): LocalMember | undefined {
    const member = this.#candidateFor(seat);
    return this.room !== null && member?.holds(this.room.settings.name, seat.id) ? member : undefined;
  }

  /** The first version. */
  begin(room: Room): void {
    this.room = room;
    for (const seat of room.seats.values()) this.#candidateFor(seat)?.seated(room, seat);
  }

  /** The next version. */
  apply(change: RoomChange, now: number): void {
    const before = this.room;
    if (before === null) return;
    const after = applyChange(before, change);
    this.#tellEnds(before, change);
    this.room = change.over === null ? after : null;
    for (const seat of after.seats.values()) this.#tell(seat, before, after, change, now);
  }

  /** A version from the store, which may be the same, or several later, or none any more. */
  adopt(room: Room | null, now: number): void {
    this.isOutdated = false;
    const before = this.room;
    if (before === null) {
      this.room = room;
      return;
    }
    const change = changeBetween(before, room);
    if (!isNoChange(change)) this.apply(change, now);
    this.room = room;
  }

  #tellEnds(before: Room, change: RoomChange): void {
    for (const { id, seat, end } of change.seats) {
      const old = before.seats.get(id);
      const member = old && this.memberOf(old);
      if (member === undefined) continue;
      if (seat === null) member.ended(end ?? { why: 'lost' });
      else if (seat.link !== old?.link || !this.isLocal(seat)) member.ended({ why: 'taken_over' });
    }
  }

  #tell(seat: Seat, before: Room, after: Room, change: RoomChange, now: number): void {
    const member = this.memberOf(seat);
    if (member === undefined) {
      const isChanged = change.seats.some(({ id }) => id === seat.id);
      if (isChanged && !isAway(seat)) this.#candidateFor(seat)?.seated(after, seat);
      return;
    }
    const announcements = announce(seat, before, after, change, now);
    if (announcements.length > 0) member.told(announcements);
  }

  /** The connection that a seat is for. It may have been told that it got none, when that could not be confirmed. */
  #candidateFor(seat: Seat): LocalMember | undefined {
    return this.isLocal(seat) ? this.#members.get(seat.link) : undefined;
  }
}
