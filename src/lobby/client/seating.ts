import type { Clock } from '../../core/clock.js';
import type { Announcement, ClientMessage } from '../protocol/client-messages.js';
import type { LobbyReason } from '../protocol/lobby-reason.js';
import { MessageType } from '../protocol/message-type.js';
import type { ErrorMessage, RoomState, ServerMessage } from '../protocol/server-messages.js';
import type { Draft } from '../protocol/write.js';
import { BackOff } from './back-off.js';
import { Entry } from './entry.js';
import { LobbyError } from './lobby-error.js';
import type { LeftReason, LobbySignals } from './lobby-signals.js';
import { LobbyTalk, type TalkEnd, type TalkOwner, type TalkParts } from './lobby-talk.js';
import type { LobbyTiming } from './lobby-timing.js';
import { restoreSeat } from './restored-seat.js';
import { applyRoomMessage } from './room-messages.js';
import { Seat } from './seat.js';
import { resumeRequest, type SeatRequest } from './seat-request.js';

export interface SeatingParts extends TalkParts {
  readonly random: () => number;
  /** Whether the connection ends after a seal also at a server that would keep it. */
  readonly closeAfterSeal: boolean;
}

/** Who is told one of these has no seat any more, and would be told so again. */
const FINAL: ReadonlySet<LobbyReason> = new Set<LobbyReason>([
  'seat_lost',
  'seat_taken_over',
  'room_not_found',
  'kicked',
  'banned',
  'unauthorized',
  'bad_message',
  'unknown_type',
]);
/** A seat waits from when the server notices the loss, which may take it as long again. */
const GRACE_FACTOR = 2;
const ASK_FOR_ICE_AFTER = 0.9;
/** Of the time a connection took to open, which is a few round trips: on slow lines silence lasts longer. */
const JOIN_FACTOR = 2;

/** A lost connection whose seat is kept. */
interface Loss {
  readonly giveUpAt: number;
  readonly backOff: BackOff;
}

/** The place in a room: how it is taken, kept, and taken again when the connection was lost. */
export class Seating implements TalkOwner {
  seat: Seat | null = null;
  readonly talk: LobbyTalk;
  readonly #clock: Clock;
  readonly #timing: LobbyTiming;
  readonly #parts: SeatingParts;
  readonly #tell: LobbySignals;
  #entry: Entry | null = null;
  #loss: Loss | null = null;
  #sealRef: number | null = null;
  #hasAskedForIce = false;

  constructor(parts: SeatingParts, tell: LobbySignals) {
    this.#parts = parts;
    this.#clock = parts.clock;
    this.#timing = parts.timing;
    this.#tell = tell;
    this.talk = new LobbyTalk(parts, this);
  }

  /** Nothing is going on, and nothing will by itself. */
  get isQuiet(): boolean {
    return this.seat === null && this.#entry === null && this.talk.isQuiet;
  }

  get isLost(): boolean {
    return this.#loss !== null;
  }

