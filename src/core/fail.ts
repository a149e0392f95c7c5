import { Err, errorString } from './err.js';
import { getLogger } from './log.js';

/** Gets every error that a call reports, and every listener of the user that threw. */
export type ErrorHandler = (text: string, err: Err, cause?: unknown) => void;

const log = getLogger('error');

const logError: ErrorHandler = (text, err, cause) => {
  const isTold = err === Err.ERR_SCRIPT_FAILED && cause !== undefined && tellPage(cause);
  const stack = cause instanceof Error && !isTold ? `\n${cause.stack ?? cause.message}` : '';
  log.error(`${text} (${errorString(err)})${stack}`);
};

/**
 * What code of the user threw goes where pages look for what nobody caught, as soon as the running frame is over: there
 * debuggers stop and error trackers listen. Other programs would end by it.
 */
function tellPage(thrown: unknown): boolean {
  const page = globalThis as { document?: unknown; reportError?: (thrown: unknown) => void };
  if (page.document === undefined || page.reportError === undefined) return false;
  queueMicrotask(() => page.reportError?.(thrown));
  return true;
}

// The error hook: one per process.
let handler: ErrorHandler = logError;

/** Replaces where errors are reported; null restores the log. Tests count errors with it. */
export function setErrorHandler(fn: ErrorHandler | null): void {
  handler = fn ?? logError;
}

/** Reports an error. A handler that throws must not reach the frame either. */
export function pushError(text: string, err: Err = Err.FAILED, cause?: unknown): void {
  try {
    handler(text, err, cause);
  } catch (thrown) {
    logError(`The error handler threw while reporting: ${text}`, Err.ERR_BUG, thrown);
  }
}

/** Guard helper: reports once and hands the code back, as in `return fail(Err.FAILED, 'why')`. */
export function fail<E extends Err>(err: E, text: string): E {
  pushError(text, err);
  return err;
}

/** The text of something caught, whatever was thrown. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return 'something without a text';
  }
}

const MOST_QUOTED = 200;

/** A stranger's text as a report may hold it: on one line, without control characters, and short. */
export function quoted(text: string): string {
  const cut = text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text;
  return JSON.stringify(cut).replace(/[\x7f-\x9f\u2028\u2029]/g, '?');
}

/** What a listener answers. The rejection of an async one would end a Node process if nobody looked at it. */
export function watchRejection(result: unknown, listener: string, name: string): void {
  if (!(result instanceof Promise)) return;
  result.catch((thrown: unknown) => pushError(`${listener} ${name} rejected`, Err.ERR_SCRIPT_FAILED, thrown));
}
