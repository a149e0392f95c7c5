import { afterEach, describe, expect, it, vi } from 'vitest';
import { getLogger, LogLevel, type LogSink, setLogLevel, setLogSink } from '../../src/core/log.js';

const METHODS = ['debug', 'info', 'warn', 'error'] as const;

function sayAll(name: string): void {
  const log = getLogger(name);
  for (const method of METHODS) log[method](method);
}

afterEach(() => {
  vi.restoreAllMocks();
  setLogLevel(LogLevel.WARN);
  setLogSink(null);
});

describe('the log', () => {
  it('starts at WARN and writes to the console, under its name', () => {
    const spies = METHODS.map((method) => vi.spyOn(console, method).mockImplementation(() => {}));
    sayAll('net');
    expect(spies.map((spy) => spy.mock.calls)).toEqual([
      [],
      [],
      [['[scenewire:net] warn']],
      [['[scenewire:net] error']],
    ]);
  });

  it.each([
    [LogLevel.DEBUG, ['debug', 'info', 'warn', 'error']],
    [LogLevel.INFO, ['info', 'warn', 'error']],
    [LogLevel.WARN, ['warn', 'error']],
    [LogLevel.ERROR, ['error']],
    [LogLevel.SILENT, []],
  ])('at level %i lets %j through', (level, texts) => {
    const sink = vi.fn<LogSink>();
    setLogSink(sink);
    setLogLevel(level);
    sayAll('net');
    expect(sink.mock.calls).toEqual(texts.map((text) => [(METHODS as readonly string[]).indexOf(text), 'net', text]));
  });

  it('gates loggers that exist already', () => {
    const sink = vi.fn<LogSink>();
    const log = getLogger('early');
    setLogSink(sink);
    setLogLevel(LogLevel.DEBUG);
    log.debug('heard');
    setLogLevel(LogLevel.SILENT);
    log.error('not heard');
    expect(sink.mock.calls).toEqual([[LogLevel.DEBUG, 'early', 'heard']]);
  });

  it('goes back to the console after setLogSink(null)', () => {
    const sink = vi.fn<LogSink>();
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    setLogSink(sink);
    setLogSink(null);
    getLogger('net').error('text');
    expect(sink).not.toHaveBeenCalled();
    expect(error).toHaveBeenCalledTimes(1);
  });

  it('says a warnOnce once per process, whichever logger says it', () => {
    const sink = vi.fn<LogSink>();
    setLogSink(sink);
    const [one, two] = [getLogger('one'), getLogger('two')];
    for (let i = 0; i < 3; i += 1) {
      one.warnOnce('only once');
      two.warnOnce('only once');
      one.warnOnce('another text');
    }
    expect(sink.mock.calls).toEqual([
      [LogLevel.WARN, 'one', 'only once'],
      [LogLevel.WARN, 'one', 'another text'],
    ]);
  });
});
