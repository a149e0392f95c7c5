/**
 * The lobby server, for programs of yours in Node; `npx scenewire lobby` is one of them.
 * @module scenewire/lobby-server
 */

export type { Authorize, Credentials, User } from './lobby/server/authorization.js';
export type { TrustProxy } from './lobby/server/http/client-address.js';
export {
  type IceOptions,
  type IceProvider,
  iceProvider,
  type TurnOptions,
  turnCredentials,
} from './lobby/server/ice.js';
export { type JwtOptions, jwtAuthorize } from './lobby/server/jwt.js';
export { DEFAULT_LOBBY_LIMITS, type LobbyLimits } from './lobby/server/lobby-limits.js';
export type { LobbyLogSink, LogEntry } from './lobby/server/lobby-log.js';
export { DEFAULT_LOBBY_PORT, LobbyServer, type LobbyServerOptions } from './lobby/server/lobby-server.js';
export { RedisStore, type RedisStoreOptions } from './lobby/server/redis/redis-store.js';
export type { Room, RoomSettings, Seat, SeatEnd } from './lobby/server/room/room.js';
export type { RoomChange, SeatChange } from './lobby/server/room/room-change.js';
export { FileStore } from './lobby/server/store/file-store.js';
export {
  type Budget,
  type Commit,
  type ListedRoom,
  type LobbyStore,
  listedRoom,
  type Relayed,
  type SocketLimits,
  type SocketVerdict,
  type StoreEvents,
  StoreUnavailable,
} from './lobby/server/store/lobby-store.js';
export { MemoryStore } from './lobby/server/store/memory-store.js';
