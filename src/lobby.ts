/**
 * The lobby for players: a game from a code, rooms and lists, and two ways without a server.
 * @module scenewire/lobby
 */

export type { LobbyAuth } from './lobby/client/lobby-auth.js';
export { LobbyClient, type LobbyClientOptions, type RoomPage, type RoomQuery } from './lobby/client/lobby-client.js';
export { LobbyError, type LobbyErrorReason } from './lobby/client/lobby-error.js';
export type { LeftReason, LobbyClientSignals } from './lobby/client/lobby-signals.js';
export { DEFAULT_LOBBY_TIMING, type LobbyTiming } from './lobby/client/lobby-timing.js';
export type { LobbyMember, SeatTicket } from './lobby/client/seat.js';
export type { CreateRoomOptions, JoinRoomOptions, MemberOptions } from './lobby/client/seat-request.js';
export { broadcastLobby } from './lobby/local/broadcast-lobby.js';
export type { RoomOptions } from './lobby/protocol/client-messages.js';
export type { Departure, LobbyReason } from './lobby/protocol/lobby-reason.js';
export type { Filter, FilterRange, Filters, Metadata, MetadataValue } from './lobby/protocol/metadata.js';
export type { IceState, RoomState, RoomSummary, ServerLimits } from './lobby/protocol/server-messages.js';
export type { PeerFailure, PeerFailureReason } from './lobby/session/attempt-facts.js';
export { InviteError, type InviteErrorReason } from './lobby/session/invite/invite-error.js';
export type { InviteTiming } from './lobby/session/invite/invite-exchange.js';
export {
  DEFAULT_INVITE_TIMING,
  InviteSession,
  type InviteSessionOptions,
} from './lobby/session/invite/invite-session.js';
export { LobbySession } from './lobby/session/lobby-session.js';
export {
  DEFAULT_PAIRING_TIMING,
  type LobbySessionOptions,
  type LobbySessionSignals,
  type PlayerOptions,
  type ResumeOptions,
} from './lobby/session/lobby-session-options.js';
export type { Pairing } from './lobby/session/pairing.js';
export type { PairingTiming } from './lobby/session/pairing-times.js';
export type { LobbySocket, LobbySocketState, OpenLobbySocket } from './lobby/socket/lobby-socket.js';
