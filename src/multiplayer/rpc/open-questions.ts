import type { Clock } from '../../core/clock.js';
import type { Variant } from '../variant/variant.js';
import type { AskOptions } from './ask-options.js';
import type { RpcMethod } from './method-table.js';
import { RpcError, type RpcErrorReason } from './rpc-error.js';

const DEFAULT_TIMEOUT_MS = 10_000;
/** Questions to one peer that may wait for an answer: a peer that never answers fills no memory. */
const MOST_PER_PEER = 256;
const NUMBERS = 2 ** 32;

interface Question {
  readonly peer: number;
  readonly method: RpcMethod;
  readonly dueAt: number;
  resolve(value: Variant): void;
  reject(error: RpcError): void;
  /** Stops listening to its signal. */
  release(): void;
}

/** Questions that this side asked and that were not answered yet. */
export class OpenQuestions {
  readonly #clock: Clock;
  /** Tells a peer that nobody waits any more. */
  readonly #cancel: (peer: number, number: number) => void;
  readonly #questions = new Map<number, Question>();
  readonly #counts = new Map<number, number>();
  #last = 0;

  constructor(clock: Clock, cancel: (peer: number, number: number) => void) {
    this.#clock = clock;
    this.#cancel = cancel;
  }

  /** `send` sends the question of this number, or says why it can't. */
  ask(
    peer: number,
    method: RpcMethod,
    options: AskOptions,
    send: (number: number) => RpcError | null,
  ): Promise<Variant> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
    const refuse = (reason: RpcErrorReason, text: string): Promise<never> =>
      Promise.reject(new RpcError(reason, peer, method.name, text));
    if (!(timeoutMs > 0)) return refuse('not-sent', `${timeoutMs} ms is no time to wait for ${method.name}`);
    if (signal?.aborted) return refuse('cancelled', `${method.name} was given up before it was asked`);
    if ((this.#counts.get(peer) ?? 0) >= MOST_PER_PEER) {
      return refuse('busy', `${MOST_PER_PEER} questions to peer ${peer} wait for their answers`);
    }
    const number = this.#nextNumber();
    const problem = send(number);
    if (problem !== null) return Promise.reject(problem);
    const dueAt = this.#clock.now() + timeoutMs;
    return new Promise((resolve, reject) => {
      const release = this.#follow(signal, number);
      this.#questions.set(number, { peer, method, dueAt, resolve, reject, release });
      this.#counts.set(peer, (this.#counts.get(peer) ?? 0) + 1);
    });
  }

  /** False when nobody waits for this answer. */
  answer(peer: number, number: number, value: Variant): boolean {
    const question = this.#close(number, peer);
    if (question === null) return false;
    const { method } = question;
    if (method.acceptsAnswer?.([value]) !== false) question.resolve(value);
    else question.reject(new RpcError('bad-answer', peer, method.name, `${method.name} gave something else`));
    return true;
  }

  /** The text is that of a refusal; other reasons speak for themselves. */
  fail(peer: number, number: number, reason: RpcErrorReason, text: string): boolean {
    const question = this.#close(number, peer);
    if (question === null) return false;
    const { name } = question.method;
    question.reject(new RpcError(reason, peer, name, text || `Peer ${peer} did not answer ${name}: ${reason}`));
    return true;
  }

  /** Gives up those whose time is over. */
  poll(): void {
    if (this.#questions.size === 0) return;
    const now = this.#clock.now();
    for (const [number, { peer, method, dueAt }] of this.#questions) {
      if (now >= dueAt) this.#giveUp(number, 'timeout', `Peer ${peer} did not answer ${method.name} in time`);
    }
  }

  peerLeft(peer: number): void {
    this.#failAll('peer-left', (question) => question.peer === peer);
    this.#counts.delete(peer);
  }

  reset(): void {
    this.#failAll('disconnected', () => true);
    this.#counts.clear();
  }

  #failAll(reason: 'peer-left' | 'disconnected', isMeant: (question: Question) => boolean): void {
    const what = reason === 'peer-left' ? 'left' : 'was lost';
    for (const [number, question] of this.#questions) {
      if (!isMeant(question)) continue;
      const { peer, method } = question;
      this.fail(peer, number, reason, `Peer ${peer} ${what} before it answered ${method.name}`);
    }
  }

  #follow(signal: AbortSignal | undefined, number: number): () => void {
    if (signal === undefined) return () => {};
    const abort = (): void => this.#giveUp(number, 'cancelled', 'The question was given up');
    signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  }

  #giveUp(number: number, reason: 'timeout' | 'cancelled', text: string): void {
    const peer = this.#questions.get(number)?.peer;
    if (peer === undefined) return;
    this.#cancel(peer, number);
    this.fail(peer, number, reason, text);
  }

  #close(number: number, peer: number): Question | null {
    const question = this.#questions.get(number);
    if (question?.peer !== peer) return null;
    this.#questions.delete(number);
    this.#counts.set(peer, (this.#counts.get(peer) ?? 1) - 1);
    question.release();
    return question;
  }

  #nextNumber(): number {
    do this.#last = (this.#last + 1) % NUMBERS;
    while (this.#questions.has(this.#last));
    return this.#last;
  }
}
