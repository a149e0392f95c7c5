import { TypedEventTarget } from 'typescript-event-target';
import { type DomListener, DomListeners } from './dom-listeners.js';
import { Err } from './err.js';
import { fail } from './fail.js';
import { type Callable, Signal, type SignalHost } from './signal.js';

/** Signal name → its arguments. */
export type SignalMap = { [name: string]: readonly unknown[] };

/** The same signals seen as DOM events: the arguments are the event's `detail`. */
export type SignalEvents<S extends SignalMap> = { [K in keyof S]: CustomEvent<S[K]> };

/**
 * An object with signals. Each signal is a field of its own (`object.connected.connect(fn)`), can be reached by name
 * (`object.connect('connected', fn)`) and is an event of the object (`object.addEventListener('connected', fn)`).
 * @example
 * ```ts run
 * import { GodotObject } from 'scenewire';
 *
 * class Door extends GodotObject<{ opened: [by: string] }> {
 *   readonly opened = this.signal('opened');
 * }
 *
 * const door = new Door();
 * door.opened.connect((by) => console.log(`opened by ${by}`));
 * door.connect('opened', (by) => console.log(`${by} is inside`));
 * door.addEventListener('opened', ({ detail: [by] }) => console.log(`an event, as of the DOM: ${by}`));
 * door.opened.emit('Ann');
 * // → opened by Ann
 * // → Ann is inside
 * // → an event, as of the DOM: Ann
 * ```
 */
export abstract class GodotObject<S extends SignalMap> extends TypedEventTarget<SignalEvents<S>> {
  readonly #signals = new Map<keyof S, unknown>();
  readonly #host = new Host(this, (call) => this.deferCall(call));

  connect<K extends keyof S & string>(signal: K, fn: Callable<S[K]>, flags = 0): Err {
    return this.#find(signal)?.connect(fn, flags) ?? unknownSignal(signal);
  }

  disconnect<K extends keyof S & string>(signal: K, fn: Callable<S[K]>): void {
    const found = this.#find(signal);
    if (found === undefined) unknownSignal(signal);
    else found.disconnect(fn);
  }

  /** Whether this function listens to the signal. For the network, see `isPeerConnected`. */
  isConnected<K extends keyof S & string>(signal: K, fn: Callable<S[K]>): boolean {
    return this.#find(signal)?.isConnected(fn) ?? false;
  }

  emitSignal<K extends keyof S & string>(signal: K, ...args: S[K]): Err {
    const found = this.#find(signal);
    if (found === undefined) return unknownSignal(signal);
    found.emit(...args);
    return Err.OK;
  }

  hasSignal(name: string): boolean {
    return this.#signals.has(name);
  }

  getSignalList(): readonly string[] {
    return [...this.#signals.keys()] as string[];
  }

  /** While true, nothing is emitted. */
  setBlockSignals(block: boolean): void {
    this.#host.blocked = block;
  }

  isBlockingSignals(): boolean {
    return this.#host.blocked;
  }

  /** Declares a signal; used for the fields of a subclass. */
  protected signal<K extends keyof S & string>(name: K): Signal<S[K]> {
    const made = new Signal<S[K]>(name, this.#host);
    this.#signals.set(name, made);
    return made;
  }

  /** Where the call of a CONNECT_DEFERRED listener goes. An object that is polled puts it behind its other events. */
  protected deferCall(call: () => void): void {
    call();
  }

  #find<K extends keyof S & string>(name: K): Signal<S[K]> | undefined {
    return this.#signals.get(name) as Signal<S[K]> | undefined;
  }

  static {
    // The base class declares these two as properties, so methods of this class could not override them.
    GodotObject.prototype.addEventListener = function (this: GodotObject<SignalMap>, type, listener, options) {
      this.#host.dom.add(this, type, listener as DomListener | null, options);
    };
    GodotObject.prototype.removeEventListener = function (this: GodotObject<SignalMap>, type, listener, options) {
      this.#host.dom.remove(this, type, listener as DomListener | null, options);
    };
  }
}

class Host implements SignalHost {
  readonly dom = new DomListeners();
  readonly defer: (call: () => void) => void;
  readonly #target: EventTarget;
  blocked = false;

  constructor(target: EventTarget, defer: (call: () => void) => void) {
    this.#target = target;
    this.defer = defer;
  }

  hasDomListener(signal: string): boolean {
    return this.dom.has(signal);
  }

  dispatchDom(signal: string, args: readonly unknown[]): void {
    this.#target.dispatchEvent(new CustomEvent(signal, { detail: args }));
  }
}

function unknownSignal(name: string): Err {
  return fail(Err.ERR_DOES_NOT_EXIST, `There is no signal ${name}`);
}
