import { type Clock, realClock } from '../../core/clock.js';
import { GodotObject } from '../../core/godot-object.js';
import type { GameIdentity } from '../../multiplayer/game-identity.js';
import type { MultiplayerPeer } from '../../multiplayer/multiplayer-peer.js';
import { ConnectionStatus } from '../../multiplayer/multiplayer-types.js';
import { LobbyClient } from '../client/lobby-client.js';
import { LobbyError } from '../client/lobby-error.js';
import type { LobbyMember, SeatTicket } from '../client/seat.js';
import type { CreateRoomOptions, JoinRoomOptions } from '../client/seat-request.js';
import { SelfPoll } from '../client/self-poll.js';
import type { OpenLobbySocket } from '../socket/lobby-socket.js';
import type { PeerFailure } from './attempt-facts.js';
import { followLobby } from './follow-lobby.js';
import { readSetup } from './game-setup.js';
import { HostedRoom } from './hosted-room.js';
import { readInvitation, writeInvitation } from './introduction.js';
import type {
  LobbySessionOptions,
  LobbySessionSignals,
  PlayerOptions,
  ResumeOptions,
} from './lobby-session-options.js';
import type { Pairing } from './pairing.js';
import { Pairings, type PairingsOwner } from './pairings.js';
import { RoomEntry } from './room-entry.js';

/**
 * A game with others, from a code to a peer: joins a room of a lobby and makes the connections to those in it. `peer` goes
 * into `multiplayer.multiplayerPeer`, and polling that is all. The lobby may come and go: the game does not end by it.
 * @example
 * ```ts
 * import { SceneMultiplayer } from 'scenewire';
 * import { LobbySession } from 'scenewire/lobby';
 *
 * const multiplayer = new SceneMultiplayer(); // or that of your scene
 * const session = new LobbySession('ws://localhost:9080');
 *
 * async function host(): Promise<string> {
 *   const code = await session.host({ member: { name: 'Ann' } });
 *   multiplayer.multiplayerPeer = session.peer; // a new one in each room
 *   return code; // the others: session.join(code)
 * }
 * ```
 */
export class LobbySession extends GodotObject<LobbySessionSignals> implements PairingsOwner {
  readonly peer_failed = this.signal('peer_failed');
  readonly peer_retried = this.signal('peer_retried');
  readonly host_changed = this.signal('host_changed');
  readonly lobby_lost = this.signal('lobby_lost');
  readonly lobby_restored = this.signal('lobby_restored');
  readonly left = this.signal('left');

  /** For everything about the room: metadata, members, lists, messages. It is polled by the session. */
  readonly lobby: LobbyClient;
  readonly #pairings: Pairings;
  readonly #clock: Clock;
  readonly #selfPoll: SelfPoll | null;
  readonly #keepSeat: boolean;
  readonly #closeAfterSeal: boolean;
  readonly #identity: GameIdentity | undefined;
  readonly #entry = new RoomEntry();
  readonly #hosted = new HostedRoom();
  #isClosing = false;
  #isPolling = false;

