import { type Clock, realClock } from '../../core/clock.js';
import { writeCandidate } from '../protocol/candidate.js';
import type { ClientMessage } from '../protocol/client-messages.js';
import { MessageType } from '../protocol/message-type.js';
import type { Filters, Metadata } from '../protocol/metadata.js';
import type { IceState, RoomState, RoomSummary, ServerLimits, ServerMessage } from '../protocol/server-messages.js';
import { type Draft, defined } from '../protocol/write.js';
import type { OpenLobbySocket } from '../socket/lobby-socket.js';
import { webSocketTo } from '../socket/websocket-lobby-socket.js';
import type { LobbyAuth } from './lobby-auth.js';
import { LobbyError } from './lobby-error.js';
import { LobbySignals } from './lobby-signals.js';
import { DEFAULT_LOBBY_TIMING, type LobbyTiming } from './lobby-timing.js';
import type { LobbyMember, SeatTicket } from './seat.js';
import {
  type CreateRoomOptions,
  createRequest,
  type JoinRoomOptions,
  joinRequest,
  resumeRequest,
  type SeatRequest,
} from './seat-request.js';
import { Seating } from './seating.js';
import { SelfPoll } from './self-poll.js';

export interface LobbyClientOptions {
  clock?: Clock | undefined;
  /** For servers that check who comes: a token of the game's own, or a function that gives one. */
  auth?: LobbyAuth | undefined;
  /** Ends the connection when the room is sealed, also at a server that would keep it. Default: false. */
  closeAfterSeal?: boolean | undefined;
  /** Polls itself while nobody else does. Default: true. */
  autoPoll?: boolean | undefined;
  timing?: Partial<LobbyTiming> | undefined;
  /** For the time between tries to connect. Default: `Math.random`. */
  random?: (() => number) | undefined;
}

/** Which rooms, and where to go on. */
export interface RoomQuery {
  where?: Filters | undefined;
  mode?: 'mesh' | 'server' | undefined;
  /** Only rooms that can be joined. Default: true. */
  open?: boolean | undefined;
  password?: boolean | undefined;
  limit?: number | undefined;
  /** `next` of the page before. */
  cursor?: string | undefined;
}

export interface RoomPage {
  readonly rooms: readonly RoomSummary[];
  /** Public rooms in all. */
  readonly total: number;
  /** Null on the last page. */
  readonly next: string | null;
}

/**
 * This side of a lobby: rooms, who is in them, and the messages by which they find each other. It works with our server and
 * with Godot's demo servers, which have no more than rooms. Signals come and promises settle inside `poll()`.
 * @example
 * ```ts
 * import { LobbyClient } from 'scenewire/lobby';
 *
 * export async function showRooms(address: string): Promise<void> {
 *   const lobby = new LobbyClient(address);
 *   const { rooms } = await lobby.list({ where: { game: 'kart' }, open: true });
 *   for (const { name, members, maxMembers } of rooms) console.log(`${name}: ${members} of ${maxMembers}`);
 *   lobby.close();
 * }
 * ```
 */
export class LobbyClient extends LobbySignals {
  readonly #seating: Seating;
  readonly #selfPoll: SelfPoll | null;
  #isPolling = false;

  /** A URL, or what opens a socket. Nothing is opened before there is something to say. */
  constructor(where: string | OpenLobbySocket, options: LobbyClientOptions = {}) {
    super();
    const { clock = realClock, auth, closeAfterSeal = false, autoPoll = true, random = Math.random } = options;
    const open = typeof where === 'string' ? webSocketTo(where, clock) : where;
    const timing = { ...DEFAULT_LOBBY_TIMING, ...options.timing };
    this.#seating = new Seating({ open, clock, auth, timing, random, closeAfterSeal }, this);
    this.#selfPoll = autoPoll ? new SelfPoll(clock, () => this.poll()) : null;
  }

  /** The own id; 0 outside of a room. */
  get id(): number {
    return this.#seating.seat?.id ?? 0;
  }

  get room(): RoomState | null {
    return this.#seating.seat?.room ?? null;
  }

  /** The others in the room. */
  get members(): ReadonlyMap<number, LobbyMember> {
    return this.#seating.seat?.members ?? NOBODY;
  }

  get isHost(): boolean {
    return this.#seating.seat?.isHost ?? false;
  }

  /** Whether the server of the room knows more than Godot's. */
  get isExtended(): boolean {
    return this.#seating.seat?.isExtended ?? false;
  }

  /** Whether a socket is open. */
  get isOpen(): boolean {
    return this.#seating.talk.isOpen;
  }

  /** Whether the connection was lost and is being restored. */
  get isLost(): boolean {
    return this.#seating.isLost;
  }

  /** Nothing is going on: no room, no connection, and none on its way. */
  get isQuiet(): boolean {
    return this.#seating.isQuiet;
  }

  /** For `resume`, also after the page was loaded again. Null outside of a room, and with Godot's servers. */
  get ticket(): SeatTicket | null {
    return this.#seating.seat?.ticket ?? null;
  }

