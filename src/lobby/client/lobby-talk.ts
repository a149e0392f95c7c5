import type { Clock } from '../../core/clock.js';
import type { Announcement, ClientMessage } from '../protocol/client-messages.js';
import { type LobbyReason, reasonOfText } from '../protocol/lobby-reason.js';
import { LOBBY_VERSION, MessageType } from '../protocol/message-type.js';
import { parseServerMessage } from '../protocol/parse.js';
import type { ErrorMessage, ServerLimits, ServerMessage } from '../protocol/server-messages.js';
import { type Draft, writeMessage } from '../protocol/write.js';
import type { OpenLobbySocket } from '../socket/lobby-socket.js';
import { type AuthAnswer, askForAuth, type LobbyAuth } from './lobby-auth.js';
import { LobbyError } from './lobby-error.js';
import { type LineOwner, LobbyLine } from './lobby-line.js';
import type { LobbyTiming } from './lobby-timing.js';
import { PendingRequests } from './pending-requests.js';

/** How a socket ended, and what that means for whoever waited. */
export interface TalkEnd {
  readonly wasOpen: boolean;
  readonly code: number;
  readonly text: string;
  /** What the server said it was; null when it said nothing. */
  readonly reason: LobbyReason | null;
  readonly error: LobbyError;
}

export interface TalkOwner {
  /** What to say first on a socket that has opened; null for HELLO. */
  firstMessage(announcement: Announcement): Draft<ClientMessage> | null;
  /** HELLO was answered. */
  understood(announcement: Announcement): void;
  /** No answer to a request. False when it made no sense. */
  received(message: ServerMessage): boolean;
  /** An error that no request waits for. */
  refused(message: ErrorMessage): void;
  ended(end: TalkEnd): void;
}

export interface TalkParts {
  readonly open: OpenLobbySocket;
  readonly clock: Clock;
  readonly auth: LobbyAuth | undefined;
  readonly timing: LobbyTiming;
}

const NEVER = Number.POSITIVE_INFINITY;
/** What servers that do not know HELLO make of it. */
const PUZZLED: readonly (LobbyReason | null)[] = [null, 'not_in_room', 'bad_message', 'unknown_type', 'join_timeout'];

/** What is said on a line: who we are first, then requests with their answers, and signs of life. */
export class LobbyTalk implements LineOwner {
  limits: ServerLimits | null = null;
  /** Frames that made no sense, or came for nobody. */
  dropped = 0;
  readonly #parts: TalkParts;
  readonly #owner: TalkOwner;
  readonly #line: LobbyLine;
  readonly #requests = new PendingRequests();
  readonly #unsent = new Map<number, string>();
  #isUnderstood = false;
  #connectAt = NEVER;
  #auth: AuthAnswer | null = null;
  #helloAt = NEVER;
  #pingAt = NEVER;
  #lastWord: ErrorMessage | null = null;

  constructor(parts: TalkParts, owner: TalkOwner) {
    this.#parts = parts;
    this.#owner = owner;
    this.#line = new LobbyLine(parts.open, parts.clock, parts.timing.connectMs);
  }

  get isOpen(): boolean {
    return this.#line.isOpen;
  }

  /** Whether the server of this socket has answered as one that knows the extensions. */
  get isUnderstood(): boolean {
    return this.#isUnderstood;
  }

  get openedInMs(): number {
    return this.#line.openedInMs;
  }

  /** Neither connected nor about to be. */
  get isQuiet(): boolean {
    return this.#line.isQuiet && this.#connectAt === NEVER;
  }

