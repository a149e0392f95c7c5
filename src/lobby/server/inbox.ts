import type { ClientMessage } from '../protocol/client-messages.js';
import { MessageType } from '../protocol/message-type.js';
import { type BadFrame, parseClientMessage } from '../protocol/parse.js';
import type { TokenBucket } from './token-bucket.js';

/** Frames that wait behind a request. `ws` hands out what it has read in one piece, so pausing does not stop them at once. */
const MAX_WAITING = 4096;
/** Bytes that count as one message. */
const BYTES_PER_UNIT = 2048;

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
  /** Too much waits. */
  overflow(): void;
  /** Whether to go on reading from the client. */
  setReading(isReading: boolean): void;
}

/**
 * Frames of one client, one after the other. Who sends more than its share is not punished but read more slowly, so that
 * it waits in its own network stack.
 */
export class Inbox {
  readonly #owner: InboxOwner;
  readonly #bucket: TokenBucket;
  readonly #waiting: Uint8Array[] = [];
  #isBusy = false;
  #isThrottled = false;
  #isReading = true;

  constructor(owner: InboxOwner, bucket: TokenBucket) {
    this.#owner = owner;
    this.#bucket = bucket;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  get isThrottled(): boolean {
    return this.#isThrottled;
  }

  /** True when this made the client wait for its share. */
  receive(frame: Uint8Array, now: number): boolean {
    if (this.#owner.isClosing) return false;
    if (this.#isBusy) this.#enqueue(frame);
    else this.#process(frame, now);
    const wasThrottled = this.#isThrottled;
    this.refill(now);
    return this.#isThrottled && !wasThrottled;
  }

  /** Called from time to time. */
  refill(now: number): void {
    this.#isThrottled = this.#bucket.isOverdrawn(now);
    const isReading = !this.#isThrottled && this.#waiting.length === 0;
    if (isReading === this.#isReading || this.#owner.isClosing) return;
    this.#isReading = isReading;
    this.#owner.setReading(isReading);
  }

  #enqueue(frame: Uint8Array): void {
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(frame);
    else this.#owner.overflow();
  }

  #process(frame: Uint8Array, now: number): void {
    const { message, bad } = parseClientMessage(frame, this.#owner.isAnnounced);
    const units = Math.floor(frame.length / BYTES_PER_UNIT);
    const cost = message === undefined ? INVALID_COST : (costs.get(message.type) ?? 1);
    this.#bucket.take(cost + units, now);
    if (bad !== undefined) {
      this.#owner.handleInvalid(bad);
      return;
    }
    const pending = this.#owner.handle(message);
    if (pending === undefined) return;
    this.#isBusy = true;
    void pending.then(() => {
      this.#isBusy = false;
      this.#processWaiting(now);
    });
  }

  #processWaiting(now: number): void {
    while (!this.#isBusy && this.#waiting.length > 0 && !this.#owner.isClosing) {
      this.#process(this.#waiting.shift()!, now);
    }
    this.refill(now);
  }
}