  poll(): void {
    this.talk.poll();
    const now = this.#clock.now();
    if (this.#entry !== null && now >= this.#entry.deadline) this.talk.hangUp(!this.#entry.isResume);
    if (this.seat !== null && this.talk.isOpen) this.#keep(this.seat, now);
  }

  enter(message: SeatRequest): Promise<RoomState> {
    if (this.seat !== null || this.#entry !== null) return Promise.reject(new LobbyError('already_in_room'));
    const entry = new Entry(message, this.talk.newRef());
    this.#entry = entry;
    if (this.talk.isUnderstood) this.understood(this.talk.announcement());
    this.talk.reach();
    return entry.result;
  }

  seal(): Promise<ServerMessage> {
    const { seat } = this;
    if (seat?.isHost !== true) return Promise.reject(new LobbyError(seat === null ? 'not_in_room' : 'not_host'));
    if (seat.isExtended) return this.talk.request({ type: MessageType.SEAL });
    const { ref, answer } = this.talk.expect();
    this.#sealRef = ref;
    this.talk.say({ type: MessageType.SEAL });
    return answer;
  }

  /** Out of the room at once, whatever becomes of the message. */
  async leave(): Promise<void> {
    if (this.seat === null && this.#entry === null) return;
    const canStay = this.seat?.isExtended === true && this.talk.isUnderstood;
    if (!canStay) {
      this.close();
      return;
    }
    this.seat = null;
    await this.talk.request({ type: MessageType.LEAVE });
  }

  close(): void {
    const entry = this.#entry;
    const error = new LobbyError('closed');
    this.seat = this.#entry = this.#loss = this.#sealRef = null;
    this.talk.close(error);
    entry?.reject(error);
  }

  /** The game is sealed and runs: it needs the lobby no longer. */
  finish(): void {
    this.talk.close(new LobbyError('closed'));
    if (this.seat !== null) this.#lose('seal_complete', '');
  }

  firstMessage(announcement: Announcement): Draft<ClientMessage> | null {
    const entry = this.#entry;
    if (entry === null) return null;
    const { joinMs, requestMs } = this.#timing;
    const isKnown = entry.isResume || this.talk.isUnderstood;
    const patience = isKnown ? requestMs : Math.max(joinMs, this.talk.openedInMs * JOIN_FACTOR);
    entry.deadline = this.#clock.now() + patience;
    return { ...entry.message, ...announcement, ref: entry.ref };
  }

  understood(announcement: Announcement): void {
    const message = this.firstMessage(announcement);
    if (message !== null) this.talk.say(message);
  }

  received(message: ServerMessage): boolean {
    const { seat } = this;
    if (this.#entry !== null) return this.#takeEntry(this.#entry, message);
    if (seat === null) return false;
    if (message.type === MessageType.KICK) return this.#lose('kicked', message.data);
    if (message.type === MessageType.LEAVE) return this.#lose(message.reason, '');
    if (message.type === MessageType.ICE) this.#hasAskedForIce = false;
    const makesSense = applyRoomMessage(seat, message, this.#tell, this.#clock.now());
    if (message.type === MessageType.SEAL && this.#sealRef !== null) this.talk.settle(this.#sealRef, message);
    return makesSense;
  }

  refused({ reason, data: text, retryMs, ref, fatal }: ErrorMessage): void {
    const entry = this.#entry;
    if (entry === null || ref !== entry.ref) {
      if (!fatal) this.#tell.error_received.emit(reason, text);
      return;
    }
    this.#entry = null;
    entry.reject(new LobbyError(reason, { text, retryMs }));
    if (this.seat === null) return;
    if (FINAL.has(reason)) this.#lose(reason, text);
    else this.talk.hangUp();
  }

  ended({ wasOpen, code, text, reason, error }: TalkEnd): void {
    const { seat } = this;
    const entry = this.#entry;
    this.#entry = null;
    if (wasOpen) this.#tell.disconnected.emit(code, text);
    if (this.seat !== seat || this.#entry !== null) {
      // A listener has closed everything, or begun anew.
      entry?.reject(error);
    } else if (seat === null) {
      if (entry !== null) this.#failedToEnter(entry, wasOpen, error);
    } else if (seat.ticket === null) {
      this.#lose(seat.sealedAt === null ? (reason ?? 'connection_lost') : 'seal_complete', text);
    } else {
      this.#failedToReturn(seat, reason, text);
    }
  }

  #failedToEnter(entry: Entry, wasOpen: boolean, error: LobbyError): void {
    const wasSent = entry.deadline !== Number.POSITIVE_INFINITY;
    if (wasOpen && !wasSent) {
      // The server made nothing of HELLO. It may know JOIN all the same, as the first word.
      this.#entry = entry;
      this.talk.reach();
      return;
    }
    const isLate = this.#clock.now() >= entry.deadline;
    entry.reject(isLate ? new LobbyError(entry.id === null ? 'refused' : 'timeout') : error);
  }

  #failedToReturn(seat: Seat, reason: LobbyReason | null, text: string): void {
    if (reason !== null && FINAL.has(reason)) {
      this.#lose(reason, text);
      return;
    }
    const now = this.#clock.now();
    if (this.#loss === null) {
      this.#loss = { giveUpAt: now + seat.graceMs * GRACE_FACTOR, backOff: new BackOff(this.#parts.random) };
      this.#tell.lobby_lost.emit();
      if (this.seat !== seat) return;
    }
    const { ticket } = seat;
    if (ticket === null || now >= this.#loss.giveUpAt) {
      this.#lose('connection_lost', text);
      return;
    }
    this.#entry = new Entry(resumeRequest(ticket), this.talk.newRef());
    this.talk.reach(this.#loss.backOff.next());
  }

  #takeEntry(entry: Entry, message: ServerMessage): boolean {
    if (message.type === MessageType.WELCOME) this.talk.understood();
    const now = this.#clock.now();
    const isLast = entry.take(message);
    entry.deadline = now + this.#timing.requestMs;
    if (!isLast) return true;
    this.#entry = null;
    const { welcome } = entry;
    const basis = entry.basis(message.data);
    if (basis === null || (welcome === null && entry.needsExtensions)) {
      this.talk.close(new LobbyError('closed'));
      entry.reject(new LobbyError(basis === null ? 'room_sealed' : 'unsupported'));
    } else if (this.seat !== null && welcome !== null) {
      this.#restored(this.seat, entry, restoreSeat(this.seat, welcome, entry.others, this.#tell, now));
    } else {
      if (welcome === null) this.talk.misunderstood();
      this.#entered(new Seat(basis, now), entry);
    }
    return true;
  }

  #entered(seat: Seat, entry: Entry): void {
    this.seat = seat;
    this.#tell.connected.emit(seat.id, seat.isMesh);
    for (const message of entry.others) {
      if (this.seat === seat) applyRoomMessage(seat, message, this.#tell, this.#clock.now());
    }
    if (this.seat === seat) this.#tell.lobby_joined.emit(seat.room.name);
    if (this.seat === seat) entry.resolve(seat.room);
    else entry.reject(new LobbyError('closed'));
  }

  #restored(seat: Seat, entry: Entry, steps: Iterable<void>): void {
    this.#loss = null;
    for (const _step of steps) if (this.seat !== seat) return;
    this.#tell.lobby_restored.emit();
    entry.resolve(seat.room);
  }

  /** What time brings while everything is well. */
  #keep(seat: Seat, now: number): void {
    const { sealedAt, ice, iceSince } = seat;
    const ends = !seat.isExtended || this.#parts.closeAfterSeal;
    if (ends && sealedAt !== null && now - sealedAt >= this.#timing.sealMs) {
      this.finish();
      return;
    }
    this.talk.keepAlive();
    if (ice.ttlMs === 0 || this.#hasAskedForIce || now - iceSince < ice.ttlMs * ASK_FOR_ICE_AFTER) return;
    this.#hasAskedForIce = true;
    this.talk.say({ type: MessageType.ICE });
  }

  #lose(reason: LeftReason, text: string): true {
    this.seat = this.#entry = this.#loss = this.#sealRef = null;
    this.#tell.lobby_left.emit(reason, text);
    return true;
  }
}
