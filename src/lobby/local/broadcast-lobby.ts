import { type Clock, realClock } from '../../core/clock.js';
import { pushError } from '../../core/fail.js';
import type { ClientMessage, JoinMessage, ListMessage } from '../protocol/client-messages.js';
import { LOBBY_VERSION, MessageType } from '../protocol/message-type.js';
import { matches } from '../protocol/metadata.js';
import { parseClientMessage } from '../protocol/parse.js';
import { CODE_ALPHABET, isRoomName, toRoomCode } from '../protocol/room-name.js';
import type { RoomSummary, ServerLimits, ServerMessage } from '../protocol/server-messages.js';
import { type Draft, writeMessage } from '../protocol/write.js';
import type { LobbySocket, LobbySocketState, OpenLobbySocket } from '../socket/lobby-socket.js';
import { type Address, errorFor, LocalRoom, refOf } from './local-room.js';

/** What travels between pages of one origin. */
type Parcel =
  /** To everybody who keeps a room of that name. */
  | { readonly kind: 'room'; readonly name: string; readonly from: Address; readonly frame: string }
  /** To one. */
  | { readonly kind: 'frame'; readonly to: Address; readonly from: Address; readonly frame: string }
  /** A member's socket is closed. */
  | { readonly kind: 'bye'; readonly from: Address }
  /** Is there a room of that name? Only if so, there is an answer. */
  | { readonly kind: 'name?'; readonly name: string; readonly from: Address }
  | { readonly kind: 'name!'; readonly to: Address }
  /** Which public rooms are there? */
  | { readonly kind: 'rooms?'; readonly from: Address }
  | { readonly kind: 'room!'; readonly to: Address; readonly summary: RoomSummary };

/** Other pages answer within this time, hidden ones too, since they need no frame for it. */
const ANSWER_MS = 300;
const CODE_LENGTH = 6;
const ADDRESS_LENGTH = 24;
const MOST_WAITING = 4096;
const LIMITS: ServerLimits = {
  frameBytes: 60_000,
  roomMetadata: 2048,
  memberMetadata: 1024,
  roomMembers: 16,
  messagesPerSecond: 1000,
  pageRooms: 100,
};

/** Something that others are asked, and that is decided without them when they stay silent. */
interface Question {
  readonly deadline: number;
  /** Whether one answer is enough. */
  readonly endsByAnswer: boolean;
  decide(isAnswered: boolean): void;
}

/**
 * A lobby without a server, among the pages of one origin in one browser: for trying a game in two tabs, and for players at
 * one screen. The page that makes a room keeps it.
 */
export const broadcastLobby =
  (channel = 'scenewire-lobby', clock: Clock = realClock): OpenLobbySocket =>
  () =>
    new BroadcastSocket(channel, clock);

class BroadcastSocket implements LobbySocket {
  state: LobbySocketState = 'connecting';
  readonly closeCode: number = -1;
  readonly closeReason = '';
  readonly #clock: Clock;
  readonly #channel: BroadcastChannel | null;
  readonly #address: Address = randomCode(ADDRESS_LENGTH);
  readonly #inbox: string[] = [];
  /** The room that is kept here. */
  #own: LocalRoom | null = null;
  /** Whoever keeps the room that this side is in. */
  #keeper: Address | null = null;
  #question: Question | null = null;
  #found: RoomSummary[] = [];

