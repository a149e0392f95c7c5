import { Err } from './err.js';
import { pushError, watchRejection } from './fail.js';

type DomListener = EventListenerOrEventListenerObject;

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

  add(target: EventTarget, type: string, listener: DomListener, options: AddEventListenerOptions): void {
    const capture = options.capture === true;
    if (options.signal?.aborted || this.#find(type, listener, capture) !== undefined) return;
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

  remove(target: EventTarget, type: string, listener: DomListener, capture: boolean): void {
    const entry = this.#find(type, listener, capture);
    if (entry === undefined) return;
    this.#forget(entry);
    EventTarget.prototype.removeEventListener.call(target, type, entry.wrapper, { capture });
  }

  #find(type: string, listener: DomListener, capture: boolean): Entry | undefined {
    return this.#entries.find((e) => e.type === type && e.listener === listener && e.capture === capture);
  }

  #forget(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }
}

function callIsolated(target: EventTarget, listener: DomListener, event: Event): void {
  try {
    const result: unknown = typeof listener === 'function' ? listener.call(target, event) : listener.handleEvent(event);
    watchRejection(result, 'A listener of event', event.type);
  } catch (thrown) {
    pushError(`A listener of event ${event.type} threw`, Err.ERR_SCRIPT_FAILED, thrown);
  }
}
