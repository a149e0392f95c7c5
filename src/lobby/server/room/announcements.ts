import { HOST_ID } from '../../protocol/limits.js';
import type { Departure } from '../../protocol/lobby-reason.js';
import { MessageType } from '../../protocol/message-type.js';
import type { MemberState, ServerMessage } from '../../protocol/server-messages.js';
import type { Draft } from '../../protocol/write.js';
import { isAnnounced, isAway, isSealed, type Relation, type Room, relation, roomState, type Seat } from './room.js';
import type { RoomChange, SeatChange } from './room-change.js';

export type Announcement = Draft<ServerMessage>;

/** Under which id a member knows another one: Godot's clients of a client/server room know the host as 1. */
export const idFor = (room: Room, viewer: Seat, id: number): number =>
  room.settings.mode === 'server' && id === room.settings.host && !isAnnounced(viewer) ? HOST_ID : id;

/** A newcomer is told about everybody else in between ID and JOIN. */
export function introduce(room: Room, viewer: Seat): Announcement[] {
  const others = [...room.seats.values()].filter((seat) => seat.id !== viewer.id).sort((a, b) => a.order - b.order);
  return others.flatMap((seat) => appear(room, viewer, seat, relation(room, viewer, seat)));
}

/** What a member that was in the room before and still is has to be told about a change. */
export function announce(viewer: Seat, before: Room, after: Room, change: RoomChange, now: number): Announcement[] {
  return [
    ...change.seats.flatMap((seat) => announceEnd(viewer, before, after, seat)),
    ...announceSettings(viewer, before, after, change),
    ...change.seats.flatMap((seat) => announceSeat(viewer, before, after, seat, now)),
    ...announceNewRelations(viewer, before, after, change),
  ];
}

function announceEnd(viewer: Seat, before: Room, after: Room, { id, seat, end }: SeatChange): Announcement[] {
  const old = before.seats.get(id);
  if (seat !== null || old === undefined || end?.why === 'sealed') return [];
  if (relation(before, viewer, old) === 'none') return [];
  if (!isAnnounced(viewer)) {
    // After a seal the link between the two decides who is there.
    return isSealed(after) ? [] : [{ type: MessageType.PEER_DISCONNECT, id: idFor(before, viewer, id) }];
  }
  return [{ type: MessageType.PEER_DISCONNECT, id, reason: departureOf(end?.why) }];
}

const departureOf = (why: string | undefined): Departure => (why === 'left' || why === 'kicked' ? why : 'lost');

function announceSettings(viewer: Seat, before: Room, after: Room, change: RoomChange): Announcement[] {
  if (change.settings === null) return [];
  const told: Announcement[] = [];
  const wasSealed = isSealed(before);
  if (!wasSealed && isSealed(after)) told.push({ type: MessageType.SEAL });
  if (!isAnnounced(viewer)) return told;
  if (wasSealed && !isSealed(after)) told.push({ type: MessageType.UNSEAL });
  const { host, epoch } = after.settings;
  if (before.settings.host !== host) {
    told.push({ type: MessageType.HOST, id: host, epoch, reason: change.hostReason ?? 'lost' });
  }
  const [was, is] = [JSON.stringify(roomState(before)), JSON.stringify(roomState(after))];
  if (was !== is) told.push({ type: MessageType.METADATA, room: roomState(after) });
  return told;
}

function announceSeat(viewer: Seat, before: Room, after: Room, { id, seat }: SeatChange, now: number): Announcement[] {
  if (seat === null) return [];
  const old = before.seats.get(id);
  if (id === viewer.id) return isAnnounced(viewer) && hasNewMeta(old, seat) ? [memberOf(seat, false)] : [];
  const related = relation(after, viewer, seat);
  if (old === undefined || related !== relation(before, viewer, old)) return appear(after, viewer, seat, related);
  if (!isAnnounced(viewer)) return [];
  const told: Announcement[] = [];
  if (!isAway(old) && isAway(seat)) told.push(awayOf(seat, now));
  if (isAway(old) && !isAway(seat)) told.push({ type: MessageType.BACK, id });
  if (hasNewMeta(old, seat)) told.push(memberOf(seat, related === 'peer'));
  return told;
}

const hasNewMeta = (old: Seat | undefined, seat: Seat): boolean =>
  old !== undefined && JSON.stringify(old.meta) !== JSON.stringify(seat.meta);

/** With another host in a client/server room, who is connected to whom is another matter. */
function announceNewRelations(viewer: Seat, before: Room, after: Room, change: RoomChange): Announcement[] {
  if (before.settings.host === after.settings.host) return [];
  const told: Announcement[] = [];
  for (const seat of after.seats.values()) {
    const old = before.seats.get(seat.id);
    if (seat.id === viewer.id || old === undefined || change.seats.some(({ id }) => id === seat.id)) continue;
    const related = relation(after, viewer, seat);
    if (related !== relation(before, viewer, old)) told.push(...appear(after, viewer, seat, related));
  }
  return told;
}

function appear(room: Room, viewer: Seat, seat: Seat, related: Relation): Announcement[] {
  if (related === 'none') return [];
  if (!isAnnounced(viewer)) return [{ type: MessageType.PEER_CONNECT, id: idFor(room, viewer, seat.id) }];
  return related === 'member'
    ? [memberOf(seat, false)]
    : [{ type: MessageType.PEER_CONNECT, id: seat.id, ...stateOf(seat) }];
}

const stateOf = (seat: Seat): Required<MemberState> => ({ meta: seat.meta, sw: seat.sw, away: isAway(seat) });
const memberOf = (seat: Seat, peer: boolean): Announcement => ({
  type: MessageType.MEMBER,
  id: seat.id,
  peer,
  ...stateOf(seat),
});
const awayOf = (seat: Seat, now: number): Announcement => ({
  type: MessageType.AWAY,
  id: seat.id,
  graceMs: Math.max(0, Math.round(seat.awayUntil - now)),
});
