import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { Err } from '../../src/core/err.js';
import { recordErrors } from './support/errors.js';
import { Thing } from './support/thing.js';

const errors = recordErrors();

/** What becomes an uncaught exception of the process while this runs and right after it. */
async function uncaughtDuring(action: () => void): Promise<unknown[]> {
  const uncaught: unknown[] = [];
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (thrown) => uncaught.push(thrown));
  try {
    action();
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const other of others) process.on('uncaughtException', other);
  }
  return uncaught;
}

function throwing(): void {
  throw new Error('mine');
}

/** Counts the event objects that are made until the test ends. */
function countEvents(): { made: number } {
  const count = { made: 0 };
  class CountedEvent<T> extends CustomEvent<T> {
    constructor(type: string, init?: CustomEventInit<T>) {
      super(type, init);
      count.made += 1;
    }
  }
  vi.stubGlobal('CustomEvent', CountedEvent);
  return count;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the DOM side of an object (D3)', () => {
  it('gets the arguments of the signal as the detail of a typed event', () => {
    const thing = new Thing();
    const details: unknown[] = [];
    thing.addEventListener('pinged', (event) => {
      expectTypeOf(event.detail).toEqualTypeOf<[n: number, text: string]>();
      details.push(event.type, event.detail, event.target === thing, event instanceof CustomEvent);
    });
    thing.addEventListener('ended', (event) => void details.push(event.detail));
    thing.pinged.emit(1, 'a');
    thing.ended.emit();
    expect(details).toEqual(['pinged', [1, 'a'], true, true, []]);
  });

  it('runs after the listeners of the signal, in its own order', () => {
    const thing = new Thing();
    const calls: string[] = [];
    for (const name of ['dom1', 'dom2']) thing.addEventListener('ended', () => void calls.push(name));
    thing.ended.connect(() => calls.push('signal'));
    thing.ended.emit();
    expect(calls).toEqual(['signal', 'dom1', 'dom2']);
  });

  it('calls functions with the object as this, and handleEvent on objects', () => {
    const thing = new Thing();
    const seen: unknown[] = [];
    thing.addEventListener('ended', function (this: unknown) {
      seen.push(this);
    } as () => void);
    const listener = {
      handleEvent(event: Event): void {
        seen.push(this, event.type);
      },
    };
    thing.addEventListener('ended', listener);
    thing.ended.emit();
    expect(seen).toEqual([thing, listener, 'ended']);
    thing.removeEventListener('ended', listener);
    thing.ended.emit();
    expect(seen).toHaveLength(4);
  });

  it('keeps once: the listener is gone before it runs', () => {
    const thing = new Thing();
    let calls = 0;
    const fn = (): void => {
      calls += 1;
      expect(thing.ended.hasConnections()).toBe(false);
      thing.ended.emit();
    };
    thing.addEventListener('ended', fn, { once: true });
    thing.ended.emit();
    thing.ended.emit();
    expect(calls).toBe(1);
    thing.addEventListener('ended', fn, { once: true });
    thing.ended.emit();
    expect(calls).toBe(2);
  });

  it('keeps the AbortSignal: abort removes, and an aborted one adds nothing', () => {
    const thing = new Thing();
    const abort = new AbortController();
    const fn = vi.fn();
    thing.addEventListener('ended', fn, { signal: abort.signal });
    thing.ended.emit();
    expect([fn.mock.calls.length, thing.ended.hasConnections()]).toEqual([1, true]);
    abort.abort();
    thing.ended.emit();
    expect([fn.mock.calls.length, thing.ended.hasConnections()]).toEqual([1, false]);
    thing.addEventListener('ended', fn, { signal: abort.signal });
    thing.ended.emit();
    expect([fn.mock.calls.length, thing.ended.hasConnections()]).toEqual([1, false]);
  });

  it('does not let an old AbortSignal remove what was added again without it', () => {
    const thing = new Thing();
    const abort = new AbortController();
    const fn = vi.fn();
    thing.addEventListener('ended', fn, { signal: abort.signal });
    thing.removeEventListener('ended', fn);
    thing.addEventListener('ended', fn);
    abort.abort();
    thing.ended.emit();
    expect(fn).toHaveBeenCalledTimes(1);
  });

  it('adds the same listener once, and once more for capture, and removes them apart', () => {
    const thing = new Thing();
    const fn = vi.fn();
    thing.addEventListener('ended', fn);
    thing.addEventListener('ended', fn, { once: true });
    thing.addEventListener('ended', fn, true);
    thing.addEventListener('ended', fn, { capture: true });
    thing.ended.emit();
    expect(fn).toHaveBeenCalledTimes(2);
    thing.removeEventListener('ended', fn, { capture: true });
    thing.ended.emit();
    expect(fn).toHaveBeenCalledTimes(3);
    thing.removeEventListener('ended', fn);
    thing.ended.emit();
    expect([fn.mock.calls.length, thing.ended.hasConnections()]).toEqual([3, false]);
  });

  it('removes only the same listener of the same type', () => {
    const thing = new Thing();
    const fn = vi.fn();
    thing.addEventListener('ended', fn);
    thing.removeEventListener('ended', () => {});
    thing.removeEventListener('pinged', fn);
    thing.removeEventListener('ended', fn, true);
    thing.ended.emit();
    expect(fn).toHaveBeenCalledTimes(1);
  });

  it('does not call a listener that was removed while the event is dispatched', () => {
    const thing = new Thing();
    const late = vi.fn();
    thing.addEventListener('ended', () => thing.removeEventListener('ended', late));
    thing.addEventListener('ended', late);
    thing.ended.emit();
    expect(late).not.toHaveBeenCalled();
  });

  it('takes null for a listener and for the options, as any EventTarget does', () => {
    const thing = new Thing();
    const fn = vi.fn();
    thing.addEventListener('ended', null);
    thing.removeEventListener('ended', null);
    expect(thing.ended.hasConnections()).toBe(false);
    thing.addEventListener('ended', fn, null as never);
    thing.ended.emit();
    thing.removeEventListener('ended', fn, null as never);
    thing.ended.emit();
    expect(fn).toHaveBeenCalledTimes(1);
  });

  it('works without a type argument for names that are no signals, as any EventTarget does', () => {
    const thing: EventTarget = new Thing();
    const fn = vi.fn();
    thing.addEventListener('mine', fn);
    thing.dispatchEvent(new Event('mine'));
    expect(fn).toHaveBeenCalledTimes(1);
  });
});