  /** With a later poll, so that calls in one turn that cancel each other open nothing. */
  reach(afterMs = 0): void {
    if (this.#line.isIdle && this.#connectAt === NEVER) this.#connectAt = this.#parts.clock.now() + afterMs;
  }

  poll(): void {
    if (this.#parts.clock.now() >= this.#connectAt) this.#connect();
    this.#line.poll(this);
    const now = this.#parts.clock.now();
    this.#requests.rejectLate(now);
    if (now - this.#helloAt >= this.#parts.timing.requestMs) this.hangUp();
  }

  /** Sent when the server has shown that it knows the extensions: one of Godot's would end the connection. */
  request(message: Draft<ClientMessage>): Promise<ServerMessage> {
    const { ref, answer } = this.expect();
    const frame = writeMessage({ ...message, ref } as Draft<ClientMessage>);
    if (!this.#isUnderstood) {
      this.#unsent.set(ref, frame);
      this.reach();
    } else if (!this.#line.send(frame)) {
      this.#requests.reject(ref, new LobbyError('too_large'));
    }
    return answer;
  }

  newRef(): number {
    return this.#requests.newRef();
  }

  /** A ref whose answer comes without it, and the promise of that. */
  expect(): { ref: number; answer: Promise<ServerMessage> } {
    return this.#requests.add(this.#parts.clock.now() + this.#parts.timing.requestMs);
  }

  settle(ref: number, message: ServerMessage): void {
    this.#requests.resolve(ref, message);
  }

  /** Nobody answers. False when it is lost. */
  say(message: Draft<ClientMessage>): boolean {
    return this.#line.send(writeMessage(message));
  }

  announcement(): Announcement {
    const token = this.#auth?.token;
    return { sw: LOBBY_VERSION, ...(token !== undefined && { auth: token }) };
  }

  /** The server has answered as one that knows the extensions. */
  understood(): void {
    this.#isUnderstood = true;
    this.#helloAt = NEVER;
    for (const frame of this.#unsent.values()) this.#line.send(frame);
    this.#unsent.clear();
  }

  /** It has let us in as one that does not. */
  misunderstood(): void {
    for (const ref of this.#unsent.keys()) this.#requests.reject(ref, new LobbyError('unsupported'));
    this.#unsent.clear();
  }

  /** Asks for a sign of life when there was none for long; without one this is the end. */
  keepAlive(): void {
    if (!this.#line.isOpen || !this.#isUnderstood) return;
    const now = this.#parts.clock.now();
    const { silenceMs, pongMs } = this.#parts.timing;
    if (this.#line.heardAt >= this.#pingAt) this.#pingAt = NEVER;
    if (now - this.#pingAt >= pongMs) {
      this.hangUp();
    } else if (this.#pingAt === NEVER && now - this.#line.heardAt >= silenceMs) {
      this.#pingAt = now;
      this.say({ type: MessageType.PING });
    }
  }

  /** The server does not answer: as good as lost. With a goodbye it keeps no seat that it may have given. */
  hangUp(withGoodbye = false): void {
    const wasOpen = this.#line.isOpen;
    if (withGoodbye) this.#line.close();
    else this.#line.cut();
    this.ended(wasOpen, -1, '');
  }

  close(error: LobbyError): void {
    this.#connectAt = NEVER;
    this.#line.close();
    this.#forget();
    this.#unsent.clear();
    this.#requests.rejectAll(error);
  }

  opened(): void {
    const first = this.#owner.firstMessage(this.announcement());
    if (first === null) this.#helloAt = this.#parts.clock.now();
    this.say(first ?? { type: MessageType.HELLO, ...this.announcement() });
  }

  received(frame: string | Uint8Array): void {
    const { message } = parseServerMessage(frame);
    if (message === undefined || !this.#take(message)) this.dropped += 1;
  }

  ended(wasOpen: boolean, code: number, text: string): void {
    const reason = this.#lastWord?.reason ?? reasonOfText(text);
    const error = this.#errorOf(wasOpen, code, text, reason);
    this.#forget();
    this.#owner.ended({ wasOpen, code, text, reason, error });
    const isComingBack = !this.isQuiet;
    this.#requests.rejectAll(error, isComingBack ? new Set(this.#unsent.keys()) : undefined);
    if (!isComingBack) this.#unsent.clear();
  }

  #connect(): void {
    this.#auth ??= askForAuth(this.#parts.auth);
    if (this.#auth.state === 'waiting') return;
    this.#connectAt = NEVER;
    if (this.#auth.state === 'ready') {
      this.#line.connect();
      return;
    }
    const error = new LobbyError('unauthorized', { text: this.#auth.problem });
    this.#forget();
    this.#owner.ended({ wasOpen: false, code: -1, text: '', reason: 'unauthorized', error });
    this.#unsent.clear();
    this.#requests.rejectAll(error);
  }

  #take(message: ServerMessage): boolean {
    if (message.type === MessageType.PING) return true;
    if (message.type === MessageType.ERROR) return this.#takeError(message);
    const { ref } = message as { ref?: number };
    const isKnown = this.#isAnswer(message) || this.#owner.received(message);
    if (ref !== undefined && message.type !== MessageType.WELCOME) this.#requests.resolve(ref, message);
    return isKnown;
  }

  #isAnswer(message: ServerMessage): boolean {
    if (message.type === MessageType.HELLO) {
      this.limits = message.limits;
      this.understood();
      this.#owner.understood(this.announcement());
    }
    return message.type === MessageType.HELLO || message.type === MessageType.LIST || message.type === MessageType.DONE;
  }

  #takeError(message: ErrorMessage): boolean {
    const { reason, data, retryMs, ref, fatal } = message;
    if (fatal) this.#lastWord = message;
    // Godot's servers have no such message.
    else this.understood();
    const isMine = ref !== undefined && this.#requests.reject(ref, new LobbyError(reason, { text: data, retryMs }));
    if (!isMine) this.#owner.refused(message);
    return true;
  }

  #errorOf(wasOpen: boolean, closeCode: number, closeReason: string, reason: LobbyReason | null): LobbyError {
    const details = { closeCode, closeReason };
    if (!wasOpen) return new LobbyError('connect_failed', details);
    if (this.#lastWord !== null) {
      const { data: text, retryMs } = this.#lastWord;
      return new LobbyError(this.#lastWord.reason, { ...details, text, retryMs });
    }
    const isPuzzled = this.#helloAt !== NEVER && closeCode !== -1 && PUZZLED.includes(reason);
    if (isPuzzled) return new LobbyError('unsupported', details);
    return new LobbyError(reason ?? (closeCode === -1 ? 'connection_lost' : 'refused'), details);
  }

  /** The next socket knows nothing of this one. */
  #forget(): void {
    this.#isUnderstood = false;
    this.#auth = null;
    this.#helloAt = this.#pingAt = NEVER;
    this.#lastWord = null;
  }
}
