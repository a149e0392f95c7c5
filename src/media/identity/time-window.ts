import { IdentityError } from '../../extension/identity-error.js';
import type { Fields } from './signed-text.js';

/** Clocks of players are wrong by as much, in seconds. */
export const CLOCK_SKEW_S = 300;

/** Throws an IdentityError unless it is valid at that time. Both claims are in seconds, as JWTs have them. */
export function checkTime(claims: Fields, begin: 'iat' | 'nbf', nowMs: number): void {
  const now = nowMs / 1000;
  const { exp } = claims;
  const from = claims[begin];
  if (typeof exp !== 'number' || now > exp + CLOCK_SKEW_S) throw new IdentityError('expired', 'It has expired');
  if (from !== undefined && !(typeof from === 'number' && now >= from - CLOCK_SKEW_S)) {
    throw new IdentityError('not_yet_valid', 'It is not valid yet: one of the two clocks is wrong');
  }
}
