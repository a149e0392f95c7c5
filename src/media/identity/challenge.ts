import { type PublicKey, readPublicKey, thumbprintOf } from './keys.js';
import { isTextOf, readSignedText, signText } from './signed-text.js';
import { checkTime } from './time-window.js';

const TYPE = 'player-challenge+jwt';
const LIFETIME_S = 60;

export function signChallenge(key: CryptoKey, jwk: PublicKey, challenge: string, now: number): Promise<string> {
  const iat = Math.floor(now / 1000);
  return signText(key, { typ: TYPE, jwk }, { challenge, iat, exp: iat + LIFETIME_S });
}

/**
 * The account server's: the hash of the key that signed this challenge just now, for `cnf: { jkt }` of a token; null when
 * it is not right.
 */
export async function readChallenge(proof: string, challenge: string, now = Date.now()): Promise<string | null> {
  try {
    const text = readSignedText(proof);
    const key = text?.header['typ'] === TYPE ? readPublicKey(text.header['jwk']) : null;
    if (text === null || key === null || text.body['challenge'] !== challenge) return null;
    checkTime(text.body, 'iat', now);
    return (await isTextOf(text, key)) ? thumbprintOf(key) : null;
  } catch {
    return null;
  }
}
