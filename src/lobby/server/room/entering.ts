import { randomInt } from 'node:crypto';
import type { RoomOptions } from '../../protocol/client-messages.js';
import { HOST_ID, MAX_PEER_ID, MIN_PEER_ID } from '../../protocol/limits.js';
import type { Metadata } from '../../protocol/metadata.js';
import { type Decision, refuse } from './decision.js';
import { isFull, isSealed, type Room, type RoomMode, type Seat } from './room.js';
import { RoomDraft } from './room-draft.js';
import { hashPassword, hashToken, isPassword, isSame } from './secrets.js';

/** Who wants a seat, and where its connection is. */
export interface Newcomer {
  readonly at: string;
  readonly link: number;
  readonly sw: number;
  readonly canHost: boolean;
  readonly meta: Metadata;
  /** For RESUME; null for a client of Godot's. */
  readonly token: string | null;
  readonly who: string;
}

export interface NewRoom {
  readonly name: string;
  readonly nonce: string;
  readonly mode: RoomMode;
  readonly maxMembers: number;
  /** What the client asked for. Who did not announce itself can't ask, and has no say in who is the host. */
  readonly options: RoomOptions;
}

/** A room with its host in it, which is version 1. */
export function createRoom(asked: NewRoom, host: Newcomer, now: number): Room {
  const { name, nonce, mode, maxMembers, options } = asked;
  return {
    settings: {
      name,
      nonce,
      mode,
      createdAt: now,
      public: options.public ?? false,
      meta: options.meta ?? {},
      password: options.password === undefined ? null : hashPassword(options.password),
      maxMembers: Math.min(options.maxMembers ?? maxMembers, maxMembers),
      migrates: options.migrates ?? host.sw > 0,
      sealedAt: 0,
      host: HOST_ID,
      epoch: 0,
      bans: [],
      nextOrder: 1,
      address: options.address ?? '',
    },
    version: 1,
    seats: new Map([[HOST_ID, seatOf(host, HOST_ID, 0)]]),
  };
}

/** Gives the new seat's id with the change. */
export function join(room: Room, newcomer: Newcomer, password: string | undefined): Decision & { id?: number } {
  const { settings } = room;
  if (settings.bans.includes(newcomer.who)) return refuse('banned');
  if (isSealed(room)) return refuse('room_sealed');
  if (settings.password !== null && !isPassword(password ?? '', settings.password)) return refuse('wrong_password');
  if (isFull(room)) return refuse('room_full');
  const draft = new RoomDraft(room);
  const id = freeId(room);
  draft.put(seatOf(newcomer, id, settings.nextOrder));
  draft.set({ nextOrder: settings.nextOrder + 1 });
  return { change: draft.finish(), id };
}

/** The same seat for another connection, whether or not the old one still seems to be there. */
export function resume(room: Room, id: number, newcomer: Newcomer): Decision {
  const seat = room.seats.get(id);
  if (seat === undefined || newcomer.token === null || seat.tokenHash === '') return refuse('seat_lost');
  if (!isSame(hashToken(newcomer.token), seat.tokenHash)) return refuse('seat_lost');
  const { at, link, sw } = newcomer;
  const draft = new RoomDraft(room);
  draft.put({ ...seat, at, link, sw, awayUntil: 0 });
  return { change: draft.finish() };
}

const seatOf = ({ at, link, sw, canHost, meta, token, who }: Newcomer, id: number, order: number): Seat => ({
  id,
  order,
  at,
  link,
  sw,
  canHost,
  meta,
  tokenHash: token === null ? '' : hashToken(token),
  who,
  awayUntil: 0,
});

/** Random, so that nobody can tell from an id how many came before. */
function freeId(room: Room): number {
  for (;;) {
    const id = randomInt(MIN_PEER_ID, MAX_PEER_ID + 1);
    if (!room.seats.has(id)) return id;
  }
}
