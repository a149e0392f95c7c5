/** Identifies a connection or a channel. Positive, unique for the life of the process, never used again. */
export type Handle = number;
export const INVALID_HANDLE = 0;

export function isHandleValid(handle: unknown): handle is Handle {
  return Number.isSafeInteger(handle) && (handle as number) > INVALID_HANDLE;
}

// One per process: handles of two tables must never be the same.
let lastHandle = INVALID_HANDLE;

export function makeHandle(): Handle {
  lastHandle += 1;
  return lastHandle;
}
