import type { Clock } from '../../core/clock.js';
import type { ClientMessage, JoinMessage, ResumeMessage } from '../protocol/client-messages.js';
import { reasonOfText } from '../protocol/lobby-reason.js';
import { LOBBY_VERSION, MessageType } from '../protocol/message-type.js';
import { parseServerMessage } from '../protocol/parse.js';
import type { ErrorMessage, RoomState, ServerLimits, ServerMessage } from '../protocol/server-messages.js';
import { type Draft, writeMessage } from '../protocol/write.js';
import type { OpenLobbySocket } from '../socket/lobby-socket.js';
import { BackOff } from './back-off.js';
import { Entry } from './entry.js';
import { type AuthAnswer, askForAuth, type LobbyAuth } from './lobby-auth.js';
import { LobbyError, type LobbyErrorReason } from './lobby-error.js';
import { type LineOwner, LobbyLine } from './lobby-line.js';
import type { LeftReason, LobbySignals } from './lobby-signals.js';
import type { LobbyTiming } from './lobby-timing.js';
import { PendingRequests } from './pending-requests.js';
import { restoreSeat } from './restored-seat.js';
import { applyRoomMessage } from './room-messages.js';
import { Seat } from './seat.js';

export interface ConversationParts {
  readonly open: OpenLobbySocket;
  readonly clock: Clock;
  readonly auth: LobbyAuth | undefined;
  readonly timing: LobbyTiming;
  readonly random: () => number;
  readonly closeAfterSeal: boolean;
}

/** A server that says one of these about a seat would say it again. */
const FINAL: ReadonlySet<LobbyErrorReason> = new Set<LobbyErrorReason>([
  'seat_lost',
  'seat_taken_over',
  'room_not_found',
  'kicked',
  'banned',
  'unauthorized',
  'host_left',
  'bad_message',
  'unknown_type',
]);
/** Seats wait for `graceMs` from when the server notices, which takes it up to as long again. */
const GRACE_FACTOR = 2;
const ASK_FOR_ICE_AFTER = 0.9;
const NEVER = Number.POSITIVE_INFINITY;

/** What is being restored. */
interface Restoration {
  readonly giveUpAt: number;
  readonly backOff: BackOff;
}

/** All that is said between this side and a lobby: connecting, entering a room, requests, and coming back to the seat. */
export class LobbyConversation implements LineOwner {
  seat: Seat | null = null;
  limits: ServerLimits | null = null;
  /** Frames that made no sense, or came for nobody. */
  dropped = 0;
  readonly #parts: ConversationParts;
  readonly #tell: LobbySignals;
  readonly #line: LobbyLine;
  readonly #requests = new PendingRequests();
  #unsent: { readonly ref: number; readonly frame: string }[] = [];
  #entry: Entry | null = null;
  #restoration: Restoration | null = null;
  /** Whether the server of this socket has answered as one that knows the extensions. */
  #isUnderstood = false;
  #connectAt = NEVER;
  #auth: AuthAnswer | null = null;
  #helloDeadline = NEVER;
  #pingedAt = NEVER;
  #sealRef: number | null = null;
  #hasAskedForIce = false;
  #lastWord: ErrorMessage | null = null;

  constructor(parts: ConversationParts, tell: LobbySignals) {
    this.#parts = parts;
    this.#tell = tell;
    this.#line = new LobbyLine(parts.open, parts.clock, parts.timing.connectMs);
  }

  get isOpen(): boolean {
    return this.#line.isOpen;
  }

  get isEntering(): boolean {
    return this.#entry !== null;
  }

  /** Nothing is going on, and nothing will by itself. */
  get isQuiet(): boolean {
    return this.#line.isQuiet && this.#connectAt === NEVER && this.seat === null;
  }

