import { MessageType } from '../protocol/message-type.js';
import type {
  MemberChangedMessage,
  PeerConnectMessage,
  ServerMessage,
  WelcomeMessage,
} from '../protocol/server-messages.js';
import type { LobbySignals } from './lobby-signals.js';
import { applyRoomMessage } from './room-messages.js';
import { isSame, type Seat } from './seat.js';

type Presence = PeerConnectMessage | MemberChangedMessage;

/** The same seat on a new connection: tells what is different from what was known. Gives the steps, one change each. */
export function* restoreSeat(
  seat: Seat,
  welcome: WelcomeMessage,
  others: readonly ServerMessage[],
  tell: LobbySignals,
  now: number,
): Generator<void> {
  const present = others.filter(isPresence);
  const ids = new Set(present.map(({ id }) => id));
  seat.ticket = { room: welcome.data, id: seat.id, token: welcome.token };
  seat.graceMs = welcome.graceMs;
  const apply = (message: ServerMessage): boolean => applyRoomMessage(seat, message, tell, now);
  for (const id of [...seat.members.keys()]) {
    if (!ids.has(id)) yield void apply({ type: MessageType.PEER_DISCONNECT, id, data: '', reason: 'lost' });
  }
  yield* restoreRoom(seat, welcome, apply);
  for (const message of present) yield* restoreMember(seat, message, tell, apply);
  for (const message of others) if (!isPresence(message)) yield void apply(message);
}

function* restoreRoom(
  seat: Seat,
  { room, ice }: WelcomeMessage,
  apply: (message: ServerMessage) => boolean,
): Generator<void> {
  const before = seat.room;
  const basis = { id: 0, data: '' };
  if (before.host !== room.host) {
    yield void apply({ type: MessageType.HOST, id: room.host, data: '', epoch: room.epoch, reason: 'lost' });
  }
  const type = room.sealed ? MessageType.SEAL : MessageType.UNSEAL;
  if (before.sealed !== room.sealed) yield void apply({ type, ...basis });
  if (!isSame(seat.room, room)) yield void apply({ type: MessageType.METADATA, ...basis, room });
  yield void apply({ type: MessageType.ICE, ...basis, ice });
}

function* restoreMember(
  seat: Seat,
  message: Presence,
  tell: LobbySignals,
  apply: (message: ServerMessage) => boolean,
): Generator<void> {
  const { id, away = false } = message;
  const known = seat.members.get(id);
  const isPeer = message.type === MessageType.PEER_CONNECT || message.peer;
  if (known === undefined || isPeer !== known.isPeer) {
    yield void apply(message);
    return;
  }
  if (away && !known.away) yield void apply({ type: MessageType.AWAY, id, data: '', graceMs: seat.graceMs });
  if (!away && known.away) yield void apply({ type: MessageType.BACK, id, data: '' });
  const member = seat.see(id, message, isPeer);
  if (member !== null) yield tell.member_changed.emit(id, member);
}

const isPresence = (message: ServerMessage): message is Presence =>
  message.type === MessageType.PEER_CONNECT || message.type === MessageType.MEMBER;
