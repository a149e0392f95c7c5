const NAMES = ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'] as const;

interface Timer {
  hasRef(): boolean;
}

/** Timers that are begun from now on. */
export interface WatchedTimers {
  /** Those that would keep a process alive. */
  count(): number;
  /** Ends them all, and watches no more. */
  end(): void;
}

type Callback = (...args: unknown[]) => void;

/** Keeps book of every timer in this process, until `end`. */
export function watchTimers(): WatchedTimers {
  const original = Object.fromEntries(NAMES.map((name) => [name, globalThis[name]])) as Pick<
    typeof globalThis,
    (typeof NAMES)[number]
  >;
  const active = new Set<Timer>();
  const clear = (timer: Timer | undefined): void => {
    if (timer !== undefined) active.delete(timer);
    original.clearTimeout(timer as Parameters<typeof clearTimeout>[0]);
    original.clearImmediate(timer as Parameters<typeof clearImmediate>[0]);
  };
  const once = (begin: (run: () => void) => Timer, callback: Callback, args: unknown[]): Timer => {
    const timer = begin(() => {
      active.delete(timer);
      callback(...args);
    });
    active.add(timer);
    return timer;
  };
  const watching = {
    setTimeout: (callback: Callback, ms?: number, ...args: unknown[]) =>
      once((run) => original.setTimeout(run, ms), callback, args),
    setImmediate: (callback: Callback, ...args: unknown[]) => once((run) => original.setImmediate(run), callback, args),
    setInterval: (callback: Callback, ms?: number, ...args: unknown[]) => {
      const timer = original.setInterval(callback, ms, ...args);
      active.add(timer);
      return timer;
    },
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  };
  Object.assign(globalThis, watching);
  return {
    count: () => [...active].filter((timer) => timer.hasRef()).length,
    end: () => {
      for (const timer of active) clear(timer);
      Object.assign(globalThis, original);
    },
  };
}
