import type { Clock } from '../../core/clock.js';
import type { Signal } from '../../core/signal.js';
import type { LobbyClient } from '../client/lobby-client.js';
import type { LobbySessionSignals } from './lobby-session-options.js';
import type { Pairings } from './pairings.js';
import type { RoomEntry } from './room-entry.js';
import { readSocketKey } from './socket-keys.js';

type PassedOn = 'host_changed' | 'lobby_lost' | 'lobby_restored' | 'left';

/** Where a session tells what its lobby has told. */
type Listeners = { readonly [Name in PassedOn]: Signal<LobbySessionSignals[Name]> };

/** What a lobby says about a room is done with the connections to those who are in it, and passed on. */
export function followLobby(
  lobby: LobbyClient,
  pairings: Pairings,
  entry: RoomEntry,
  session: Listeners,
  clock: Clock,
): void {
  lobby.connected.connect(() => {
    if (entry.isReopening) {
      pairings.reopened();
      return;
    }
    pairings.introduction = entry.entered(lobby.room?.host ?? 0);
    pairings.begin();
  });
  lobby.lobby_joined.connect(() => {
    entry.isReturning = false;
  });
  followMembers(lobby, pairings, entry, clock);
  followMessages(lobby, pairings, clock);
  lobby.host_changed.connect((id) => session.host_changed.emit(id));
  lobby.lobby_lost.connect(() => session.lobby_lost.emit());
  lobby.lobby_restored.connect(() => {
    pairings.lobbyRestored();
    session.lobby_restored.emit();
  });
  lobby.lobby_left.connect((reason, text) => {
    if (reason === 'kicked') pairings.end();
    else pairings.lobbyLeft(reason === 'host_left', clock.now());
    session.left.emit(reason, text);
  });
}

function followMembers(lobby: LobbyClient, pairings: Pairings, entry: RoomEntry, clock: Clock): void {
  lobby.peer_connected.connect((_id, member) => pairings.add(member, clock.now(), entry.isReturning));
  lobby.peer_disconnected.connect((id, reason) => {
    pairings.memberLeft(id, reason, lobby.room?.sealed ?? false, clock.now());
  });
  lobby.peer_away.connect((id) => {
    const pairing = pairings.get(id);
    if (pairing !== undefined) pairing.isAway = true;
  });
  lobby.peer_back.connect((id) => pairings.get(id)?.reachable());
}

function followMessages(lobby: LobbyClient, pairings: Pairings, clock: Clock): void {
  lobby.offer_received.connect((id, sdp, attempt) => pairings.get(id)?.offered(sdp, attempt, clock.now()));
  lobby.answer_received.connect((id, sdp, attempt) => pairings.get(id)?.answered(sdp, attempt));
  lobby.candidate_received.connect((id, media, index, name, attempt) => {
    pairings.get(id)?.candidate([media, index, name], attempt);
  });
  lobby.signal_received.connect((id, data) => {
    const key = readSocketKey(data);
    if (key !== null && lobby.isHost) pairings.keys.learn(id, key);
  });
}
