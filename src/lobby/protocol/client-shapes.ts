import type {
  HandOverMessage,
  HelloMessage,
  IceRequest,
  JoinMessage,
  KickMessage,
  LeaveMessage,
  ListMessage,
  MemberMessage,
  Message,
  MetadataMessage,
  PingMessage,
  RelayMessage,
  ResumeMessage,
  RoomOptions,
  SealMessage,
  SignalMessage,
} from './client-messages.js';
import { type AnyShape, choice, flag, int, list, maybe, metadata, needed, type Shape, shape, text } from './fields.js';
import * as limits from './limits.js';
import { MessageType } from './message-type.js';
import { ROOM_NAME } from './room-name.js';

/** What follows the three members that every message has. */
type Rest<T> = Shape<Omit<T, keyof Message>>;

const ref = maybe(int(0, limits.MAX_REF));
const features = maybe(list(text(limits.MAX_FEATURE_LENGTH, 1), limits.MAX_FEATURES));
const auth = maybe(text(limits.MAX_AUTH_LENGTH, 1));
const version = int(1, 255);
const roomMetadata = metadata(limits.MAX_ROOM_METADATA_LENGTH);
const memberMetadata = metadata(limits.MAX_MEMBER_METADATA_LENGTH);
const password = maybe(text(limits.MAX_PASSWORD_LENGTH));
const maxMembers = maybe(int(1, limits.MAX_ROOM_MEMBERS));
const address = maybe(text(limits.MAX_ADDRESS_LENGTH));

const roomOptions: Shape<RoomOptions> = {
  name: maybe({ kind: 'text', minLength: 1, maxLength: limits.MAX_ROOM_NAME_LENGTH, pattern: ROOM_NAME }),
  kind: maybe(choice('code', 'random')),
  public: maybe(flag),
  meta: maybe(roomMetadata),
  password,
  maxMembers,
  migrates: maybe(flag),
  address,
};

const join: Rest<JoinMessage> = {
  ref,
  sw: maybe(version),
  features,
  auth,
  meta: maybe(memberMetadata),
  canHost: maybe(flag),
  password,
  create: maybe(shape(roomOptions)),
};

const relay: Rest<RelayMessage> = { attempt: maybe(int(0, limits.MAX_ATTEMPT)) };
const request: Rest<SealMessage> & Rest<IceRequest> & Rest<LeaveMessage> & Rest<HandOverMessage> = { ref };
const hello: Rest<HelloMessage> = { ref, sw: needed(version), features, auth };

const listRooms: Rest<ListMessage> = {
  ref,
  limit: maybe(int(1, limits.MAX_PAGE_ROOMS)),
  cursor: maybe(text(limits.MAX_CURSOR_LENGTH)),
  where: maybe({ kind: 'filters' }),
  mode: maybe(choice('mesh', 'server')),
  open: maybe(flag),
  password: maybe(flag),
};

const roomMetadataChange: Rest<MetadataMessage> = {
  ref,
  meta: maybe(roomMetadata),
  public: maybe(flag),
  maxMembers,
  address,
};
const member: Rest<MemberMessage> = { ref, meta: needed(memberMetadata) };
const kick: Rest<KickMessage> = { ref, ban: maybe(flag) };
const resume: Rest<ResumeMessage> = { ...hello, token: needed(text(limits.MAX_SEAT_TOKEN_LENGTH, 1)) };
const nothing: Rest<PingMessage> & Rest<SignalMessage> = {};

/** What each message of a client holds besides `type`, `id` and `data`. */
export const clientShapes: ReadonlyMap<number, AnyShape> = new Map<number, AnyShape>([
  [MessageType.JOIN, join],
  [MessageType.OFFER, relay],
  [MessageType.ANSWER, relay],
  [MessageType.CANDIDATE, relay],
  [MessageType.SEAL, request],
  [MessageType.HELLO, hello],
  [MessageType.LIST, listRooms],
  [MessageType.ICE, request],
  [MessageType.METADATA, roomMetadataChange],
  [MessageType.MEMBER, member],
  [MessageType.KICK, kick],
  [MessageType.UNSEAL, request],
  [MessageType.HOST, request],
  [MessageType.RESUME, resume],
  [MessageType.PING, nothing],
  [MessageType.LEAVE, request],
  [MessageType.SIGNAL, nothing],
]);
