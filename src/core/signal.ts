import { Err } from './err.js';
import { fail, pushError, watchRejection } from './fail.js';

/** Any function that takes these arguments. */
export type Callable<A extends readonly unknown[]> = (...args: A) => unknown;

/** Godot's numbers. */
export const ConnectFlags = {
  /** The call comes with the next poll of the signal's owner. */
  CONNECT_DEFERRED: 1,
  /** The listener is removed when it is called. */
  CONNECT_ONE_SHOT: 4,
} as const;

/** What a signal needs of the object it belongs to. */
export interface SignalHost {
  readonly blocked: boolean;
  hasDomListener(signal: string): boolean;
  dispatchDom(signal: string, args: readonly unknown[]): void;
  defer(call: () => void): void;
}

interface Connection<A extends readonly unknown[]> {
  readonly fn: Callable<A>;
  readonly flags: number;
  live: boolean;
}

/**
 * A typed signal. Listeners are called in the order they were connected. One that throws is reported and stops neither
 * the others nor the caller; one that is disconnected while the signal is being emitted is not called any more; one that
 * is connected meanwhile is called the next time.
 * @example
 * ```ts run
 * import { ConnectFlags, WebRTCPeerConnection } from 'scenewire';
 *
 * const connection = new WebRTCPeerConnection();
 * const signal = connection.error_occurred;
 * signal.connect((message) => console.log(`always: ${message}`));
 * signal.connect((message) => console.log(`once: ${message}`), ConnectFlags.CONNECT_ONE_SHOT);
 * signal.emit('one');
 * signal.emit('two');
 * // → always: one
 * // → once: one
 * // → always: two
 * ```
 */
export class Signal<A extends readonly unknown[] = []> {
  readonly name: string;
  readonly #host: SignalHost;
  // Replaced, never changed in place: a running emit keeps walking the list it began with.
  #connections: readonly Connection<A>[] = [];

  constructor(name: string, host: SignalHost) {
    this.name = name;
    this.#host = host;
  }

  /** The same function twice is `ERR_INVALID_PARAMETER`, as in Godot. */
  connect(fn: Callable<A>, flags = 0): Err {
    if (typeof fn !== 'function' || this.isConnected(fn)) {
      const problem = typeof fn === 'function' ? 'is already connected' : 'is not a function';
      return fail(Err.ERR_INVALID_PARAMETER, `The listener ${problem}: signal ${this.name}`);
    }
    this.#connections = [...this.#connections, { fn, flags, live: true }];
    return Err.OK;
  }

  disconnect(fn: Callable<A>): void {
    const found = this.#connections.find((connection) => connection.fn === fn);
    if (found === undefined) {
      pushError(`The listener is not connected: signal ${this.name}`, Err.ERR_DOES_NOT_EXIST);
      return;
    }
    this.#remove(found);
  }

  isConnected(fn: Callable<A>): boolean {
    return this.#connections.some((connection) => connection.fn === fn);
  }

  hasConnections(): boolean {
    return this.#connections.length > 0 || this.#host.hasDomListener(this.name);
  }

  /** The listeners in call order. */
  getConnections(): readonly Callable<A>[] {
    return this.#connections.map((connection) => connection.fn);
  }

  /** The arguments of the next emission: Godot's `await signal`. The continuation runs as a microtask after it. */
  once(): Promise<A> {
    return new Promise((resolve) => {
      this.connect((...args: A) => resolve(args), ConnectFlags.CONNECT_ONE_SHOT);
    });
  }

  emit(...args: A): void {
    if (this.#host.blocked) return;
    for (const connection of this.#connections) if (connection.live) this.#call(connection, args);
    if (this.#host.hasDomListener(this.name)) this.#host.dispatchDom(this.name, args);
  }

  #call(connection: Connection<A>, args: A): void {
    if (connection.flags & ConnectFlags.CONNECT_ONE_SHOT) this.#remove(connection);
    if (connection.flags & ConnectFlags.CONNECT_DEFERRED) this.#host.defer(() => this.#invoke(connection.fn, args));
    else this.#invoke(connection.fn, args);
  }

  #invoke(fn: Callable<A>, args: A): void {
    try {
      watchRejection(fn(...args), 'A listener of signal', this.name);
    } catch (thrown) {
      pushError(`A listener of signal ${this.name} threw`, Err.ERR_SCRIPT_FAILED, thrown);
    }
  }

  #remove(connection: Connection<A>): void {
    connection.live = false;
    this.#connections = this.#connections.filter((other) => other !== connection);
  }
}