  get ice(): IceState {
    return this.#seating.seat?.ice ?? NO_ICE;
  }

  /** Known after `hello` or `list`. */
  get serverLimits(): ServerLimits | null {
    return this.#seating.talk.limits;
  }

  /** Frames of the server that made no sense, or were about somebody who is not there. */
  get dropped(): number {
    return this.#seating.talk.dropped;
  }

  poll(): void {
    if (this.#isPolling) return;
    this.#isPolling = true;
    try {
      this.#selfPoll?.polled();
      this.#seating.poll();
    } finally {
      this.#isPolling = false;
    }
    if (this.#seating.isQuiet) this.#selfPoll?.stop();
  }

  /** A room of one's own. */
  create(options: CreateRoomOptions = {}): Promise<RoomState> {
    return this.#enter(createRequest(options));
  }

  /** The room of that name or code, as somebody typed it. */
  join(name: string, options: JoinRoomOptions = {}): Promise<RoomState> {
    return this.#enter(joinRequest(name, options));
  }

  /** The seat of before, on a new connection: within the time of grace, and instead of the old one. */
  resume(ticket: SeatTicket): Promise<RoomState> {
    return this.#enter(resumeRequest(ticket));
  }

  /** Out of the room. The connection stays for `list` and `join`, where the server allows it. */
  leave(): Promise<void> {
    this.#selfPoll?.start();
    return this.#seating.leave();
  }

  /** Out of everything, at once and in any state. What waits for an answer rejects with `closed`. */
  close(): void {
    this.#seating.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async list(query: RoomQuery = {}): Promise<RoomPage> {
    const message = await this.#request({ type: MessageType.LIST, ...defined(query) });
    if (message.type !== MessageType.LIST) throw new LobbyError('internal');
    return { rooms: message.rooms, total: message.id, next: message.next ?? null };
  }

  /** The host's: nobody else may come in. */
  async seal(): Promise<void> {
    this.#selfPoll?.start();
    await this.#seating.seal();
  }

  async unseal(): Promise<void> {
    await this.#request({ type: MessageType.UNSEAL });
  }

  /** The host's. With `ban`, for good. */
  async kick(id: number, why = '', ban = false): Promise<void> {
    await this.#request({ type: MessageType.KICK, id, data: why, ban });
  }

  /** The host's: what the room says about itself. Metadata replace those of before as a whole. */
  async setRoom(change: { meta?: Metadata; public?: boolean; maxMembers?: number; address?: string }): Promise<void> {
    await this.#request({ type: MessageType.METADATA, ...change });
  }

  /** What the others see of this side. */
  async setMember(meta: Metadata): Promise<void> {
    await this.#request({ type: MessageType.MEMBER, meta });
  }

  /** The host's: somebody else is the host from now on. */
  async handOver(id: number): Promise<void> {
    await this.#request({ type: MessageType.HOST, id });
  }

  /** New ICE servers now. Otherwise they come by themselves before the old ones expire. */
  async requestIce(): Promise<IceState> {
    await this.#request({ type: MessageType.ICE });
    return this.ice;
  }

  /** After a seal: closes the connection, since the game runs without the lobby. */
  finish(): void {
    this.#seating.finish();
  }

  // To one other member; false when it is lost.

  sendOffer(id: number, sdp: string, attempt = 0): boolean {
    return this.#relay({ type: MessageType.OFFER, id, data: sdp, ...ofAttempt(attempt) });
  }

  sendAnswer(id: number, sdp: string, attempt = 0): boolean {
    return this.#relay({ type: MessageType.ANSWER, id, data: sdp, ...ofAttempt(attempt) });
  }

  /** False as well for a candidate that Godot's clients could not read: an empty one, or one with a newline. */
  sendCandidate(id: number, media: string, index: number, name: string, attempt = 0): boolean {
    const data = writeCandidate({ media, index, name });
    return data !== null && this.#relay({ type: MessageType.CANDIDATE, id, data, ...ofAttempt(attempt) });
  }

  /** Anything, to a member that knows the extensions. */
  sendSignal(id: number, data: string): boolean {
    return this.#relay({ type: MessageType.SIGNAL, id, data });
  }

  #enter(request: SeatRequest): Promise<RoomState> {
    this.#selfPoll?.start();
    return this.#seating.enter(request);
  }

  #request(message: Draft<ClientMessage>): Promise<ServerMessage> {
    if (this.#seating.seat?.isExtended === false) return Promise.reject(new LobbyError('unsupported'));
    this.#selfPoll?.start();
    return this.#seating.talk.request(message);
  }

  #relay(message: Draft<ClientMessage>): boolean {
    const { seat, isLost, talk } = this.#seating;
    return seat !== null && !isLost && seat.members.has(message.id ?? 0) && talk.say(message);
  }
}

const NOBODY: ReadonlyMap<number, LobbyMember> = new Map();
const NO_ICE: IceState = { servers: [], ttlMs: 0 };

const ofAttempt = (attempt: number): { attempt?: number } => (attempt > 0 ? { attempt } : {});
