import { messageOf } from '../../core/fail.js';
import type {
  ClientMessage,
  MetadataMessage,
  RelayMessage,
  Request,
  SignalMessage,
} from '../protocol/client-messages.js';
import { MAX_KICK_REASON_LENGTH } from '../protocol/limits.js';
import { CloseCode, type LobbyReason, lobbyReasons, NOT_HOST_SEAL_TEXT } from '../protocol/lobby-reason.js';
import { MessageType } from '../protocol/message-type.js';
import type { Connection } from './connection.js';
import { Entrance } from './entrance.js';
import { toldLimits } from './lobby-limits.js';
import type { Decision } from './room/decision.js';
import { kick, leave } from './room/leaving.js';
import type { Room } from './room/room.js';
import { changeMember, changeSettings, handOver, seal, unseal } from './room/settings.js';
import type { LobbyServices } from './services.js';
import { Budgets } from './store/budgets.js';
import { StoreUnavailable } from './store/lobby-store.js';

const WARNINGS_PER_MINUTE = 6;

/** Carries out what clients ask for. */
export class Requests {
  readonly #services: LobbyServices;
  readonly #entrance: Entrance;
  readonly #warnings = new Budgets();

  constructor(services: LobbyServices) {
    this.#services = services;
    this.#entrance = new Entrance(services);
  }

  /** Messages to other members at once, everything else as a promise that never rejects. */
  handle(connection: Connection, message: ClientMessage): Promise<void> | void {
    switch (message.type) {
      case MessageType.OFFER:
      case MessageType.ANSWER:
      case MessageType.CANDIDATE:
      case MessageType.SIGNAL:
        return this.#relay(connection, message);
      case MessageType.PING:
        return connection.send({ type: MessageType.PING, id: message.id });
      default:
        return this.#answer(connection, message);
    }
  }

