import type { ClientMessage } from '../protocol/client-messages.js';
import { CloseCode, type LobbyReason, lobbyReasons } from '../protocol/lobby-reason.js';
import { LOBBY_VERSION, MessageType } from '../protocol/message-type.js';
import type { BadFrame } from '../protocol/parse.js';
import { writeMessage } from '../protocol/write.js';
import { closeReason } from './close-reason.js';
import { type Asked, errorMessage, welcomeMessage } from './connection-messages.js';
import type { ConnectionPort, Entry, Visitor } from './connection-parts.js';
import { IceSchedule } from './ice-schedule.js';
import { Inbox, type InboxOwner } from './inbox.js';
import { Liveness } from './liveness.js';
import type { LocalMember } from './local-member.js';
import { endClosing, endMessage } from './member-end.js';
import { type Announcement, idFor, introduce } from './room/announcements.js';
import { leave, loseLink } from './room/leaving.js';
import { isAnnounced, type Room, type Seat, type SeatEnd } from './room/room.js';
import { hashToken } from './room/secrets.js';
import { SeatReceipt } from './seat-receipt.js';
import type { LobbyServices } from './services.js';
import type { Relayed } from './store/lobby-store.js';
import { TokenBucket } from './token-bucket.js';

/** Carries out what a client asks for. */
export type RequestHandler = (connection: Connection, message: ClientMessage) => Promise<void> | void;

/** How often a sender is told that a receiver can't be reached. */
const UNAVAILABLE_EVERY_MS = 1000;
/** Codes of a close frame that says goodbye; 1005 is a close frame without a code. */
const GOODBYES: readonly number[] = [1000, 1005];

/**
 * One client. It arrives, then announces itself and looks around, or takes a seat at once; without an announcement it has
 * a seat or is closed.
 */
export class Connection implements LocalMember, InboxOwner {
  readonly visitor: Visitor;
  /** The version that the client announced; 0 before, and for Godot's. */
  sw = 0;
  /** Whom bans and budgets mean, when a user was recognized. */
  user: string | null = null;
  isAuthorized = false;
  seat: { readonly room: string; readonly id: number } | null = null;
  isClosing = false;
  readonly #port: ConnectionPort;
  readonly #services: LobbyServices;
  readonly #handler: RequestHandler;
  readonly #inbox: Inbox;
  readonly #liveness: Liveness;
  readonly #receipt = new SeatReceipt();
  readonly #iceSchedule = new IceSchedule();
  #entry: Entry | null = null;
  #isGone = false;
  #toldUnavailableAt = Number.NEGATIVE_INFINITY;
  #invalid = 0;

  constructor(visitor: Visitor, port: ConnectionPort, services: LobbyServices, handler: RequestHandler) {
    const { limits, store } = services;
    const now = store.now();
    this.visitor = visitor;
    this.#port = port;
    this.#services = services;
    this.#handler = handler;
    const bucket = new TokenBucket(limits.messagesPerSecond, limits.messageBurst, now);
    this.#inbox = new Inbox(this, bucket, services.turns, () => store.now());
    this.#liveness = new Liveness(limits, now, visitor);
  }

  get isAnnounced(): boolean {
    return this.sw > 0;
  }

  /** Whom a ban keeps out. */
  get who(): string {
    return this.user === null ? `address:${this.visitor.address}` : `user:${this.user}`;
  }

  received(frame: Uint8Array): void {
    this.#liveness.heard(this.#services.store.now());
    this.#inbox.receive(frame);
  }

  ponged(): void {
    this.#liveness.ponged();
    this.#receipt.ponged();
  }

  /** The WebSocket is closed. */
  closed(code: number): void {
    this.isClosing = true;
    this.#isGone = true;
    const { directory, store, limits } = this.#services;
    const { seat } = this;
    if (seat === null) return;
    this.seat = null;
    const place = this.placeOf(seat.id);
    const graceMs = this.#receipt.graceMs(limits.graceMs);
    const decide = GOODBYES.includes(code)
      ? (room: Room) => leave(room, place)
      : (room: Room) => loseLink(room, place, store.now() + graceMs);
    // If the store fails, the room's seats are compared with the connections when it is back.
    directory.change(seat.room, decide).catch(() => {});
  }