  /** The URL of a lobby, or what opens a socket to one. Nothing happens before `host`, `join` or `resume`. */
  constructor(where: string | OpenLobbySocket, options: LobbySessionOptions = {}) {
    super();
    const { clock = realClock, autoPoll = true, keepSeat = false, closeAfterSeal = false } = options;
    this.#clock = clock;
    this.#keepSeat = keepSeat;
    this.#closeAfterSeal = closeAfterSeal;
    this.#identity = options.identity;
    this.#selfPoll = autoPoll ? new SelfPoll(clock, () => this.#pollAlone()) : null;
    this.lobby = new LobbyClient(where, { ...options, autoPoll: false });
    this.#pairings = new Pairings(this.lobby, readSetup(where, options), this);
    followLobby(this.lobby, this.#pairings, this.#entry, this, clock);
  }

  /** For `multiplayer.multiplayerPeer`, once `host`, `join` or `resume` has resolved. Each game has a new one. */
  get peer(): MultiplayerPeer {
    return this.#pairings.peer;
  }

  /** What others join by; empty outside of a room. */
  get code(): string {
    return this.lobby.room?.name ?? '';
  }

  /** The code with the hash of the host's key, for a link or a message: who joins by it gets to this host or to nobody. */
  get invitation(): string {
    const key = this.#pairings.introduction?.keyOf(this.lobby.room?.host ?? 0, this.lobby.id);
    return this.code === '' || key === undefined ? this.code : writeInvitation(this.code, key);
  }

  /** The others in the room, by the lobby's word. */
  get members(): ReadonlyMap<number, LobbyMember> {
    return this.lobby.members;
  }

  get isHost(): boolean {
    return this.lobby.isHost;
  }

  /** Makes a room, and gives its code. */
  async host({ identity, ...options }: CreateRoomOptions & PlayerOptions = {}): Promise<string> {
    this.#begin(false, identity);
    this.#hosted.asked(options);
    return (await this.lobby.create(options)).name;
  }

  /**
   * After `left`, for the server of a game that goes on: makes its room again, under the same code if that can be had.
   * Who plays stays in the game, and newcomers find it. What is not said is as it was.
   */
  async reopen(options: CreateRoomOptions = {}): Promise<string> {
    if (!this.#pairings.isServing || this.lobby.room !== null) throw new LobbyError('not_host');
    this.#entry.isReopening = true;
    try {
      return await this.#hosted.makeAgain(this.lobby, options);
    } finally {
      this.#entry.isReopening = false;
    }
  }

  /** Enters the room of that code or invitation. Connections follow: `peer.peer_connected` tells. */
  async join(code: string, { identity, ...options }: JoinRoomOptions & PlayerOptions = {}): Promise<void> {
    const invitation = readInvitation(code);
    this.#begin(false, identity, invitation.key);
    await this.lobby.join(invitation.code, options);
  }

  /** Takes the seat of before: after a reload, within the time of grace. See `lobby.ticket`. */
  async resume(ticket: SeatTicket, { identity, invitation = '' }: ResumeOptions = {}): Promise<void> {
    this.#begin(true, identity, readInvitation(invitation).key);
    await this.lobby.resume(ticket);
  }

  /** The host's: nobody else may come in. */
  seal(): Promise<void> {
    return this.lobby.seal();
  }

  unseal(): Promise<void> {
    return this.lobby.unseal();
  }

  /** The host's: out of the room and out of the game. */
  kick(id: number, why = '', ban = false): Promise<void> {
    return this.lobby.kick(id, why, ban);
  }

  /** Out of the room and the game; the connection to the lobby stays, for lists and other rooms. */
  leave(): Promise<void> {
    this.#pairings.end();
    return this.lobby.leave();
  }

  /** Out of everything, at once and in any state. The session may be used again. */
  close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.lobby.close();
    this.#pairings.end();
    this.#isClosing = false;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** After `host_changed` in a client/server room: a new game, with a new `peer`, in which the new host is 1. */
  followHost(): void {
    this.#pairings.begin();
    for (const member of this.members.values()) if (member.isPeer) this.#pairings.add(member, this.#clock.now(), true);
  }

  /** Another round of attempts to connect to a member, after `peer_failed`. */
  retry(id: number): void {
    this.#pairings.get(id)?.restart();
  }

  /** The pairing with a member, to look at: its attempts, its connection. */
  getPairing(id: number): Pairing | null {
    return this.#pairings.get(id) ?? null;
  }

  /**
   * For a host whose room has an `address`: `chooseId` of the WebSocket server there. Members of the room get the ids that
   * they have in it, and nobody else comes under one of those.
   */
  readonly chooseSocketId = (url: string): number => this.#pairings.chooseSocketId(url);

  /** The same as polling the peer, for games without a multiplayer. */
  poll(): void {
    this.#pairings.peer.poll();
  }

  /** @internal */
  beforePoll(): void {
    this.#selfPoll?.polled();
    this.#pollLobby();
  }

  /** @internal */
  peerClosed(peer: MultiplayerPeer): void {
    if (peer !== this.#pairings.peer) return;
    if (this.#keepSeat) this.#pairings.end();
    else this.close();
  }

  /** @internal */
  peerFailed(id: number, failure: PeerFailure): void {
    this.peer_failed.emit(id, failure);
  }

  /** @internal */
  peerRetried(id: number, failure: PeerFailure): void {
    this.peer_retried.emit(id, failure);
  }

  #begin(isReturning: boolean, identity = this.#identity, hostKey?: string): void {
    this.#entry.prepare(isReturning, identity, hostKey);
    this.#selfPoll?.start();
  }

  #pollLobby(): void {
    if (this.#isPolling) return;
    this.#isPolling = true;
    try {
      this.lobby.poll();
      this.#hosted.saw(this.lobby.room);
      this.#pairings.poll(this.#clock.now());
      this.#finishSeal();
    } finally {
      this.#isPolling = false;
    }
    if (this.#isIdle) this.#selfPoll?.stop();
  }

  /** Nobody polls the game. It hears of nothing before it does, but the connections get ready. */
  #pollAlone(): void {
    this.#pairings.pollConnections();
    this.beforePoll();
  }

  /** Everybody is connected, and nobody can come: the connection to the lobby has nothing to do. */
  #finishSeal(): void {
    const { room, isExtended } = this.lobby;
    const ends = this.#closeAfterSeal || !isExtended;
    if (ends && room?.sealed === true && this.#pairings.areComplete) this.lobby.finish();
  }

  get #isIdle(): boolean {
    const isOver = this.peer.getConnectionStatus() === ConnectionStatus.CONNECTION_DISCONNECTED;
    return isOver && this.lobby.isQuiet && this.#pairings.size === 0;
  }
}