  constructor(name: string, clock: Clock) {
    this.#clock = clock;
    this.#channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
    if (this.#channel === null) this.state = 'closed';
    else this.#channel.onmessage = ({ data }: { data: unknown }) => this.#arrived(data as Parcel);
  }

  poll(): void {
    if (this.state === 'connecting') this.state = 'open';
    this.#own?.sweep(this.#clock.now());
    if (this.#question !== null && this.#clock.now() >= this.#question.deadline) this.#decide(false);
  }

  send(frame: string): boolean {
    const { message } = parseClientMessage(frame, true);
    if (this.state !== 'open' || message === undefined) return false;
    this.#say(message, frame);
    return true;
  }

  receive(): string | null {
    return this.#inbox.shift() ?? null;
  }

  close(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.#own?.end();
    this.#post({ kind: 'bye', from: this.#address });
    this.#channel?.close();
  }

  cut(): void {
    this.close();
  }

  #say(message: ClientMessage, frame: string): void {
    switch (message.type) {
      case MessageType.HELLO:
        this.#hear({ type: MessageType.HELLO, sw: LOBBY_VERSION, features: [], limits: LIMITS, ...refOf(message) });
        break;
      case MessageType.LIST:
        this.#list(message);
        break;
      case MessageType.RESUME:
        this.#hear(errorFor(message, 'seat_lost'));
        break;
      case MessageType.JOIN:
        if (message.data === '') this.#create(message);
        else this.#join(message, frame);
        break;
      default:
        this.#sayInRoom(message, frame);
    }
  }

  #sayInRoom(message: ClientMessage, frame: string): void {
    if (this.#own !== null) this.#own.receive(this.#address, message, this.#clock.now());
    else if (this.#keeper !== null) this.#post({ kind: 'frame', to: this.#keeper, from: this.#address, frame });
    else if (message.type === MessageType.PING) this.#hear({ type: MessageType.PING, id: message.id });
    else this.#hear(errorFor(message, 'not_in_room'));
    if (message.type === MessageType.LEAVE) this.#own = this.#keeper = null;
  }

  #create(message: JoinMessage): void {
    const { name } = message.create ?? {};
    if (name === undefined) this.#keep(randomCode(CODE_LENGTH), message);
    else if (!isRoomName(name)) this.#hear(errorFor(message, 'bad_name'));
    else {
      this.#post({ kind: 'name?', name, from: this.#address });
      this.#ask((isTaken) => {
        if (isTaken) this.#hear(errorFor(message, 'name_taken'));
        else this.#keep(name, message);
      });
    }
  }

  /** Whoever keeps the room answers. Silence means that there is none. */
  #join(message: JoinMessage, frame: string): void {
    this.#keeper = null;
    this.#post({ kind: 'room', name: message.data, from: this.#address, frame });
    this.#ask((isThere) => {
      if (isThere) return;
      if (message.create !== undefined) this.#keep(message.data, message);
      else this.#hear(errorFor(message, 'room_not_found'));
    });
  }

  #keep(name: string, message: JoinMessage): void {
    const now = this.#clock.now();
    const tell = (to: Address, answer: Draft<ServerMessage>): void => {
      if (to === this.#address) this.#hear(answer);
      else this.#post({ kind: 'frame', to, from: this.#address, frame: writeMessage(answer) });
    };
    this.#keeper = null;
    this.#own = new LocalRoom(name, message.id === 0 ? 'mesh' : 'server', message.create ?? {}, tell, now);
    this.#own.receive(this.#address, message, now);
  }

  #list(message: ListMessage): void {
    this.#found = [];
    if (this.#own?.summary != null) this.#found.push(this.#own.summary);
    this.#post({ kind: 'rooms?', from: this.#address });
    this.#ask(() => {
      const rooms = this.#found.filter((room) => isWanted(room, message)).slice(0, message.limit ?? LIMITS.pageRooms);
      this.#hear({ type: MessageType.LIST, id: this.#found.length, rooms, ...refOf(message) });
    }, false);
  }

  /** One question at a time: a client that asks two at once has the first one decided now. */
  #ask(decide: (isAnswered: boolean) => void, endsByAnswer = true): void {
    this.#decide(false);
    this.#question = { deadline: this.#clock.now() + ANSWER_MS, endsByAnswer, decide };
  }

  #answered(): void {
    if (this.#question?.endsByAnswer === true) this.#decide(true);
  }

  #decide(isAnswered: boolean): void {
    const question = this.#question;
    this.#question = null;
    question?.decide(isAnswered);
  }

  /** Whatever comes from another page, at any time. What is for this page's client waits for its poll. */
  #arrived(parcel: Parcel): void {
    try {
      this.#take(parcel);
    } catch (thrown) {
      pushError('Another page sent something that makes no sense', undefined, thrown);
    }
  }

  #take(parcel: Parcel): void {
    switch (parcel.kind) {
      case 'room':
        if (this.#own !== null && isNamed(this.#own.name, parcel.name)) this.#forRoom(parcel.from, parcel.frame);
        break;
      case 'frame':
        if (parcel.to !== this.#address) break;
        if (this.#own !== null) this.#forRoom(parcel.from, parcel.frame);
        else this.#forClient(parcel.from, parcel.frame);
        break;
      case 'bye':
        this.#own?.leave(parcel.from);
        break;
      case 'name?':
        if (this.#own?.name === parcel.name) this.#post({ kind: 'name!', to: parcel.from });
        break;
      case 'name!':
        if (parcel.to === this.#address) this.#answered();
        break;
      case 'rooms?':
        if (this.#own?.summary != null) {
          this.#post({ kind: 'room!', to: parcel.from, summary: this.#own.summary });
        }
        break;
      case 'room!':
        if (parcel.to === this.#address && this.#found.length < LIMITS.pageRooms) this.#found.push(parcel.summary);
        break;
    }
  }

  #forRoom(from: Address, frame: string): void {
    const { message } = parseClientMessage(frame, true);
    if (message !== undefined) this.#own?.receive(from, message, this.#clock.now());
  }

  #forClient(from: Address, frame: string): void {
    this.#keeper ??= from;
    if (from !== this.#keeper || this.#inbox.length >= MOST_WAITING) return;
    this.#inbox.push(frame);
    this.#answered();
  }

  #hear(message: Draft<ServerMessage>): void {
    this.#inbox.push(writeMessage(message));
  }

  #post(parcel: Parcel): void {
    this.#channel?.postMessage(parcel);
  }
}

const isNamed = (name: string, typed: string): boolean => name === typed || name === toRoomCode(typed);

function isWanted(room: RoomSummary, { where = {}, mode, open = true, password }: ListMessage): boolean {
  const isOpen = !room.sealed && room.members < room.maxMembers;
  const fits = (open ? isOpen : true) && (mode ?? room.mode) === room.mode;
  return fits && (password ?? room.password) === room.password && matches(room.meta, where);
}

/** By hand, since pages over plain HTTP, as in a local network, have no `crypto.randomUUID`. */
function randomCode(length: number): string {
  const random = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(random, (byte) => CODE_ALPHABET[byte % CODE_ALPHABET.length]).join('');
}
