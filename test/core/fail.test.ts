import { afterEach, describe, expect, it, vi } from 'vitest';
import { Err } from '../../src/core/err.js';
import { fail, messageOf, pushError, setErrorHandler } from '../../src/core/fail.js';
import { LogLevel, type LogSink, setLogSink } from '../../src/core/log.js';

afterEach(() => {
  setErrorHandler(null);
  setLogSink(null);
});

describe('the error hook (section 0.14)', () => {
  it('is called once by fail, which hands the code back', () => {
    const handler = vi.fn();
    setErrorHandler(handler);
    expect(fail(Err.ERR_BUSY, 'why')).toBe(Err.ERR_BUSY);
    expect(handler.mock.calls).toEqual([['why', Err.ERR_BUSY, undefined]]);
  });

  it('gets FAILED when pushError names no code, and the cause as it was thrown', () => {
    const handler = vi.fn();
    const cause = new Error('inner');
    setErrorHandler(handler);
    pushError('plain');
    pushError('with a cause', Err.ERR_BUG, cause);
    expect(handler.mock.calls).toEqual([
      ['plain', Err.FAILED, undefined],
      ['with a cause', Err.ERR_BUG, cause],
    ]);
  });

  it('writes to the log by default and again after null, with the stack of the cause', () => {
    const sink = vi.fn<LogSink>();
    const handler = vi.fn();
    setLogSink(sink);
    pushError('first', Err.ERR_BUSY);
    setErrorHandler(handler);
    pushError('second');
    setErrorHandler(null);
    pushError('third', Err.ERR_BUG, new Error('inner'));
    expect(handler).toHaveBeenCalledTimes(1);
    expect(sink).toHaveBeenCalledTimes(2);
    expect(sink.mock.calls[0]).toEqual([LogLevel.ERROR, 'error', 'first (Busy)']);
    expect(sink.mock.calls[1]?.[2]).toMatch(/^third \(Bug\)\nError: inner\n\s+at /);
  });

  it('in pages hands what user code threw to where uncaught errors go, once the frame is over', async () => {
    const page = globalThis as { document?: unknown; reportError?: (thrown: unknown) => void };
    const before = { document: page.document, reportError: page.reportError };
    const sink = vi.fn<LogSink>();
    const seen = vi.fn();
    setLogSink(sink);
    Object.assign(page, { document: {}, reportError: seen });
    try {
      const thrown = new Error('user code');
      pushError('A listener threw', Err.ERR_SCRIPT_FAILED, thrown);
      pushError('not theirs', Err.ERR_BUG, new Error('inner'));
      pushError('nothing was thrown', Err.ERR_SCRIPT_FAILED);
      setErrorHandler(() => {});
      pushError('somebody looks after it', Err.ERR_SCRIPT_FAILED, thrown);
      expect(seen).not.toHaveBeenCalled();
      await Promise.resolve();
      expect(seen.mock.calls).toEqual([[thrown]]);
      expect(sink.mock.calls[0]?.[2]).not.toContain('user code');
    } finally {
      Object.assign(page, before);
      if (before.document === undefined) delete page.document;
      if (before.reportError === undefined) delete page.reportError;
    }
  });

  it('does not let a handler that throws reach the caller, and logs both', () => {
    const sink = vi.fn<LogSink>();
    setLogSink(sink);
    setErrorHandler(() => {
      throw new Error('broken handler');
    });
    expect(fail(Err.ERR_TIMEOUT, 'the report')).toBe(Err.ERR_TIMEOUT);
    expect(sink).toHaveBeenCalledTimes(1);
    expect(sink.mock.calls[0]?.[2]).toContain('the report');
    expect(sink.mock.calls[0]?.[2]).toContain('broken handler');
  });

  it('does not let a log sink that throws reach the caller', () => {
    setLogSink(() => {
      throw new Error('broken sink');
    });
    expect(() => pushError('the report')).not.toThrow();
  });
});

describe('messageOf', () => {
  it.each([
    [new Error('text'), 'text'],
    ['a string', 'a string'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
  ])('reads what was thrown: %o', (thrown, text) => {
    expect(messageOf(thrown)).toBe(text);
  });

  it('has a text even for what cannot become one', () => {
    expect(typeof messageOf(Object.create(null))).toBe('string');
  });
});
