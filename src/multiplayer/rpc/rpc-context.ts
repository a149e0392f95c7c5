import { DomListeners } from '../../core/dom-listeners.js';

/** Who calls: given to a method that asked for it, before its arguments. It stays true after an `await`. */
export interface RpcContext {
  /** Who called; the own id for a call from here. */
  readonly sender: number;
  /** Whether the call came from here (`callLocal`). */
  readonly isLocal: boolean;
  /** Whether the caller waits for what the method gives. */
  readonly isAsked: boolean;
  /** Aborts when nobody waits for the answer any more: given up, too late, or gone. */
  readonly signal: AbortSignal;
}

/** One call, as the method it is made to sees it. */
export class CallContext implements RpcContext {
  readonly sender: number;
  readonly isLocal: boolean;
  readonly isAsked: boolean;
  #controller: AbortController | null = null;
  #isOver = false;

  constructor(sender: number, isLocal: boolean, isAsked: boolean) {
    this.sender = sender;
    this.isLocal = isLocal;
    this.isAsked = isAsked;
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      isolate(this.#controller.signal);
      if (this.#isOver) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /** Nobody waits any more. */
  abandon(): void {
    this.#isOver = true;
    this.#controller?.abort();
  }
}

/** A stranger can make it abort: a listener that throws must not end a Node process, as it would otherwise. */
function isolate(signal: AbortSignal): void {
  const listeners = new DomListeners();
  type Handler = ((event: Event) => void) | null;
  signal.addEventListener = (...given: Parameters<EventTarget['addEventListener']>) => listeners.add(signal, ...given);
  signal.removeEventListener = (...given: Parameters<EventTarget['removeEventListener']>) =>
    listeners.remove(signal, ...given);
  let handler: Handler = null;
  Object.defineProperty(signal, 'onabort', {
    get: () => handler,
    set: (given: unknown) => {
      if (handler !== null) signal.removeEventListener('abort', handler);
      handler = typeof given === 'function' ? (given as Handler) : null;
      if (handler !== null) signal.addEventListener('abort', handler);
    },
  });
}
