import type { Message, PingMessage, RelayMessage, SignalMessage } from './client-messages.js';
import type { Departure, LobbyReason } from './lobby-reason.js';
import type { MessageType } from './message-type.js';
import type { Metadata } from './metadata.js';

/** The answer to a request carries its `ref`. */
export interface Answer extends Message {
  readonly ref?: number;
}

/** Like W3C's RTCIceServer, with `urls` always a list. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

export interface IceState {
  readonly servers: readonly IceServer[];
  /** How long the credentials hold, from now. 0: for ever. */
  readonly ttlMs: number;
}

export interface RoomState {
  readonly name: string;
  readonly mode: 'mesh' | 'server';
  readonly public: boolean;
  readonly password: boolean;
  readonly sealed: boolean;
  readonly maxMembers: number;
  readonly migrates: boolean;
  readonly meta: Metadata;
  /** The host's id: 1 until another member becomes the host. */
  readonly host: number;
  /** How often that has happened. */
  readonly epoch: number;
  /** Where the host also serves the game by WebSocket. It goes with the host. */
  readonly address?: string;
}

/** A room as the list shows it. */
export interface RoomSummary {
  readonly name: string;
  readonly mode: 'mesh' | 'server';
  readonly members: number;
  readonly maxMembers: number;
  readonly sealed: boolean;
  readonly password: boolean;
  readonly meta: Metadata;
  readonly ageMs: number;
}

export interface ServerLimits {
  readonly frameBytes: number;
  readonly roomMetadata: number;
  readonly memberMetadata: number;
  readonly roomMembers: number;
  readonly messagesPerSecond: number;
  readonly pageRooms: number;
}

/** The last message of a successful join. `data`: the room's name. */
export interface JoinedMessage extends Message {
  readonly type: typeof MessageType.JOIN;
}

/** The first message of a successful join. `id`: the own id. `data`: "true" for a mesh, else empty. */
export interface IdMessage extends Message {
  readonly type: typeof MessageType.ID;
}

/** What a client that announced itself is told about another member. */
export interface MemberState {
  readonly meta?: Metadata;
  /** The version that member announced; 0 for a client of Godot's. */
  readonly sw?: number;
  /** Whether its connection is lost, and its seat kept. */
  readonly away?: boolean;
}

/** `id`: a member that is there or has come, to connect to. */
export interface PeerConnectMessage extends Message, MemberState {
  readonly type: typeof MessageType.PEER_CONNECT;
}

/** `id`: the member that is no longer in the room. */
export interface PeerDisconnectMessage extends Message {
  readonly type: typeof MessageType.PEER_DISCONNECT;
  readonly reason?: Departure;
}

/** To all members. */
export interface SealedMessage extends Message {
  readonly type: typeof MessageType.SEAL | typeof MessageType.UNSEAL;
}

export interface ServerHelloMessage extends Answer {
  readonly type: typeof MessageType.HELLO;
  readonly sw: number;
  readonly features: readonly string[];
  readonly limits: ServerLimits;
}

/** `id`: how many rooms there are, of all pages and with any filter. */
export interface RoomsMessage extends Answer {
  readonly type: typeof MessageType.LIST;
  readonly rooms: readonly RoomSummary[];
  /** For the next page; left out on the last one. */
  readonly next?: string;
}

/** Follows ID. `id`: the own id. `data`: the room's name. */
export interface WelcomeMessage extends Answer {
  readonly type: typeof MessageType.WELCOME;
  readonly sw: number;
  readonly features: readonly string[];
  /** For RESUME. Who has it has the seat. */
  readonly token: string;
  /** How long the seat is kept when the connection is lost. */
  readonly graceMs: number;
  readonly resumed: boolean;
  readonly room: RoomState;
  readonly ice: IceState;
}

export interface IceMessage extends Answer {
  readonly type: typeof MessageType.ICE;
  readonly ice: IceState;
}

/** The room was changed. */
export interface RoomChangedMessage extends Message {
  readonly type: typeof MessageType.METADATA;
  readonly room: RoomState;
}

/** `id`: a member that is in the room without being connected to, or that changed. */
export interface MemberChangedMessage extends Message, MemberState {
  readonly type: typeof MessageType.MEMBER;
  /** Whether it is to be connected to. */
  readonly peer: boolean;
  readonly meta: Metadata;
  readonly sw: number;
  readonly away: boolean;
}

/** `data`: why. The connection stays, as after LEAVE. */
export interface KickedMessage extends Message {
  readonly type: typeof MessageType.KICK;
  readonly ban: boolean;
}

/** The receiver is no longer in the room, because the room is over. The connection stays, as after a LEAVE of its own. */
export interface RoomOverMessage extends Message {
  readonly type: typeof MessageType.LEAVE;
  readonly reason: LobbyReason;
}

/** `id`: who is the host now. */
export interface HostMessage extends Message {
  readonly type: typeof MessageType.HOST;
  readonly epoch: number;
  /** What became of the host before. */
  readonly reason: Departure | 'handed_over';
}

/** `id`: a member whose connection was lost. */
export interface AwayMessage extends Message {
  readonly type: typeof MessageType.AWAY;
  /** How long its seat is kept, from now. */
  readonly graceMs: number;
}

/** `id`: a member that was away. */
export interface BackMessage extends Message {
  readonly type: typeof MessageType.BACK;
}

/** `id`: the type that it answers, or -1. `data`: a sentence for people. */
export interface ErrorMessage extends Answer {
  readonly type: typeof MessageType.ERROR;
  readonly reason: LobbyReason;
  /** Whether the server closes the connection now. */
  readonly fatal: boolean;
  /** When it is worth another try. */
  readonly retryMs?: number;
}

/** `id`: the type of the request that was carried out. */
export interface DoneMessage extends Answer {
  readonly type: typeof MessageType.DONE;
}

export type ServerMessage =
  | JoinedMessage
  | IdMessage
  | PeerConnectMessage
  | PeerDisconnectMessage
  | RelayMessage
  | SignalMessage
  | SealedMessage
  | ServerHelloMessage
  | RoomsMessage
  | WelcomeMessage
  | IceMessage
  | RoomChangedMessage
  | MemberChangedMessage
  | KickedMessage
  | RoomOverMessage
  | HostMessage
  | AwayMessage
  | BackMessage
  | PingMessage
  | ErrorMessage
  | DoneMessage;
