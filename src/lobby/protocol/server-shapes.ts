import type { Message } from './client-messages.js';
import { type AnyShape, choice, flag, int, list, maybe, metadata, needed, type Shape, shape, text } from './fields.js';
import * as limits from './limits.js';
import { departures, lobbyReasons } from './lobby-reason.js';
import { MessageType } from './message-type.js';
import type {
  AwayMessage,
  DoneMessage,
  ErrorMessage,
  HostMessage,
  IceMessage,
  IceServer,
  IceState,
  KickedMessage,
  MemberChangedMessage,
  PeerConnectMessage,
  PeerDisconnectMessage,
  RoomChangedMessage,
  RoomOverMessage,
  RoomState,
  RoomSummary,
  RoomsMessage,
  ServerHelloMessage,
  ServerLimits,
  WelcomeMessage,
} from './server-messages.js';

type Rest<T> = Shape<Omit<T, keyof Message>>;

const ref = maybe(int(0, limits.MAX_REF));
const version = int(0, 255);
const count = int(0, limits.MAX_REF);
const duration = int(0, limits.MAX_DURATION_MS);
const roomName = text(limits.MAX_ROOM_NAME_LENGTH, 1);
const roomMetadata = metadata(limits.MAX_ROOM_METADATA_LENGTH);
const memberMetadata = metadata(limits.MAX_MEMBER_METADATA_LENGTH);
const mode = choice('mesh', 'server');
const features = needed(list(text(limits.MAX_FEATURE_LENGTH, 1), limits.MAX_FEATURES));
const reason = choice(...Object.keys(lobbyReasons));

const iceServer: Shape<IceServer> = {
  urls: needed(list(text(limits.MAX_ICE_TEXT_LENGTH, 1), limits.MAX_ICE_URLS)),
  username: maybe(text(limits.MAX_ICE_TEXT_LENGTH)),
  credential: maybe(text(limits.MAX_ICE_TEXT_LENGTH)),
};

const iceState: Shape<IceState> = {
  servers: needed(list(shape(iceServer), limits.MAX_ICE_SERVERS)),
  ttlMs: needed(duration),
};

const roomState: Shape<RoomState> = {
  name: needed(roomName),
  mode: needed(mode),
  public: needed(flag),
  password: needed(flag),
  sealed: needed(flag),
  maxMembers: needed(count),
  migrates: needed(flag),
  meta: needed(roomMetadata),
  host: needed(int(1, limits.MAX_PEER_ID)),
  epoch: needed(count),
  address: maybe(text(limits.MAX_ADDRESS_LENGTH)),
};

const roomSummary: Shape<RoomSummary> = {
  name: needed(roomName),
  mode: needed(mode),
  members: needed(count),
  maxMembers: needed(count),
  sealed: needed(flag),
  password: needed(flag),
  meta: needed(roomMetadata),
  ageMs: needed(int(0, Number.MAX_SAFE_INTEGER)),
};

const serverLimits: Shape<ServerLimits> = {
  frameBytes: needed(count),
  roomMetadata: needed(count),
  memberMetadata: needed(count),
  roomMembers: needed(count),
  messagesPerSecond: needed(count),
  pageRooms: needed(count),
};

const peerConnect: Rest<PeerConnectMessage> = {
  meta: maybe(memberMetadata),
  sw: maybe(version),
  away: maybe(flag),
};
const peerDisconnect: Rest<PeerDisconnectMessage> = { reason: maybe(choice(...departures)) };
const relay = { attempt: maybe(int(0, limits.MAX_ATTEMPT)) };

const hello: Rest<ServerHelloMessage> = {
  ref,
  sw: needed(version),
  features,
  limits: needed(shape(serverLimits)),
};
const rooms: Rest<RoomsMessage> = {
  ref,
  rooms: needed(list(shape(roomSummary), limits.MAX_PAGE_ROOMS)),
  next: maybe(text(limits.MAX_CURSOR_LENGTH)),
};
const welcome: Rest<WelcomeMessage> = {
  ref,
  sw: needed(version),
  features,
  token: needed(text(limits.MAX_SEAT_TOKEN_LENGTH, 1)),
  graceMs: needed(duration),
  resumed: needed(flag),
  room: needed(shape(roomState)),
  ice: needed(shape(iceState)),
};
const ice: Rest<IceMessage> = { ref, ice: needed(shape(iceState)) };
const roomChanged: Rest<RoomChangedMessage> = { room: needed(shape(roomState)) };
const memberChanged: Rest<MemberChangedMessage> = {
  peer: needed(flag),
  meta: needed(memberMetadata),
  sw: needed(version),
  away: needed(flag),
};
const kicked: Rest<KickedMessage> = { ban: needed(flag) };
const roomOver: Rest<RoomOverMessage> = { reason: needed(reason) };
const host: Rest<HostMessage> = { epoch: needed(count), reason: needed(choice(...departures, 'handed_over')) };
const away: Rest<AwayMessage> = { graceMs: needed(duration) };
const error: Rest<ErrorMessage> = {
  ref,
  reason: needed(reason),
  fatal: needed(flag),
  retryMs: maybe(duration),
};
const done: Rest<DoneMessage> = { ref };
const nothing = {};

/** What each message of a server holds besides `type`, `id` and `data`. */
export const serverShapes: ReadonlyMap<number, AnyShape> = new Map<number, AnyShape>([
  [MessageType.JOIN, nothing],
  [MessageType.ID, nothing],
  [MessageType.PEER_CONNECT, peerConnect],
  [MessageType.PEER_DISCONNECT, peerDisconnect],
  [MessageType.OFFER, relay],
  [MessageType.ANSWER, relay],
  [MessageType.CANDIDATE, relay],
  [MessageType.SEAL, nothing],
  [MessageType.HELLO, hello],
  [MessageType.LIST, rooms],
  [MessageType.WELCOME, welcome],
  [MessageType.ICE, ice],
  [MessageType.METADATA, roomChanged],
  [MessageType.MEMBER, memberChanged],
  [MessageType.KICK, kicked],
  [MessageType.UNSEAL, nothing],
  [MessageType.HOST, host],
  [MessageType.AWAY, away],
  [MessageType.BACK, nothing],
  [MessageType.PING, nothing],
  [MessageType.LEAVE, roomOver],
  [MessageType.SIGNAL, nothing],
  [MessageType.ERROR, error],
  [MessageType.DONE, done],
]);
