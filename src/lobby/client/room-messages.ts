import { readCandidate } from '../protocol/candidate.js';
import { MessageType } from '../protocol/message-type.js';
import type {
  HostMessage,
  MemberChangedMessage,
  PeerConnectMessage,
  PeerDisconnectMessage,
  RoomState,
  ServerMessage,
} from '../protocol/server-messages.js';
import type { LobbySignals } from './lobby-signals.js';
import { isSame, type Seat } from './seat.js';

/** Applies a message about the room to what is known of it, then tells. False when it made no sense. */
export function applyRoomMessage(seat: Seat, message: ServerMessage, tell: LobbySignals, now: number): boolean {
  switch (message.type) {
    case MessageType.PEER_CONNECT:
      return appear(seat, message, tell);
    case MessageType.PEER_DISCONNECT:
      return vanish(seat, message, tell);
    case MessageType.MEMBER:
      return seeMember(seat, message, tell);
    case MessageType.AWAY:
      if (!seat.setAway(message.id, true)) return false;
      tell.peer_away.emit(message.id, message.graceMs);
      return true;
    case MessageType.BACK:
      if (!seat.setAway(message.id, false)) return false;
      tell.peer_back.emit(message.id);
      return true;
    case MessageType.HOST:
      return changeHost(seat, message, tell);
    case MessageType.METADATA:
      return changeRoom(seat, message.room, tell);
    case MessageType.SEAL:
      return setSealed(seat, true, tell, now);
    case MessageType.UNSEAL:
      return setSealed(seat, false, tell, now);
    case MessageType.ICE:
      seat.ice = message.ice;
      seat.iceSince = now;
      tell.ice_changed.emit(message.ice);
      return true;
    default:
      return relay(seat, message, tell);
  }
}

function relay(seat: Seat, message: ServerMessage, tell: LobbySignals): boolean {
  if (!seat.members.has(message.id)) return false;
  const { id, data } = message;
  switch (message.type) {
    case MessageType.OFFER:
      tell.offer_received.emit(id, data, message.attempt ?? 0);
      return true;
    case MessageType.ANSWER:
      tell.answer_received.emit(id, data, message.attempt ?? 0);
      return true;
    case MessageType.CANDIDATE: {
      const candidate = readCandidate(data);
      if (candidate === null) return false;
      const { media, index, name } = candidate;
      tell.candidate_received.emit(id, media, index, name, message.attempt ?? 0);
      return true;
    }
    case MessageType.SIGNAL:
      tell.signal_received.emit(id, data);
      return true;
    default:
      return false;
  }
}

function appear(seat: Seat, message: PeerConnectMessage, tell: LobbySignals): boolean {
  const { id } = message;
  if (id < 1 || !seat.isConcerned(id)) return false;
  const wasPeer = seat.members.get(id)?.isPeer === true;
  const member = seat.see(id, message, true);
  if (wasPeer || member === null) return false;
  tell.peer_connected.emit(id, member);
  return true;
}

function vanish(seat: Seat, { id, reason = 'left' }: PeerDisconnectMessage, tell: LobbySignals): boolean {
  if (!seat.members.delete(id)) return false;
  tell.peer_disconnected.emit(id, reason);
  return true;
}

function seeMember(seat: Seat, message: MemberChangedMessage, tell: LobbySignals): boolean {
  const { id, meta, sw, peer } = message;
  const member = id === seat.id ? { id, meta, sw, away: false, isPeer: false } : seat.see(id, message, peer);
  if (member !== null) tell.member_changed.emit(id, member);
  return member !== null;
}

function changeHost(seat: Seat, { id, epoch, reason }: HostMessage, tell: LobbySignals): boolean {
  seat.room = { ...seat.room, host: id, epoch };
  tell.host_changed.emit(id, reason);
  return true;
}

function changeRoom(seat: Seat, room: RoomState, tell: LobbySignals): boolean {
  const isNew = !isSame(seat.room, room);
  seat.room = room;
  // After SEAL or HOST, for example, it says what is known already.
  if (isNew) tell.room_changed.emit(room);
  return true;
}

function setSealed(seat: Seat, sealed: boolean, tell: LobbySignals, now: number): boolean {
  if (sealed === (seat.sealedAt !== null)) return false;
  seat.sealedAt = sealed ? now : null;
  seat.room = { ...seat.room, sealed };
  if (sealed) tell.lobby_sealed.emit();
  else tell.lobby_unsealed.emit();
  return true;
}
