/** Why a question got no answer. */
export type RpcErrorReason =
  /** The method refused, with a text for whoever asked: it threw an `RpcRefusal`. */
  | 'refused'
  /** The method threw anything else. What it was is told on its own side only. */
  | 'failed'
  /** The mode of the method does not allow this peer to call it. */
  | 'not-permitted'
  /** The other side has no such node. */
  | 'unknown-node'
  /** The other side has no such method, or it is not one of its RPCs. */
  | 'unknown-method'
  /** The other side does not take these arguments. */
  | 'bad-arguments'
  /** What the method gave can't travel. */
  | 'bad-answer'
  /** Too many questions wait for an answer, on either side. */
  | 'busy'
  /** No answer came in time. */
  | 'timeout'
  /** Given up by its AbortSignal. */
  | 'cancelled'
  /** The peer left before it answered. */
  | 'peer-left'
  /** The connection ended, or its peer object was replaced. */
  | 'disconnected'
  /** The peer is no scenewire peer, or too old. Godot's can only be called. */
  | 'unsupported'
  /** The question never left: this side says why in the text. */
  | 'not-sent';

/**
 * What the promise of a question rejects with.
 * @example
 * ```ts run
 * import { RpcError } from 'scenewire';
 *
 * // `await patiently(player.ask(1).buy('sword'))`: the answer, or null when nobody was there to give one.
 * async function patiently<T>(answer: Promise<T>): Promise<T | null> {
 *   try {
 *     return await answer;
 *   } catch (error) {
 *     if (error instanceof RpcError && error.reason === 'timeout') return null;
 *     throw error;
 *   }
 * }
 *
 * console.log(await patiently(Promise.reject(new RpcError('timeout', 1, 'buy', 'no answer')))); // → null
 * ```
 */
export class RpcError extends Error {
  readonly reason: RpcErrorReason;
  /** Who was asked. */
  readonly peer: number;
  readonly method: string;

  constructor(reason: RpcErrorReason, peer: number, method: string, text: string, options?: ErrorOptions) {
    super(text, options);
    this.name = 'RpcError';
    this.reason = reason;
    this.peer = peer;
    this.method = method;
  }
}

/**
 * Thrown by a method to whoever asked: its text, and nothing else that is thrown, travels.
 * @example
 * ```ts run
 * import { defineRpcs, NodeScript, RpcRefusal } from 'scenewire';
 *
 * class Shop extends NodeScript {
 *   static readonly rpcs = defineRpcs(Shop, { buy: { mode: 'any_peer', args: ['String'] } });
 *   declare readonly rpcs: typeof Shop.rpcs;
 *
 *   buy(item: string): number {
 *     if (item === 'moon') throw new RpcRefusal('The moon is not for sale'); // the asker's `message`
 *     return 100;
 *   }
 * }
 * ```
 */
export class RpcRefusal extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'RpcRefusal';
  }
}
