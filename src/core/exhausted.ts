/**
 * Whether something thrown says that the stack or the memory was not enough: a RangeError, in Firefox also an
 * InternalError. What is nested deep may meet that where the caller has used up most of the stack itself.
 */
export function isExhausted(thrown: unknown): boolean {
  return thrown instanceof RangeError || (thrown instanceof Error && thrown.name === 'InternalError');
}
