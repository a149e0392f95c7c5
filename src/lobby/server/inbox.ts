import type { ClientMessage } from '../protocol/client-messages.js';
import { MessageType } from '../protocol/message-type.js';
import { type BadFrame, parseClientMessage } from '../protocol/parse.js';
import type { TokenBucket } from './token-bucket.js';
import type { Turns, TurnTaker } from './turns.js';

/** Frames that wait. `ws` hands out what it has read in one piece, so pausing does not stop them at once. */
const MAX_WAITING = 4096;
/** Frames of one client that are dealt with as they come, before others have their turn. */
const FRAMES_PER_ROUND = 4;
/** Bytes, and time, that count as one message. */
const BYTES_PER_UNIT = 2048;
const MS_PER_UNIT = 0.25;
/** Longer it takes only because something else got the processor, which is not the client's fault. */
const MAX_TIME_UNITS = 40;

/** Messages that cost the lobby more than a relayed one: they go to the store, or to every member. */
const costs: ReadonlyMap<number, number> = new Map([
  [MessageType.JOIN, 10],
  [MessageType.RESUME, 10],
  [MessageType.HELLO, 5],
  [MessageType.LIST, 5],
  [MessageType.ICE, 5],
  [MessageType.LEAVE, 5],
  [MessageType.KICK, 10],
  [MessageType.HOST, 10],
  [MessageType.SEAL, 10],
  [MessageType.UNSEAL, 10],
  [MessageType.METADATA, 25],
  [MessageType.MEMBER, 25],
]);
const INVALID_COST = 5;

export interface InboxOwner {
  readonly isAnnounced: boolean;
  readonly isClosing: boolean;
  /** A promise when it takes time: what comes meanwhile waits. Must not throw or reject. */
  handle(message: ClientMessage): Promise<void> | void;
  handleInvalid(bad: BadFrame): void;
  /** The client has to wait for its share. */
  throttled(): void;
  /** Too much waits. */
  overflow(): void;
  /** Whether to go on reading from the client. */
  setReading(isReading: boolean): void;
}

/**
 * Frames of one client, one after the other, and by turns with those of others. Who sends more than its share is not
 * punished but read more slowly, so that it waits in its own network stack.
 */
export class Inbox implements TurnTaker {
  readonly #owner: InboxOwner;
  readonly #bucket: TokenBucket;
  readonly #turns: Turns;
  readonly #now: () => number;
  readonly #waiting: Uint8Array[] = [];
  #isBusy = false;
  #isThrottled = false;
  #isReading = true;
  #round = -1;
  #takenThisRound = 0;

  constructor(owner: InboxOwner, bucket: TokenBucket, turns: Turns, now: () => number) {
    this.#owner = owner;
    this.#bucket = bucket;
    this.#turns = turns;
    this.#now = now;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  get isThrottled(): boolean {
    return this.#isThrottled;
  }

  receive(frame: Uint8Array): void {
    if (this.#owner.isClosing) return;
    if (this.#isReady && this.#waiting.length === 0 && this.#isFirstInRound()) this.#process(frame);
    else this.#enqueue(frame);
    this.refill();
  }

  /** Called from time to time. */
  refill(): void {
    if (this.#owner.isClosing) return;
    const wasThrottled = this.#isThrottled;
    this.#isThrottled = this.#bucket.isOverdrawn(this.#now());
    if (this.#isThrottled && !wasThrottled) this.#owner.throttled();
    if (this.#isReady && this.#waiting.length > 0) this.#turns.add(this);
    const isReading = !this.#isThrottled && this.#waiting.length === 0;
    if (isReading === this.#isReading) return;
    this.#isReading = isReading;
    this.#owner.setReading(isReading);
  }

  takeTurn(): boolean {
    if (this.#isReady && this.#waiting.length > 0) this.#process(this.#waiting.shift()!);
    this.refill();
    return this.#isReady && this.#waiting.length > 0;
  }

  get #isReady(): boolean {
    return !this.#isBusy && !this.#isThrottled && !this.#owner.isClosing;
  }

  #isFirstInRound(): boolean {
    const { round } = this.#turns;
    if (round !== this.#round) this.#takenThisRound = 0;
    this.#round = round;
    this.#takenThisRound += 1;
    return this.#takenThisRound <= FRAMES_PER_ROUND;
  }

  #enqueue(frame: Uint8Array): void {
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(frame);
    else this.#owner.overflow();
  }

  #process(frame: Uint8Array): void {
    const start = performance.now();
    const { message, bad } = parseClientMessage(frame, this.#owner.isAnnounced);
    const pending = bad === undefined ? this.#owner.handle(message) : this.#owner.handleInvalid(bad);
    const cost = message === undefined ? INVALID_COST : (costs.get(message.type) ?? 1);
    const size = Math.floor(frame.length / BYTES_PER_UNIT);
    const time = Math.min(MAX_TIME_UNITS, Math.floor((performance.now() - start) / MS_PER_UNIT));
    this.#bucket.take(cost + Math.max(size, time), this.#now());
    if (pending === undefined) return;
    this.#isBusy = true;
    void pending.then(() => {
      this.#isBusy = false;
      this.refill();
    });
  }
}
