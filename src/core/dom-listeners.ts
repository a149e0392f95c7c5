import { Err } from './err.js';
import { pushError, watchRejection } from './fail.js';

export type DomListener = EventListenerOrEventListenerObject;

/** As they are handed to any EventTarget. */
type Given<O> = O | boolean | null | undefined;

interface Entry {
  readonly type: string;
  readonly listener: DomListener;
  readonly capture: boolean;
  readonly wrapper: EventListener;
}

/**
 * The DOM-style listeners of one object. Each is wrapped, because a bare EventTarget in Node turns a listener that
 * throws into an uncaught exception. Removal, `once`, `signal` and `handleEvent` work as on any EventTarget, and the
 * table knows exactly which types are listened to, so that a signal nobody listens to makes no event object.
 */
export class DomListeners {
  #entries: readonly Entry[] = [];

  has(type: string): boolean {
    // PERF: by number. Frames ask, and an iterator would be made even for an empty list.
    for (let at = 0; at < this.#entries.length; at += 1) if (this.#entries[at]?.type === type) return true;
    return false;
  }

  add(target: EventTarget, type: string, listener: DomListener | null, given?: Given<AddEventListenerOptions>): void {
    const options = recordOf(given);
    const capture = options.capture === true;
    if (listener === null || options.signal?.aborted || this.#find(type, listener, capture) !== undefined) return;
    const entry: Entry = {
      type,
      listener,
      capture,
      wrapper: (event) => {
        if (options.once) this.#forget(entry);
        callIsolated(target, listener, event);
      },
    };
    this.#entries = [...this.#entries, entry];
    options.signal?.addEventListener('abort', () => this.#forget(entry), { once: true });
    EventTarget.prototype.addEventListener.call(target, type, entry.wrapper, options);
  }

  remove(target: EventTarget, type: string, listener: DomListener | null, given?: Given<EventListenerOptions>): void {
    const options = recordOf(given);
    const entry = this.#find(type, listener, options.capture === true);
    if (entry === undefined) return;
    this.#forget(entry);
    EventTarget.prototype.removeEventListener.call(target, type, entry.wrapper, options);
  }

  #find(type: string, listener: DomListener | null, capture: boolean): Entry | undefined {
    return this.#entries.find((e) => e.type === type && e.listener === listener && e.capture === capture);
  }

  #forget(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }
}

/** A boolean stands for `capture`. */
function recordOf(given: Given<AddEventListenerOptions>): AddEventListenerOptions {
  return typeof given === 'object' ? (given ?? {}) : { capture: given === true };
}

function callIsolated(target: EventTarget, listener: DomListener, event: Event): void {
  try {
    const result: unknown = typeof listener === 'function' ? listener.call(target, event) : listener.handleEvent(event);
    watchRejection(result, 'A listener of event', event.type);
  } catch (thrown) {
    pushError(`A listener of event ${event.type} threw`, Err.ERR_SCRIPT_FAILED, thrown);
  }
}
