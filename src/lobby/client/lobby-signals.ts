import { GodotObject } from '../../core/godot-object.js';
import type { Departure, LobbyReason } from '../protocol/lobby-reason.js';
import type { IceState, RoomState } from '../protocol/server-messages.js';
import type { LobbyMember } from './seat.js';

/** Why this side is no longer in the room. */
export type LeftReason =
  | LobbyReason
  /** The connection was lost, and the seat with it: at once with Godot's servers, else after the time of grace. */
  | 'connection_lost';

export type LobbyClientSignals = {
  // Those of Godot's demo client, by its names.

  /** This side has a seat. */
  connected: [id: number, useMesh: boolean];
  /** A socket was closed or lost. `code` is -1 when nobody said goodbye. */
  disconnected: [code: number, reason: string];
  /** The room is entered, and everybody in it is known. */
  lobby_joined: [room: string];
  /** Somebody to connect to. */
  peer_connected: [id: number, member: LobbyMember];
  /** Somebody is no longer in the room. */
  peer_disconnected: [id: number, reason: Departure];
  /** `attempt` is 0 of somebody who does not know attempts. */
  offer_received: [id: number, sdp: string, attempt: number];
  answer_received: [id: number, sdp: string, attempt: number];
  candidate_received: [id: number, media: string, index: number, name: string, attempt: number];
  lobby_sealed: [];

  // With servers that know the extensions.

  lobby_unsealed: [];
  /** The room's metadata or settings are others now. */
  room_changed: [room: RoomState];
  /** Somebody who is in the room, or came into it, without being somebody to connect to; or whose metadata are others. */
  member_changed: [id: number, member: LobbyMember];
  /** The connection of a member to the lobby was lost. It keeps its seat for so long. */
  peer_away: [id: number, graceMs: number];
  peer_back: [id: number];
  host_changed: [id: number, reason: Departure | 'handed_over'];
  ice_changed: [ice: IceState];
  signal_received: [id: number, data: string];
  /** The connection was lost; it is being restored, and the seat is kept meanwhile. */
  lobby_lost: [];
  /** The same seat again. What the others sent in between is lost. */
  lobby_restored: [];

  /** This side is no longer in the room, and did not leave by itself. `text` is for people. */
  lobby_left: [reason: LeftReason, text: string];
  /** The lobby complains about something that nobody waits for. */
  error_received: [reason: LobbyReason, text: string];
};

/** What a lobby client tells, inside `poll`. */
export abstract class LobbySignals extends GodotObject<LobbyClientSignals> {
  readonly connected = this.signal('connected');
  readonly disconnected = this.signal('disconnected');
  readonly lobby_joined = this.signal('lobby_joined');
  readonly peer_connected = this.signal('peer_connected');
  readonly peer_disconnected = this.signal('peer_disconnected');
  readonly offer_received = this.signal('offer_received');
  readonly answer_received = this.signal('answer_received');
  readonly candidate_received = this.signal('candidate_received');
  readonly lobby_sealed = this.signal('lobby_sealed');
  readonly lobby_unsealed = this.signal('lobby_unsealed');
  readonly room_changed = this.signal('room_changed');
  readonly member_changed = this.signal('member_changed');
  readonly peer_away = this.signal('peer_away');
  readonly peer_back = this.signal('peer_back');
  readonly host_changed = this.signal('host_changed');
  readonly ice_changed = this.signal('ice_changed');
  readonly signal_received = this.signal('signal_received');
  readonly lobby_lost = this.signal('lobby_lost');
  readonly lobby_restored = this.signal('lobby_restored');
  readonly lobby_left = this.signal('lobby_left');
  readonly error_received = this.signal('error_received');
}
