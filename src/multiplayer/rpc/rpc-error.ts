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

/** What the promise of a question rejects with. */
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

/** Thrown by a method to whoever asked: its text, and nothing else that is thrown, travels. */
export class RpcRefusal extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'RpcRefusal';
  }
}
