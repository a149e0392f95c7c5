import type { JoinMessage, ResumeMessage, RoomOptions } from '../protocol/client-messages.js';
import { LOBBY_VERSION, MessageType } from '../protocol/message-type.js';
import type { Metadata } from '../protocol/metadata.js';
import { type Draft, defined } from '../protocol/write.js';
import type { SeatTicket } from './seat.js';

/** What the others see of a member, and what it may become. */
export interface MemberOptions {
  /** By convention `name` is a player's name. */
  member?: Metadata | undefined;
  /** Whether this side may become the host. Default: true. */
  canHost?: boolean | undefined;
}

export interface CreateRoomOptions extends RoomOptions, MemberOptions {
  /** Everybody connects to everybody, or to the host. Default: `server`. */
  mode?: 'mesh' | 'server' | undefined;
}

export interface JoinRoomOptions extends MemberOptions {
  password?: string | undefined;
  /** Makes the room under this name when there is none. */
  create?: Omit<CreateRoomOptions, keyof MemberOptions | 'name' | 'kind'> | undefined;
}

/** What a seat in a room is asked for with: a new room, one that there is, or the seat of before. */
export type SeatRequest = Draft<JoinMessage> | Draft<ResumeMessage>;

export function createRequest({ mode, member, canHost, ...room }: CreateRoomOptions): SeatRequest {
  return { ...JOIN, data: '', id: idOf(mode), create: defined(room), ...ofMember({ member, canHost }) };
}

/** The name or code is as somebody typed it. */
export function joinRequest(name: string, options: JoinRoomOptions): SeatRequest {
  const { password, create } = options;
  const { mode, ...room } = create ?? {};
  return {
    ...JOIN,
    data: name.trim(),
    id: create === undefined ? 0 : idOf(mode),
    ...(create !== undefined && { create: defined(room) }),
    ...(password !== undefined && { password }),
    ...ofMember(options),
  };
}

export function resumeRequest({ room, id, token }: SeatTicket): SeatRequest {
  // The announcement that goes with every first message holds the real version.
  return { type: MessageType.RESUME, id, data: room, token, sw: LOBBY_VERSION };
}

const JOIN = { type: MessageType.JOIN, sw: LOBBY_VERSION } as const;

const idOf = (mode: 'mesh' | 'server' = 'server'): number => (mode === 'mesh' ? 0 : 1);

const ofMember = ({ member, canHost }: MemberOptions): Pick<JoinMessage, 'meta' | 'canHost'> => ({
  ...(member !== undefined && { meta: member }),
  ...(canHost !== undefined && { canHost }),
});