describe('a DOM listener that throws (D3, R-003)', () => {
  it('is an uncaught exception on a bare EventTarget in Node', async () => {
    const target = new EventTarget();
    target.addEventListener('ended', throwing);
    expect(await uncaughtDuring(() => target.dispatchEvent(new Event('ended')))).toHaveLength(1);
  });

  it('is reported here, stops nobody and is no uncaught exception', async () => {
    const thing = new Thing();
    const after = vi.fn();
    thing.addEventListener('ended', throwing);
    thing.addEventListener('ended', { handleEvent: throwing });
    thing.addEventListener('ended', {} as never);
    thing.addEventListener('ended', throwing, { once: true, capture: true });
    thing.addEventListener('ended', after);
    expect(await uncaughtDuring(() => thing.ended.emit())).toEqual([]);
    expect(after).toHaveBeenCalledTimes(1);
    expect(errors.map(({ err }) => err)).toEqual(Array(4).fill(Err.ERR_SCRIPT_FAILED));
    expect([errors[0]?.text, errors[0]?.cause]).toEqual([expect.stringContaining('ended'), new Error('mine')]);
  });
});

describe('an emission that nobody listens to the DOM way (D3, promise 8)', () => {
  it('makes no event object, also when another signal has such a listener', () => {
    const events = countEvents();
    const thing = new Thing();
    thing.ended.connect(() => {});
    thing.addEventListener('pinged', () => {});
    thing.ended.emit();
    expect(events.made).toBe(0);
    thing.pinged.emit(1, '');
    expect(events.made).toBe(1);
  });

  it.each(['remove', 'once', 'abort'] as const)('makes none again after the last listener left by %s', (way) => {
    const events = countEvents();
    const thing = new Thing();
    const abort = new AbortController();
    const fn = (): void => {};
    thing.addEventListener('ended', fn, way === 'abort' ? { signal: abort.signal } : { once: way === 'once' });
    thing.ended.emit();
    if (way === 'remove') thing.removeEventListener('ended', fn);
    abort.abort();
    thing.ended.emit();
    expect(events.made).toBe(1);
  });
});
