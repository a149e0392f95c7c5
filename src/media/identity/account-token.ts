import { messageOf } from '../../core/fail.js';
import { IdentityError } from '../../extension/identity-error.js';
import { type PublicKey, readPublicKey, thumbprintOf } from './keys.js';
import { type Fields, isTextOf, readSignedText } from './signed-text.js';
import { checkTime } from './time-window.js';

/** Whose tokens are believed: the account server of the game. */
export interface AccountServer {
  /** Its public keys (JWK, Ed25519 or P-256), or what gets them; keep what you fetched, it is asked often. */
  readonly keys: AccountKeys | (() => AccountKeys | Promise<AccountKeys>);
  /** What `iss` and `aud` of its tokens say. */
  readonly issuer: string;
  readonly audience: string;
}

export type AccountKeys = JsonWebKey | readonly JsonWebKey[];

export interface Account {
  /** `sub` of the token. */
  readonly account: string;
  readonly claims: Fields;
}

const MAX_SUBJECT_LENGTH = 256;
/** An account server that rolls its keys has two or three. */
const MOST_KEYS = 16;

/** Whose token it is. Throws an IdentityError unless it is valid now and belongs to this key. */
export async function readToken(token: unknown, server: AccountServer, key: string, now: number): Promise<Account> {
  const text = readSignedText(token);
  if (text === null || !(await isOfServer(text, server))) throw bad('is not one of the account server');
  const { iss, aud, sub, cnf } = text.body;
  const isForUs = Array.isArray(aud) ? aud.includes(server.audience) : aud === server.audience;
  if (iss !== server.issuer || !isForUs) throw bad('is for somebody else');
  checkTime(text.body, 'nbf', now);
  if (typeof sub !== 'string' || sub === '' || sub.length > MAX_SUBJECT_LENGTH) throw bad('names nobody');
  if ((await confirmedKey(cnf)) !== key) throw bad('belongs to another key');
  return { account: sub, claims: text.body };
}

async function isOfServer(
  text: NonNullable<ReturnType<typeof readSignedText>>,
  server: AccountServer,
): Promise<boolean> {
  for (const candidate of (await keysOf(server)).slice(0, MOST_KEYS)) {
    const key: PublicKey | null = readPublicKey(candidate);
    const { kid } = candidate ?? {};
    const isOther = kid !== undefined && text.header['kid'] !== undefined && kid !== text.header['kid'];
    if (key !== null && !isOther && (await isTextOf(text, key))) return true;
  }
  return false;
}

/** Asked each time: what was fetched before may lack the key of today. */
async function keysOf({ keys }: AccountServer): Promise<readonly (JsonWebKey & { kid?: string })[]> {
  try {
    return [typeof keys === 'function' ? await keys() : keys].flat();
  } catch (thrown) {
    throw new IdentityError('failed', `The keys of the account server could not be had: ${messageOf(thrown)}`, thrown);
  }
}

/** The key that a token was given for: by its hash, or as it is (RFC 7800). */
async function confirmedKey(cnf: unknown): Promise<string | null> {
  const { jkt, jwk } = (cnf ?? {}) as { jkt?: unknown; jwk?: unknown };
  if (typeof jkt === 'string') return jkt;
  const key = readPublicKey(jwk);
  return key === null ? null : thumbprintOf(key);
}

const bad = (text: string): IdentityError => new IdentityError('bad_token', `The token ${text}`);
