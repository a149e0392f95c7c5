import type { Metadata } from '../../protocol/metadata.js';
import { agreed, type Decision, refuse } from './decision.js';
import { isAnnounced, isSealed, type Room } from './room.js';
import { RoomDraft } from './room-draft.js';

export function seal(room: Room, by: number, now: number): Decision {
  if (by !== room.settings.host) return refuse('not_host');
  if (isSealed(room)) return agreed;
  const draft = new RoomDraft(room);
  draft.set({ sealedAt: now });
  return { change: draft.finish() };
}

export function unseal(room: Room, by: number): Decision {
  if (by !== room.settings.host) return refuse('not_host');
  if (!isSealed(room)) return agreed;
  const draft = new RoomDraft(room);
  draft.set({ sealedAt: 0 });
  return { change: draft.finish() };
}

export interface SettingsRequest {
  readonly meta?: Metadata;
  readonly public?: boolean;
  /** Below the number of members, it keeps newcomers out and puts nobody out. */
  readonly maxMembers?: number;
  readonly address?: string;
}

export function changeSettings(room: Room, by: number, asked: SettingsRequest, mostMembers: number): Decision {
  if (by !== room.settings.host) return refuse('not_host');
  const { settings } = room;
  const { meta = settings.meta, maxMembers = settings.maxMembers, address = settings.address } = asked;
  const draft = new RoomDraft(room);
  draft.set({ meta, address, maxMembers: Math.min(maxMembers, mostMembers), public: asked.public ?? settings.public });
  return { change: draft.finish() };
}

export function changeMember(room: Room, id: number, meta: Metadata): Decision {
  const seat = room.seats.get(id);
  if (seat === undefined) return refuse('not_in_room');
  const draft = new RoomDraft(room);
  draft.put({ ...seat, meta });
  return { change: draft.finish() };
}

/** Clients of Godot's in a client/server room know one host, which they are connected to: for them the room is over. */
export function handOver(room: Room, by: number, to: number): Decision {
  if (by !== room.settings.host) return refuse('not_host');
  const seat = room.seats.get(to);
  if (seat === undefined || !isAnnounced(seat)) return refuse('no_such_member');
  if (to === by) return agreed;
  const draft = new RoomDraft(room);
  draft.handOver(to);
  if (room.settings.mode === 'server') {
    for (const { id, sw } of room.seats.values()) {
      if (sw === 0) draft.remove(id, { why: 'over', reason: 'host_left' });
    }
  }
  return { change: draft.finish() };
}