  #relay(connection: Connection, message: RelayMessage | SignalMessage): void {
    const { seat } = connection;
    if (seat === null) {
      connection.refuse('not_in_room', message);
      return;
    }
    const { type, id: to, data } = message;
    const attempt = 'attempt' in message && message.attempt !== undefined ? { attempt: message.attempt } : {};
    const isSent = this.#services.relay.send({ room: seat.room, from: seat.id, to, type, data, ...attempt });
    if (!isSent) connection.tellUnavailable(type);
  }

  async #answer(connection: Connection, message: ClientMessage): Promise<void> {
    try {
      if ('sw' in message && message.sw !== undefined) connection.announced(message.sw);
      const refusal = await this.#carryOut(connection, message);
      if (refusal !== null) this.#refuse(connection, message, refusal);
    } catch (thrown) {
      this.#fail(connection, message, thrown);
    }
  }

  #carryOut(connection: Connection, message: ClientMessage): Promise<LobbyReason | null> {
    switch (message.type) {
      case MessageType.HELLO:
        return this.#hello(connection, message);
      case MessageType.JOIN:
        return this.#entrance.join(connection, message);
      case MessageType.RESUME:
        return this.#entrance.resume(connection, message);
      case MessageType.LIST:
        return this.#list(connection, message);
      case MessageType.ICE:
        return this.#ice(connection, message);
      default:
        return this.#change(connection, message);
    }
  }

  async #hello(connection: Connection, message: Extract<ClientMessage, { type: 16 }>): Promise<LobbyReason | null> {
    if (connection.seat !== null && !connection.isAnnounced) return 'already_in_room';
    const refusal = await this.#entrance.authorize(connection, message.auth);
    if (refusal !== null) return refusal;
    const limits = toldLimits(this.#services.limits);
    connection.send({ type: MessageType.HELLO, sw: connection.sw, features: [], limits, ...refOf(message) });
    return null;
  }

  async #list(connection: Connection, message: Extract<ClientMessage, { type: 17 }>): Promise<LobbyReason | null> {
    const refusal = await this.#entrance.authorize(connection, undefined);
    if (refusal !== null) return refusal;
    const { total: id, ...page } = await this.#services.rooms.page(message, this.#services.limits.pageRooms);
    connection.send({ type: MessageType.LIST, id, ...page, ...refOf(message) });
    return null;
  }

  async #ice(connection: Connection, { ref }: Request): Promise<LobbyReason | null> {
    if (connection.seat === null) return 'not_in_room';
    await connection.refreshIce(ref);
    return null;
  }

  /** What changes the room that the client is in. */
  async #change(connection: Connection, message: ClientMessage): Promise<LobbyReason | null> {
    const { seat } = connection;
    if (seat === null) return 'not_in_room';
    const { limits, store, directory } = this.#services;
    if ('meta' in message && message.meta !== undefined) {
      const most = message.type === MessageType.MEMBER ? limits.memberMetadata : limits.roomMetadata;
      if (JSON.stringify(message.meta).length > most) return 'too_large';
    }
    const decide = this.#rule(connection, message, seat.id, store.now());
    if (decide === null) return 'unknown_type';
    const { refused } = await directory.change(seat.room, decide);
    if (refused !== undefined) return refused === 'room_not_found' ? 'not_in_room' : refused;
    this.#note(message, seat.room);
    if ('ref' in message && message.ref !== undefined) {
      connection.send({ type: MessageType.DONE, id: message.type, ref: message.ref });
    }
    return null;
  }

  #rule(connection: Connection, message: ClientMessage, by: number, now: number): ((room: Room) => Decision) | null {
    switch (message.type) {
      case MessageType.SEAL:
        return (room) => seal(room, by, now);
      case MessageType.UNSEAL:
        return (room) => unseal(room, by);
      case MessageType.METADATA:
        return (room) => changeSettings(room, by, settingsOf(message), this.#services.limits.roomMembers);
      case MessageType.MEMBER:
        return (room) => changeMember(room, by, message.meta);
      case MessageType.KICK: {
        const { id, ban = false } = message;
        const text = message.data.slice(0, MAX_KICK_REASON_LENGTH);
        return (room) => kick(room, { by, id, text, ban });
      }
      case MessageType.HOST:
        return (room) => handOver(room, by, message.id);
      case MessageType.LEAVE:
        return (room) => leave(room, connection.placeOf(by));
      default:
        return null;
    }
  }

  #note({ type }: ClientMessage, room: string): void {
    const { metrics, log } = this.#services;
    if (type === MessageType.KICK) metrics.count('kicks_total');
    const event = events.get(type);
    if (event !== undefined) log.write('info', event, { room: log.tag(room) });
  }

  #refuse(connection: Connection, message: ClientMessage, reason: LobbyReason): void {
    const { log } = this.#services;
    log.write('debug', 'refused', { reason, type: message.type, address: log.tag(connection.visitor.address) });
    const isSeal = message.type === MessageType.SEAL && reason === 'not_host';
    connection.refuse(reason, message, isSeal ? NOT_HOST_SEAL_TEXT : undefined);
  }

  #fail(connection: Connection, message: ClientMessage, thrown: unknown): void {
    const { log, metrics, store } = this.#services;
    if (thrown instanceof StoreUnavailable) {
      metrics.count('store_failures_total');
      if (this.#warnings.spend('store', WARNINGS_PER_MINUTE, store.now())) {
        log.write('warn', 'store_failed', {
          error: [thrown.message, thrown.cause].filter(Boolean).map(messageOf).join(': '),
        });
      }
      connection.refuse('unavailable', message);
      return;
    }
    const error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    log.write('error', 'request_failed', { type: message.type, error });
    metrics.refused('internal');
    if (connection.isAnnounced) connection.sendError('internal', message);
    else connection.close(CloseCode.ERROR, lobbyReasons.internal);
  }
}

const events: ReadonlyMap<number, string> = new Map([
  [MessageType.SEAL, 'sealed'],
  [MessageType.UNSEAL, 'unsealed'],
  [MessageType.KICK, 'kicked'],
  [MessageType.HOST, 'handed_over'],
  [MessageType.LEAVE, 'left'],
]);

const refOf = ({ ref }: Request): { ref?: number } => (ref === undefined ? {} : { ref });

const settingsOf = ({
  meta,
  public: isPublic,
  maxMembers,
  address,
}: MetadataMessage): Parameters<typeof changeSettings>[2] => ({
  ...(meta !== undefined && { meta }),
  ...(isPublic !== undefined && { public: isPublic }),
  ...(maxMembers !== undefined && { maxMembers }),
  ...(address !== undefined && { address }),
});
