import type { MessageType } from './message-type.js';
import type { Filters, Metadata } from './metadata.js';

/** `id` and `data` are in every message; where they are not described they are 0 and empty. */
export interface Message {
  readonly type: number;
  readonly id: number;
  readonly data: string;
}

/** A request with a `ref` gets exactly one answer with the same: the one that is its own, or DONE, or ERROR. */
export interface Request extends Message {
  readonly ref?: number;
}

/** How a client tells that it knows the extensions. */
export interface Announcement {
  /** The highest version of the extensions that it knows. */
  readonly sw: number;
  /** Names of what it can do besides. None is defined in version 1. */
  readonly features?: readonly string[];
  /** For servers that want to know who comes: a token of the game's own, such as a JWT. */
  readonly auth?: string;
}

export interface RoomOptions {
  /** The name to have. Without it the server makes one up. */
  readonly name?: string;
  /** What is made up: a short code that can be read aloud (default), or a name that can't be guessed. */
  readonly kind?: 'code' | 'random';
  /** Whether it is listed. Default: false. */
  readonly public?: boolean;
  readonly meta?: Metadata;
  readonly password?: string;
  readonly maxMembers?: number;
  /** Whether another member becomes the host when the host is gone (default), or the room closes. */
  readonly migrates?: boolean;
  /** Where the host also serves the game by WebSocket, for those who can't be connected to in another way. */
  readonly address?: string;
}

/**
 * `id`: 0 for a mesh, anything else for client and server; only what creates a room reads it. `data`: the room to join,
 * or empty to create one. What follows counts only with `sw`.
 */
export interface JoinMessage extends Request, Partial<Announcement> {
  readonly type: typeof MessageType.JOIN;
  /** What the others see of the newcomer. By convention `name` is a player's name. */
  readonly meta?: Metadata;
  /** Whether this member may become the host. Default: true. */
  readonly canHost?: boolean;
  readonly password?: string;
  /** With an empty `data`: what to create. With a name there: create it under that name if it does not exist. */
  readonly create?: RoomOptions;
}

/** `id`: for whom. `data`: the description's SDP, or the candidate as Godot writes it. */
export interface RelayMessage extends Message {
  readonly type: typeof MessageType.OFFER | typeof MessageType.ANSWER | typeof MessageType.CANDIDATE;
  /** To which attempt to connect it belongs; relayed between clients that announced themselves. */
  readonly attempt?: number;
}

/** `id`: for whom. `data`: anything. Relayed between clients that announced themselves. */
export interface SignalMessage extends Message {
  readonly type: typeof MessageType.SIGNAL;
}

export interface SealMessage extends Request {
  readonly type: typeof MessageType.SEAL | typeof MessageType.UNSEAL;
}

export interface HelloMessage extends Request, Announcement {
  readonly type: typeof MessageType.HELLO;
}

export interface ListMessage extends Request {
  readonly type: typeof MessageType.LIST;
  /** Rooms of a page. */
  readonly limit?: number;
  /** Where the page before ended: its `next`. */
  readonly cursor?: string;
  readonly where?: Filters;
  readonly mode?: 'mesh' | 'server';
  /** Only rooms that can be joined: neither sealed nor full. Default: true. */
  readonly open?: boolean;
  /** Only rooms with, or only rooms without a password. */
  readonly password?: boolean;
}

/** Asks for ICE servers now: after a sleep, for example. Otherwise they come before the old ones expire. */
export interface IceRequest extends Request {
  readonly type: typeof MessageType.ICE;
}

/** Sent by the host. What is left out stays as it is. */
export interface MetadataMessage extends Request {
  readonly type: typeof MessageType.METADATA;
  /** All of it, not only what changes. */
  readonly meta?: Metadata;
  readonly public?: boolean;
  readonly maxMembers?: number;
  /** Empty: there is none any more. */
  readonly address?: string;
}

/** What the others see of the sender. */
export interface MemberMessage extends Request {
  readonly type: typeof MessageType.MEMBER;
  /** All of it, not only what changes. */
  readonly meta: Metadata;
}

/** Sent by the host. `id`: whom. `data`: why, told to that member. */
export interface KickMessage extends Request {
  readonly type: typeof MessageType.KICK;
  /** Whether the same user, or without users the same address, may not come back into this room. Default: false. */
  readonly ban?: boolean;
}

/** Sent by the host. `id`: who shall be the host now. */
export interface HandOverMessage extends Request {
  readonly type: typeof MessageType.HOST;
}

/** Takes the seat of a connection that was lost. `id` and `data`: those of WELCOME, the own id and the room. */
export interface ResumeMessage extends Request, Announcement {
  readonly type: typeof MessageType.RESUME;
  readonly token: string;
}

/** `id`: any number; it comes back. For browsers, which can't see pings. */
export interface PingMessage extends Message {
  readonly type: typeof MessageType.PING;
}

/** Leaves the room. The connection stays, for listing rooms and joining another one. */
export interface LeaveMessage extends Request {
  readonly type: typeof MessageType.LEAVE;
}

export type ClientMessage =
  | JoinMessage
  | RelayMessage
  | SignalMessage
  | SealMessage
  | HelloMessage
  | ListMessage
  | IceRequest
  | MetadataMessage
  | MemberMessage
  | KickMessage
  | HandOverMessage
  | ResumeMessage
  | PingMessage
  | LeaveMessage;
