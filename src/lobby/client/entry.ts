import { MessageType } from '../protocol/message-type.js';
import type { RoomState, ServerMessage, WelcomeMessage } from '../protocol/server-messages.js';
import type { LobbyError } from './lobby-error.js';
import type { SeatBasis } from './seat.js';
import type { SeatRequest } from './seat-request.js';

/** What comes before the JOIN that ends an entry: more than a server's largest room has members is no entry. */
const MOST_MESSAGES = 10_000;

/** An attempt to take a seat: what was asked, and what the server has said so far. It counts when JOIN ends it. */
export class Entry {
  readonly message: SeatRequest;
  readonly ref: number;
  readonly result: Promise<RoomState>;
  resolve!: (room: RoomState) => void;
  reject!: (error: LobbyError) => void;
  /** Until when the next answer has to come. Infinity until it was sent. */
  deadline = Number.POSITIVE_INFINITY;
  id: number | null = null;
  welcome: WelcomeMessage | null = null;
  /** Who is there, and whatever else came. */
  readonly others: ServerMessage[] = [];
  #isMesh = false;

  constructor(message: SeatRequest, ref: number) {
    this.message = message;
    this.ref = ref;
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Who calls `close` need not wait for what ends by it.
    this.result.catch(() => {});
  }

  get isResume(): boolean {
    return this.message.type === MessageType.RESUME;
  }

  /** A server of Godot's would make another room than the one that was asked for. */
  get needsExtensions(): boolean {
    if (this.message.type !== MessageType.JOIN) return true;
    const { password, name } = this.message.create ?? {};
    return password !== undefined || name !== undefined;
  }

  /** True when this was the last message. */
  take(message: ServerMessage): boolean {
    switch (message.type) {
      case MessageType.ID:
        this.id = message.id;
        this.#isMesh = message.data === 'true';
        return false;
      case MessageType.WELCOME:
        this.welcome = message;
        return false;
      case MessageType.JOIN:
        return true;
      default:
        if (this.others.length < MOST_MESSAGES) this.others.push(message);
        return false;
    }
  }

  /** Null without an ID: Godot's server answers like this for a room that is sealed. */
  basis(name: string): SeatBasis | null {
    const { id, welcome } = this;
    return id === null ? null : { id, isMesh: this.#isMesh, name, welcome };
  }
}
