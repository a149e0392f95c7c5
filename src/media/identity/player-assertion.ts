import { IdentityError } from '../../extension/identity-error.js';
import type { Meeting } from '../../multiplayer/game-identity.js';
import { type PublicKey, readPublicKey, thumbprintOf } from './keys.js';
import { type Fields, isTextOf, readSignedText, signText } from './signed-text.js';
import { checkTime } from './time-window.js';

/** What a player signs for one description: a JWT with the key in its header, which nothing but the rest can vouch for. */

const TYPE = 'player+jwt';
/** From an offer to its arrival, through whatever is slow. */
export const LIFETIME_S = 120;
/** What others may claim at most: nothing has to be remembered for longer. */
const LONGEST_LIFETIME_S = 600;
const MAX_NAME_LENGTH = 64;
const NONCE = /^[\w-]{16,64}$/;

/** What an answer names of its offer. */
export interface HeardOffer {
  readonly nonce: string;
  /** The hash of the key that signed it: who made the offer sees whether somebody else has put his name to it. */
  readonly key: string;
}

export interface Statement {
  /** Of the provider: one game's players are not another's. */
  readonly domain: string;
  readonly meeting: Meeting;
  /** The fingerprints, as the connection wrote them. */
  readonly contents: string;
  readonly nonce: string;
  /** What this answers; null in an offer. */
  readonly offer: HeardOffer | null;
  /** What the player is called; proves nothing. */
  readonly name?: string | undefined;
  /** Of the account server. */
  readonly token?: string | undefined;
}

export interface Heard {
  /** The hash of the key that signed it. */
  readonly key: string;
  readonly contents: string;
  readonly nonce: string;
  /** Nonce and key of the offer that it answers; both are empty in an offer. */
  readonly re: string;
  readonly reKey: string;
  readonly name: string;
  readonly token: unknown;
  /** In milliseconds: until when it is valid for anybody. */
  readonly until: number;
}

/** What makes two names look like one, or turns the text around them. Emoji need U+200D, and Persian U+200C. */
const DECEIVING = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u200B\u2060\uFEFF]/u;
const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}]/u;

/** A text that a player can be known by: something to see, without blanks around it. */
export function isPlayerName(name: unknown): name is string {
  if (typeof name !== 'string' || name.length > MAX_NAME_LENGTH || name !== name.trim()) return false;
  return VISIBLE.test(name) && !DECEIVING.test(name);
}

export function writeStatement(key: CryptoKey, publicKey: PublicKey, said: Statement, now: number): Promise<string> {
  const { domain, meeting, contents, nonce, offer, name, token } = said;
  const iat = Math.floor(now / 1000);
  return signText(
    key,
    { typ: TYPE, jwk: publicKey },
    {
      aud: domain,
      iat,
      exp: iat + LIFETIME_S,
      jti: nonce,
      room: meeting.room,
      from: meeting.self,
      to: meeting.peer,
      contents,
      ...(offer !== null && { re: offer.nonce, re_key: offer.key }),
      ...(name !== undefined && { name }),
      ...(token !== undefined && { token }),
    },
  );
}

/** Throws an IdentityError unless it is one, signed by the key it names, for this meeting, and valid now. */
export async function readStatement(text: string, domain: string, meeting: Meeting, now: number): Promise<Heard> {
  const read = readSignedText(text);
  const key = read?.header['typ'] === TYPE ? readPublicKey(read.header['jwk']) : null;
  if (read === null || key === null) throw invalid('is not one of a player');
  if (!(await isTextOf(read, key))) throw invalid('is not signed by the key that it names');
  const { body } = read;
  const { aud, contents, jti, re = '', re_key: reKey = '', name = '', token } = body;
  const answers = typeof re === 'string' && typeof reKey === 'string';
  const isWhole = typeof contents === 'string' && answers && typeof jti === 'string' && NONCE.test(jti);
  if (aud !== domain || !isWhole || !(name === '' || isPlayerName(name))) throw invalid('does not make sense');
  checkTime(body, 'iat', now);
  checkLifetime(body);
  // Seen from the other side.
  if (body['room'] !== meeting.room || body['from'] !== meeting.peer || body['to'] !== meeting.self) {
    throw new IdentityError('wrong_meeting', 'The identity is for another room, or for somebody else in it');
  }
  const until = (body['exp'] as number) * 1000;
  return { key: await thumbprintOf(key), contents, nonce: jti, re, reKey, name, token, until };
}

function checkLifetime({ iat, exp }: Fields): void {
  const lifetime = typeof iat === 'number' ? (exp as number) - iat : Number.POSITIVE_INFINITY;
  if (!(lifetime >= 0 && lifetime <= LONGEST_LIFETIME_S)) throw invalid('wants to be valid for too long');
}

const invalid = (text: string): IdentityError => new IdentityError('invalid', `The identity ${text}`);
