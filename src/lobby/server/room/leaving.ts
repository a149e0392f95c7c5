import { agreed, type Decision, refuse } from './decision.js';
import { isAnnounced, isAway, isSealed, type Room, type Seat, type SeatEnd } from './room.js';
import { RoomDraft } from './room-draft.js';

/** Bans of a room; the oldest one ends where there are more. */
const MAX_BANS = 256;

/** Whose connection it is: an end that comes late must not end the connection that came after it. */
export interface LinkPlace {
  readonly id: number;
  readonly at: string;
  readonly link: number;
}

const seatAt = (room: Room, { id, at, link }: LinkPlace): Seat | undefined => {
  const seat = room.seats.get(id);
  return seat?.at === at && seat.link === link ? seat : undefined;
};

/** On purpose. */
export function leave(room: Room, place: LinkPlace): Decision {
  const seat = seatAt(room, place);
  if (seat === undefined) return agreed;
  const draft = new RoomDraft(room);
  draft.remove(seat.id, endOf(room, seat, 'left'));
  return { change: draft.finish() };
}

/** The connection is gone. The seat waits, if its member can come back. */
export function loseLink(room: Room, place: LinkPlace, awayUntil: number): Decision {
  const seat = seatAt(room, place);
  return seat === undefined ? agreed : lose(room, [seat], awayUntil);
}

/** The process is gone, and all connections it had. */
export function loseProcess(room: Room, process: string, awayUntil: number): Decision {
  const lost = [...room.seats.values()].filter((seat) => seat.at === process && !isAway(seat));
  return lost.length === 0 ? agreed : lose(room, lost, awayUntil);
}

function lose(room: Room, seats: readonly Seat[], awayUntil: number): Decision {
  const draft = new RoomDraft(room);
  for (const seat of seats) {
    if (isAnnounced(seat)) draft.put({ ...seat, awayUntil });
    else draft.remove(seat.id, endOf(room, seat, 'lost'));
  }
  return { change: draft.finish() };
}

/** The connection was there all the time: others took its process for dead, for example because it stood still. */
export function findLink(room: Room, place: LinkPlace): Decision {
  const seat = seatAt(room, place);
  if (seat === undefined) return refuse('seat_lost');
  if (!isAway(seat)) return agreed;
  const draft = new RoomDraft(room);
  draft.put({ ...seat, awayUntil: 0 });
  return { change: draft.finish() };
}

export interface Kick {
  readonly by: number;
  readonly id: number;
  readonly text: string;
  readonly ban: boolean;
}

export function kick(room: Room, { by, id, text, ban }: Kick): Decision {
  if (by !== room.settings.host) return refuse('not_host');
  const seat = room.seats.get(id);
  if (seat === undefined || id === by) return refuse('no_such_member');
  const draft = new RoomDraft(room);
  if (ban) draft.set({ bans: [...room.settings.bans.filter((who) => who !== seat.who), seat.who].slice(-MAX_BANS) });
  draft.remove(id, { why: 'kicked', text, ban });
  return { change: draft.finish() };
}

/** What became due with time. */
export function expire(room: Room, now: number, sealDelayMs: number): Decision {
  const draft = new RoomDraft(room);
  for (const seat of room.seats.values()) {
    if (isAway(seat) && seat.awayUntil <= now) draft.remove(seat.id, endOf(room, seat, 'lost'));
  }
  if (isSealed(room) && room.settings.sealedAt + sealDelayMs <= now) completeSeal(room, draft);
  return { change: draft.finish() };
}

/** Clients of Godot's are done with us. If one of them is the host, nobody is left who could open the room again. */
function completeSeal(room: Room, draft: RoomDraft): void {
  const host = room.seats.get(room.settings.host);
  if (host !== undefined && !isAnnounced(host)) draft.end('seal_complete');
  for (const seat of room.seats.values()) if (!isAnnounced(seat)) draft.remove(seat.id, { why: 'sealed' });
}

/** After a seal, the game of Godot's clients goes on without us: that they leave us is nobody's concern. */
const endOf = (room: Room, seat: Seat, why: 'left' | 'lost'): SeatEnd => ({
  why: isSealed(room) && !isAnnounced(seat) ? 'sealed' : why,
});
