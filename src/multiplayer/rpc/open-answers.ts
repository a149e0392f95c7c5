import { ByteWriter } from '../../core/byte-writer.js';
import { Err } from '../../core/err.js';
import { messageOf } from '../../core/fail.js';
import { TransferMode } from '../multiplayer-types.js';
import type { SceneContext } from '../scene/scene-context.js';
import type { VariantInput } from '../variant/variant.js';
import { problemOf } from '../variant/variant-problem.js';
import { writeArgument } from '../variant/write-variant.js';
import { Extra, type FailureReason, writeExtra, writeFailure } from './not-godots.js';
import type { CallContext } from './rpc-context.js';
import { RpcRefusal } from './rpc-error.js';

/** Questions of one peer that may be worked on at a time. */
const MOST_PER_PEER = 256;

/** A question that this side works on. It holds its place until its answer has left. */
export interface OpenAnswer {
  readonly peer: number;
  readonly number: number;
  readonly call: CallContext;
  /** The answer, when the peer had no room for it yet. */
  packet: Uint8Array | null;
}

/** Questions of others that this side has not answered yet. */
export class OpenAnswers {
  readonly #context: SceneContext;
  readonly #writer = new ByteWriter();
  readonly #peers = new Map<number, Map<number, OpenAnswer>>();
  readonly #unsent = new Set<OpenAnswer>();

  constructor(context: SceneContext) {
    this.#context = context;
  }

  /** Null when this peer has asked too much already, which it is told, or uses a number twice. */
  begin(peer: number, number: number, call: CallContext): OpenAnswer | null {
    const open = this.#peers.get(peer) ?? new Map<number, OpenAnswer>();
    this.#peers.set(peer, open);
    if (open.has(number)) {
      this.#context.drop(peer, 'malformed', 'two questions by one number');
      return null;
    }
    if (open.size >= MOST_PER_PEER) {
      this.#context.drop(peer, 'limit', `more than ${MOST_PER_PEER} questions at a time`);
      this.refuse(peer, number, 'busy');
      return null;
    }
    const answer = { peer, number, call, packet: null };
    open.set(number, answer);
    return answer;
  }

  /** Answers with what the method gave, now or when its promise is settled. */
  settle(answer: OpenAnswer, result: unknown): void {
    if (!isPromiseLike(result)) this.#succeed(answer, result);
    else {
      Promise.resolve(result).then(
        (value) => this.#succeed(answer, value),
        (thrown: unknown) => this.fail(answer, thrown),
      );
    }
  }

  /** Answers that the method threw. Only the text of a refusal travels. */
  fail(answer: OpenAnswer, thrown: unknown): void {
    if (!this.#isOpen(answer)) return;
    const { peer, number } = answer;
    this.#writer.clear();
    if (thrown instanceof RpcRefusal) writeFailure(this.#writer, number, 'refused', thrown.message);
    else {
      this.#context.drop(peer, 'script-error', `a method that was asked threw: ${traceOf(thrown)}`);
      writeFailure(this.#writer, number, 'failed', '');
    }
    this.#send(answer);
  }

  /** Answers a question that came to no method, if there is room for it. */
  refuse(peer: number, number: number, reason: FailureReason): void {
    this.#writer.clear();
    writeFailure(this.#writer, number, reason, '');
    this.#context.sendCommand(peer, this.#writer.view(), TransferMode.TRANSFER_MODE_RELIABLE, 0);
  }

  /** The peer waits no more. */
  cancel(peer: number, number: number): void {
    const answer = this.#peers.get(peer)?.get(number);
    if (answer === undefined) return;
    this.#close(answer);
    answer.call.abandon();
  }

  /** Sends again what found no room. */
  poll(): void {
    // PERF: even an empty loop makes an iterator.
    if (this.#unsent.size === 0) return;
    for (const answer of this.#unsent) {
      if (this.#put(answer.peer, answer.packet!) !== Err.ERR_BUSY) this.#close(answer);
    }
  }

  peerLeft(peer: number): void {
    const open = this.#peers.get(peer);
    this.#peers.delete(peer);
    for (const answer of open?.values() ?? []) {
      this.#unsent.delete(answer);
      answer.call.abandon();
    }
  }

  reset(): void {
    for (const peer of [...this.#peers.keys()]) this.peerLeft(peer);
  }

  #succeed(answer: OpenAnswer, value: unknown): void {
    if (!this.#isOpen(answer)) return;
    const { peer, number } = answer;
    this.#writer.clear();
    writeExtra(this.#writer, Extra.ANSWER);
    this.#writer.u32(number);
    const isNothing = value === undefined || value === null;
    const err = isNothing ? Err.OK : writeArgument(this.#writer, value as VariantInput);
    if (err !== Err.OK) {
      this.#context.drop(peer, 'script-error', `what a method gave that was asked: ${problemOf(value, err)}`);
      this.#writer.clear();
      writeFailure(this.#writer, number, 'bad-answer', '');
    }
    this.#send(answer);
  }

  #send(answer: OpenAnswer): void {
    if (this.#put(answer.peer, this.#writer.view()) !== Err.ERR_BUSY) this.#close(answer);
    else {
      answer.packet = this.#writer.copy();
      this.#unsent.add(answer);
    }
  }

  #put(peer: number, packet: Uint8Array): Err {
    return this.#context.sendCommand(peer, packet, TransferMode.TRANSFER_MODE_RELIABLE, 0);
  }

  #isOpen(answer: OpenAnswer): boolean {
    return answer.packet === null && this.#peers.get(answer.peer)?.get(answer.number) === answer;
  }

  #close(answer: OpenAnswer): void {
    this.#unsent.delete(answer);
    const open = this.#peers.get(answer.peer);
    if (open?.get(answer.number) === answer) open.delete(answer.number);
  }
}

/** What was thrown with where it came from: for the report on this side. */
export function traceOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown);
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