  poll(): void {
    if (this.#now >= this.#connectAt) this.#connect();
    this.#line.poll(this);
    const now = this.#now;
    this.#requests.rejectLate(now);
    if (now >= this.#helloDeadline) this.#hangUp('timeout');
    if (this.#entry !== null && now >= this.#entry.deadline) this.#entryIsLate(this.#entry);
    if (this.#line.isOpen && this.seat !== null) this.#keepSeat(this.seat, now);
  }

  enter(message: Draft<JoinMessage> | Draft<ResumeMessage>): Promise<RoomState> {
    if (this.seat !== null || this.#entry !== null) return Promise.reject(new LobbyError('already_in_room'));
    const entry = this.#begin(message);
    if (this.#line.isOpen && this.#isUnderstood) this.#send(entry);
    // A server that was not heard of yet takes JOIN as the first message or not at all.
    else if (this.#line.isOpen) this.#line.close();
    if (!this.#line.isOpen) this.#connectSoon();
    return entry.result;
  }

  /** Rejects what a server of Godot's would be upset by. */
  request(message: Draft<ClientMessage>): Promise<ServerMessage> {
    if (this.seat?.isExtended === false) return Promise.reject(new LobbyError('unsupported'));
    const { ref, answer } = this.#requests.add(this.#now + this.#parts.timing.requestMs);
    const frame = writeMessage({ ...message, ref } as Draft<ClientMessage>);
    if (this.#isUnderstood && this.#entry === null) {
      if (!this.#line.send(frame)) this.#requests.reject(ref, new LobbyError('too_large'));
    } else {
      this.#unsent.push({ ref, frame });
      if (this.#restoration === null) this.#connectSoon();
    }
    return answer;
  }

  /** To another member. False when it is lost. */
  relay(message: Draft<ClientMessage>): boolean {
    return this.seat !== null && this.#entry === null && this.#line.send(writeMessage(message));
  }

  seal(): Promise<ServerMessage> {
    const { seat } = this;
    if (seat?.isHost !== true) return Promise.reject(new LobbyError(seat === null ? 'not_in_room' : 'not_host'));
    if (seat.isExtended) return this.request({ type: MessageType.SEAL });
    const { ref, answer } = this.#requests.add(this.#now + this.#parts.timing.requestMs);
    this.#sealRef = ref;
    if (!this.relay({ type: MessageType.SEAL })) this.#requests.reject(ref, new LobbyError('connection_lost'));
    return answer;
  }

  /** Out of the room at once, whatever the lobby says to it. */
  async leave(): Promise<void> {
    const { seat } = this;
    const canStay = seat?.isExtended === true && this.#isUnderstood && this.#entry === null;
    if (!canStay) {
      this.close();
      return;
    }
    this.seat = null;
    await this.request({ type: MessageType.LEAVE });
  }

  close(): void {
    const error = new LobbyError('closed');
    const entry = this.#entry;
    this.seat = this.#entry = this.#restoration = null;
    this.#forgetSocket();
    this.#connectAt = NEVER;
    this.#unsent = [];
    this.#line.close();
    entry?.reject(error);
    this.#requests.rejectAll(error);
  }

  /** After a seal: the game runs without the lobby. */
  finish(): void {
    if (this.seat?.sealedAt == null) return;
    this.#line.close();
    this.#forgetSocket();
    this.#lose('seal_complete', '');
  }

  // What happens on the line.

  opened(): void {
    const entry = this.#entry;
    if (entry !== null) {
      this.#send(entry);
      return;
    }
    this.#helloDeadline = this.#now + this.#parts.timing.requestMs;
    this.#line.send(writeMessage({ type: MessageType.HELLO, ...this.#introduction() }));
  }

  received(frame: string | Uint8Array): void {
    const { message } = parseServerMessage(frame);
    if (message === undefined || !this.#take(message)) this.dropped += 1;
  }

  ended(wasOpen: boolean, code: number, text: string): void {
    const said = this.#lastWord?.reason ?? reasonOfText(text);
    const error = this.#errorOf(wasOpen, code, text);
    const { seat } = this;
    const entry = this.#entry;
    this.#entry = null;
    this.#forgetSocket();
    if (wasOpen) this.#tell.disconnected.emit(code, text);
    // A listener may have closed everything, or begun anew.
    if (this.seat !== seat || this.#entry !== null) return;
    this.#requests.rejectSent(this.#unsent, error);
    if (seat === null) this.#failAll(entry, error);
    else if (seat.ticket !== null && !FINAL.has(said ?? 'connection_lost')) this.#restore(seat);
    else this.#lose(seat.sealedAt !== null ? 'seal_complete' : (said ?? 'connection_lost'), text);
  }
}
