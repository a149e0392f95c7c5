import type { TransferMode } from '../multiplayer-types.js';
import { BYE_BODY_BYTES, MAX_BYE_REASON, writeBye } from './bye-message.js';
import { BYE_GRACE_MS } from './link-limits.js';
import type { LinkSender } from './link-sender.js';
import { headerBytes, isReliable, MessageKind } from './message-header.js';

/** What the peer says when it leaves. */
export class Farewell {
  #reason = -1;
  #dueAt = Number.POSITIVE_INFINITY;

  /** What the peer gave as its reason. */
  get reason(): number {
    return this.#reason;
  }

  /** The peer has said bye; maybe what it sent before is still to come. */
  get isHeard(): boolean {
    return this.#dueAt < Number.POSITIVE_INFINITY;
  }

  isDue(now: number): boolean {
    return now >= this.#dueAt;
  }

  /** `isCertain`: on a reliable lane. On another one it may have overtaken reliable data. */
  heard(reason: number, isCertain: boolean, now: number): void {
    this.#reason = reason;
    this.#dueAt = Math.min(this.#dueAt, isCertain ? now : now + BYE_GRACE_MS);
  }
}

/** Says bye on these lanes: one that is fast, and a reliable one, which is certain. */
export function sayBye(
  reason: number,
  { lanes, modes, sender }: { lanes: readonly number[]; modes: readonly TransferMode[]; sender: LinkSender },
  now: number,
): void {
  for (const lane of lanes) {
    const at = headerBytes(isReliable(modes[lane]));
    const message = new Uint8Array(at + BYE_BODY_BYTES);
    message[0] = MessageKind.BYE;
    writeBye(message, at, Math.max(0, Math.min(MAX_BYE_REASON, reason)));
    sender.sendControl(lane, message, now);
  }
}
