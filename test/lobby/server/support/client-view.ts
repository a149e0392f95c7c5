import { MessageType } from '../../../../src/lobby/protocol/message-type.js';
import { parseServerMessage } from '../../../../src/lobby/protocol/parse.js';
import type { MemberState, RoomState, ServerMessage } from '../../../../src/lobby/protocol/server-messages.js';

export interface KnownMember {
  readonly isPeer: boolean;
  away: boolean;
  meta: unknown;
}

/** What a client knows from what it was told, kept as a client would. What must not be told is a mistake. */
export class ClientView {
  id = 0;
  room: RoomState | null = null;
  roomName = '';
  token = '';
  isSealed = false;
  isSeated = false;
  isClosed = false;
  /** The seat that it asked for and may still have, since the lobby could not tell. */
  unsure: { readonly id: number; readonly data: string; readonly token: string } | null = null;
  readonly members = new Map<number, KnownMember>();
  readonly mistakes: string[] = [];
  readonly isAnnounced: boolean;
  #isEntering = false;

  constructor(isAnnounced: boolean) {
    this.isAnnounced = isAnnounced;
  }

  receive(text: string): void {
    const { message } = parseServerMessage(text);
    if (message === undefined) this.mistakes.push(`no message: ${text}`);
    else this.#take(message);
  }

  #take(message: ServerMessage): void {
    if (!this.isAnnounced && (message.type > 7 || Object.keys(message).length > 3)) this.#mistake('extension', message);
    switch (message.type) {
      case MessageType.ID:
        this.#begin(message.id);
        break;
      case MessageType.WELCOME:
        this.room = message.room;
        this.isSealed = message.room.sealed;
        this.token = message.token;
        break;
      case MessageType.JOIN:
        this.roomName = message.data;
        this.#isEntering = false;
        break;
      case MessageType.PEER_CONNECT:
        this.#appear(message.id, message, true);
        break;
      case MessageType.MEMBER:
        if (message.id !== this.id) this.#appear(message.id, message, message.peer);
        break;
      case MessageType.PEER_DISCONNECT:
        if (!this.members.delete(message.id)) this.#mistake('gone, but never there', message);
        break;
      case MessageType.AWAY:
      case MessageType.BACK:
        this.#setAway(message.id, message.type === MessageType.AWAY);
        break;
      case MessageType.SEAL:
      case MessageType.UNSEAL:
        this.isSealed = message.type === MessageType.SEAL;
        break;
      case MessageType.METADATA:
        this.room = message.room;
        break;
      case MessageType.HOST:
        if (this.room !== null) this.room = { ...this.room, host: message.id, epoch: message.epoch };
        break;
      case MessageType.ERROR:
        if (message.id === MessageType.RESUME && message.reason !== 'unavailable') this.unsure = null;
        break;
      case MessageType.DONE:
        if (message.id === MessageType.LEAVE) this.left();
        break;
      case MessageType.KICK:
      case MessageType.LEAVE:
        this.left();
        break;
      default:
        break;
    }
  }

  left(): void {
    this.isSeated = false;
    this.members.clear();
  }

  #begin(id: number): void {
    if (this.isSeated) this.mistakes.push('a second ID');
    this.members.clear();
    this.unsure = null;
    this.id = id;
    this.isSeated = true;
    this.#isEntering = true;
  }

  #appear(id: number, { meta, away = false }: MemberState, isPeer: boolean): void {
    const known = this.members.get(id);
    if (id === this.id) this.mistakes.push('told of itself');
    if (isPeer && known?.isPeer && (this.#isEntering || !this.isAnnounced)) this.mistakes.push(`${id} came twice`);
    this.members.set(id, { isPeer, away, meta });
  }

  #setAway(id: number, away: boolean): void {
    const known = this.members.get(id);
    if (known === undefined) this.mistakes.push(`${id} is away, but never was there`);
    else known.away = away;
  }

  #mistake(what: string, message: ServerMessage): void {
    this.mistakes.push(`${what}: ${JSON.stringify(message)}`);
  }
}
