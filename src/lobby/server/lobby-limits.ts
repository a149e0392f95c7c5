import {
  MAX_FRAME_BYTES,
  MAX_MEMBER_METADATA_LENGTH,
  MAX_ROOM_MEMBERS,
  MAX_ROOM_METADATA_LENGTH,
} from '../protocol/limits.js';
import type { ServerLimits } from '../protocol/server-messages.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const MIB = 1024 * 1024;

/** What clients can make a lobby hold or do. Where it says "in all", all processes of the lobby count together. */
export interface LobbyLimits {
  /** Connections in all. */
  readonly sockets: number;
  /** Connections in all from one address; of IPv6, from one /64 network. */
  readonly socketsPerAddress: number;
  /** New connections per address and process. */
  readonly socketsPerMinute: number;
  /** Rooms in all. */
  readonly rooms: number;
  readonly roomMembers: number;
  /** Per address: rooms that are made, and requests that fail like those of somebody who guesses. */
  readonly roomsPerMinute: number;
  readonly failuresPerMinute: number;

  /** Per connection; who sends more is read more slowly. Large and expensive messages count several times. */
  readonly messagesPerSecond: number;
  readonly messageBurst: number;
  readonly frameBytes: number;
  /** Frames that are no message, from a client that announced itself; others have none. */
  readonly invalidMessages: number;
  /** Bytes that wait because a client does not read. */
  readonly backlogBytes: number;

  /** From the handshake to JOIN, HELLO or RESUME. */
  readonly joinTimeoutMs: number;
  /** The same for clients whose URL says `scenewire=1`: a page that loads may stand still for seconds. */
  readonly helloTimeoutMs: number;
  /** Outside of a room, without a message. */
  readonly idleTimeoutMs: number;
  /** Two that are not answered end a connection. */
  readonly pingIntervalMs: number;
  /** How long a seat waits for its member to come back. */
  readonly graceMs: number;
  /** From a seal to the end of the connections to Godot's clients. */
  readonly sealDelayMs: number;

  /** Characters as JSON. */
  readonly roomMetadata: number;
  readonly memberMetadata: number;
  readonly pageRooms: number;
}

/** Where Godot's Node server has a limit, the same. */
export const DEFAULT_LOBBY_LIMITS: LobbyLimits = Object.freeze({
  sockets: 4096,
  socketsPerAddress: 64,
  socketsPerMinute: 600,
  rooms: 1024,
  roomMembers: 64,
  roomsPerMinute: 60,
  failuresPerMinute: 30,

  messagesPerSecond: 50,
  // Who joins a mesh of 32 sends as many offers and several candidates for each, at once.
  messageBurst: 500,
  frameBytes: MAX_FRAME_BYTES,
  invalidMessages: 20,
  backlogBytes: 1 * MIB,

  joinTimeoutMs: 1 * SECOND,
  helloTimeoutMs: 15 * SECOND,
  idleTimeoutMs: 5 * MINUTE,
  pingIntervalMs: 10 * SECOND,
  graceMs: 30 * SECOND,
  sealDelayMs: 10 * SECOND,

  roomMetadata: MAX_ROOM_METADATA_LENGTH,
  memberMetadata: MAX_MEMBER_METADATA_LENGTH,
  pageRooms: 50,
});

/** What the protocol has no room for. */
const highest: Partial<Record<keyof LobbyLimits, number>> = {
  roomMembers: MAX_ROOM_MEMBERS,
  frameBytes: MAX_FRAME_BYTES,
  roomMetadata: MAX_ROOM_METADATA_LENGTH,
  memberMetadata: MAX_MEMBER_METADATA_LENGTH,
  pageRooms: 100,
};

/** Throws for a limit that is unknown or none. */
export function readLimits(given: Partial<LobbyLimits>): LobbyLimits {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULT_LOBBY_LIMITS, name)) throw new RangeError(`There is no limit ${name}`);
    const most = highest[name as keyof LobbyLimits] ?? 2_147_483_647;
    if (!(Number.isFinite(value) && value >= 1 && value <= most)) {
      throw new RangeError(`The limit ${name} has to be from 1 to ${most}, got ${value}`);
    }
  }
  return { ...DEFAULT_LOBBY_LIMITS, ...given };
}

/** What clients are told of them. */
export const toldLimits = (limits: LobbyLimits): ServerLimits => ({
  frameBytes: limits.frameBytes,
  roomMetadata: limits.roomMetadata,
  memberMetadata: limits.memberMetadata,
  roomMembers: limits.roomMembers,
  messagesPerSecond: Math.floor(limits.messagesPerSecond),
  pageRooms: limits.pageRooms,
});
