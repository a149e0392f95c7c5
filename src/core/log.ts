/**
 * Named loggers behind one level gate and one replaceable sink.
 *
 * Rubric: `error` for what the caller must mend, `warn` for what silently works less well, `info` once per step of a
 * lifecycle, `debug` for everything else. Nothing is logged per packet.
 */
export const LogLevel = { DEBUG: 0, INFO: 1, WARN: 2, ERROR: 3, SILENT: 4 } as const;
export type LogLevel = (typeof LogLevel)[keyof typeof LogLevel];

/** Where log lines go. */
export type LogSink = (level: LogLevel, name: string, text: string) => void;

export interface Logger {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
  /** A warning said once per process, however often the cause comes back. */
  warnOnce(text: string): void;
}

const METHODS = ['debug', 'info', 'warn', 'error', 'error'] as const;

/** Some warnings quote what a stranger wrote: different texts without end must fill neither memory nor the log. */
const MAX_SAID = 1000;

const consoleSink: LogSink = (level, name, text) => {
  // biome-ignore lint/suspicious/noConsole: the one line of the library that writes to the console
  console[METHODS[level]](`[scenewire:${name}] ${text}`);
};

// The reporting hook: one per process, like the error handler that stands on it.
const hook = { level: LogLevel.WARN as LogLevel, sink: consoleSink, said: new Set<string>() };

/** Replaces where log lines go; null restores the console. */
export function setLogSink(sink: LogSink | null): void {
  hook.sink = sink ?? consoleSink;
}

/** Lines below this level are dropped. Starts at WARN. */
export function setLogLevel(level: LogLevel): void {
  hook.level = level;
}

export function getLogger(name: string): Logger {
  const write = (level: LogLevel, text: string): void => {
    if (level < hook.level) return;
    try {
      hook.sink(level, name, text);
    } catch {
      // A sink that throws must not reach the frame, and there is nowhere left to say so.
    }
  };
  return {
    debug: (text) => write(LogLevel.DEBUG, text),
    info: (text) => write(LogLevel.INFO, text),
    warn: (text) => write(LogLevel.WARN, text),
    error: (text) => write(LogLevel.ERROR, text),
    warnOnce(text) {
      if (hook.said.has(text) || hook.said.size >= MAX_SAID) return;
      hook.said.add(text);
      write(LogLevel.WARN, text);
    },
  };
}