  /** Called every now and then, for everything that is due by time. */
  check(now: number): void {
    if (this.isClosing) return;
    this.#inbox.refill();
    this.#checkLiveness(now);
    if (this.#iceSchedule.isDue(now) && this.seat !== null) void this.refreshIce();
  }

  /** Too late for one that has a seat: that is what the others were told about it. */
  announced(version: number): void {
    if (this.seat === null) this.sw = Math.min(version, LOBBY_VERSION);
  }

  expect(entry: Entry | null): void {
    this.#entry = entry;
  }

  /** Nobody knows whether it has the seat that it asked for, and it will never hear the token. */
  neverTold(token: string): void {
    this.#receipt.neverSent(token);
  }

  placeOf(id: number): { id: number; at: string; link: number } {
    return { id, at: this.#services.store.process, link: this.visitor.number };
  }

  send(message: Announcement): void {
    if (this.isClosing) return;
    this.#services.metrics.count('messages_sent_total');
    this.#port.send(writeMessage(message));
    if (this.#port.bufferedAmount > this.#services.limits.backlogBytes) this.#drop('too_slow');
  }

  /** For a client that announced itself. */
  sendError(reason: LobbyReason, about: Asked, isFatal = false, text?: string): void {
    this.send(errorMessage(reason, about, isFatal, text));
  }

  /** A request can't be carried out. Godot's clients take no for an answer only as an end. */
  refuse(reason: LobbyReason, about: Asked, text?: string): void {
    this.#services.metrics.refused(reason);
    if (this.isAnnounced) this.sendError(reason, about, false, text);
    else this.close(CloseCode.ERROR, text ?? lobbyReasons[reason]);
  }

  /** Ends the connection, with the reason. */
  expel(reason: LobbyReason, code: CloseCode = CloseCode.ERROR): void {
    if (this.isAnnounced) this.sendError(reason, { type: -1 }, true);
    this.close(code, lobbyReasons[reason]);
  }

  close(code: CloseCode, reason: string): void {
    if (this.isClosing) return;
    this.isClosing = true;
    this.#port.close(code, closeReason(reason));
  }

  /** Ends the connection without a farewell. */
  cut(): void {
    this.isClosing = true;
    this.#port.terminate();
  }

  async refreshIce(ref?: number): Promise<void> {
    this.#iceSchedule.cancel();
    const ice = await this.#services.ice();
    this.#iceSchedule.handedOut(ice, this.#services.store.now());
    this.send({ type: MessageType.ICE, ice, ...(ref !== undefined && { ref }) });
  }

  /** At most once a second, so that a flood of candidates is not answered by a flood of errors. */
  tellUnavailable(type: number): void {
    const now = this.#services.store.now();
    if (!this.isAnnounced || now - this.#toldUnavailableAt < UNAVAILABLE_EVERY_MS) return;
    this.#toldUnavailableAt = now;
    this.sendError('unavailable', { type });
  }

  holds(room: string, id: number): boolean {
    return this.seat !== null && this.seat.room === room && this.seat.id === id;
  }

  canReturnTo(seat: Seat): boolean {
    return this.#receipt.mayKnow(seat);
  }

  seated(room: Room, seat: Seat): void {
    const entry = this.#entry;
    if (entry === null || this.#isGone || seat.tokenHash !== (entry.token === null ? '' : hashToken(entry.token)))
      return;
    this.#entry = null;
    this.seat = { room: room.settings.name, id: seat.id };
    const { name, mode } = room.settings;
    this.send({ type: MessageType.ID, id: seat.id, data: mode === 'mesh' ? 'true' : '' });
    if (isAnnounced(seat)) {
      this.#iceSchedule.handedOut(entry.ice, this.#services.store.now());
      this.send(welcomeMessage(room, seat, entry, { sw: this.sw, graceMs: this.#services.limits.graceMs }));
    }
    for (const other of introduce(room, seat)) this.send(other);
    this.send({ type: MessageType.JOIN, data: name });
    this.#receipt.sent(entry.isResumed);
    if (isAnnounced(seat)) this.#ping();
  }

  told(announcements: readonly Announcement[]): void {
    for (const announcement of announcements) this.send(announcement);
  }

  relayed(room: Room, seat: Seat, { from, type, data, attempt }: Relayed): void {
    const id = idFor(room, seat, from);
    const isAttempt = attempt !== undefined && isAnnounced(seat);
    if (type === MessageType.SIGNAL) this.send({ type, id, data });
    else this.send({ type, id, data, ...(isAttempt && { attempt }) });
  }

  ended(end: SeatEnd | { readonly why: 'taken_over' }): void {
    if (this.seat === null) return;
    this.seat = null;
    this.#iceSchedule.cancel();
    this.#liveness.heard(this.#services.store.now());
    if (end.why === 'taken_over') {
      this.expel('seat_taken_over');
    } else if (this.isAnnounced) {
      const message = endMessage(end);
      if (message !== null) this.send(message);
    } else {
      const { code, reason } = endClosing(end);
      this.close(code, reason);
    }
  }

  handle(message: ClientMessage): Promise<void> | void {
    this.#services.metrics.count('messages_received_total', { type: String(message.type) });
    return this.#handler(this, message);
  }

  handleInvalid({ problem, type, member, ref }: BadFrame): void {
    this.#services.metrics.count('messages_invalid_total');
    this.#invalid += 1;
    const reason = problem === 'type' ? 'unknown_type' : 'bad_message';
    const text = member === undefined ? undefined : `${lobbyReasons[reason]}: ${member}`;
    if (this.#invalid > this.#services.limits.invalidMessages) this.expel('too_many_errors');
    else this.refuse(reason, { type, ...(ref !== undefined && { ref }) }, text);
  }

  throttled(): void {
    this.#services.metrics.count('throttled_total');
  }

  overflow(): void {
    this.expel('too_many_errors');
  }

  setReading(isReading: boolean): void {
    if (isReading) this.#port.resume();
    else this.#port.pause();
  }

  #checkLiveness(now: number): void {
    const isBusy = this.#inbox.isBusy || this.#inbox.isThrottled;
    const { isAnnounced, seat } = this;
    const verdict = this.#liveness.check(now, { isSeated: seat !== null, isAnnounced, isBusy });
    if (verdict === 'ping') this.#ping();
    else if (verdict === 'unresponsive') this.#drop(verdict);
    else if (verdict !== 'fine') this.expel(verdict);
  }

  #ping(): void {
    this.#receipt.pinged();
    this.#port.ping();
  }

  /** For a client that does not read: a farewell would wait as well. */
  #drop(reason: LobbyReason): void {
    this.#services.metrics.refused(reason);
    this.cut();
  }
}
