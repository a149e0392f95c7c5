import {
  createHmac,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import type { Authorize, User } from './authorization.js';

export interface JwtOptions {
  /**
   * A secret for HS256, as text or bytes; a public key for ES256 (P-256) or EdDSA (Ed25519), as PEM text or JWK. The key
   * decides about the algorithm: what a token says about its own is only compared.
   */
  readonly key: string | Uint8Array | JsonWebKey;
  /** Left out, `iss` and `aud` are not looked at. */
  readonly issuer?: string;
  readonly audience?: string;
  /** Between the clocks of those who make tokens and this one. Default: 30. */
  readonly leewaySeconds?: number;
  /** Whether a token that never expires is taken. Default: false. */
  readonly allowEternal?: boolean;
}

type Algorithm = 'HS256' | 'ES256' | 'EdDSA';
type Claims = Readonly<Record<string, unknown>>;

const DEFAULT_LEEWAY_SECONDS = 30;
/** What RFC 7518 asks of a key for HS256. */
const MIN_SECRET_BYTES = 32;

/** Lets in who has a valid JWT; its `sub` is the user. Throws for a key that is none of the three kinds. */
export function jwtAuthorize(options: JwtOptions, now: () => number = Date.now): Authorize {
  const key = readKey(options.key);
  const algorithm = algorithmOf(key);
  return ({ token }) => {
    const claims = token === null ? null : readClaims(token, key, algorithm);
    return claims !== null && isCurrent(claims, options, now() / 1000) ? userOf(claims) : null;
  };
}

function readKey(key: JwtOptions['key']): KeyObject {
  if (key instanceof Uint8Array) return createSecretKey(key);
  if (typeof key === 'string') return /-----BEGIN /.test(key) ? createPublicKey(key) : createSecretKey(key, 'utf8');
  return key.kty === 'oct' ? createSecretKey(key.k ?? '', 'base64url') : createPublicKey({ key, format: 'jwk' });
}

function algorithmOf(key: KeyObject): Algorithm {
  if (key.type === 'secret') {
    if ((key.symmetricKeySize ?? 0) >= MIN_SECRET_BYTES) return 'HS256';
    throw new TypeError(`A secret for HS256 has at least ${MIN_SECRET_BYTES} bytes`);
  }
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA';
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256';
  throw new TypeError('A key for JWTs is a secret (HS256), a P-256 key (ES256) or an Ed25519 key (EdDSA)');
}

/** What a token claims that this key signed; null for any other. */
function readClaims(token: string, key: KeyObject, algorithm: Algorithm): Claims | null {
  const parts = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(token);
  if (parts === null) return null;
  const [, head = '', body = '', signature = ''] = parts;
  const header = readPart(head);
  // "crit" names extensions that have to be understood, and none is.
  if (header?.['alg'] !== algorithm || 'crit' in header) return null;
  const isSigned = isSignature(Buffer.from(`${head}.${body}`), Buffer.from(signature, 'base64url'), key, algorithm);
  return isSigned ? readPart(body) : null;
}

function isSignature(signed: Buffer, signature: Buffer, key: KeyObject, algorithm: Algorithm): boolean {
  if (algorithm === 'HS256') {
    const expected = createHmac('sha256', key).update(signed).digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  }
  if (algorithm === 'ES256') return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
  return verify(null, signed, key, signature);
}

function readPart(part: string): Claims | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claims) : null;
  } catch {
    return null;
  }
}

function isCurrent(claims: Claims, options: JwtOptions, now: number): boolean {
  const { issuer, audience, leewaySeconds = DEFAULT_LEEWAY_SECONDS, allowEternal = false } = options;
  const { exp, nbf, iss, aud } = claims;
  if (exp === undefined ? !allowEternal : !(typeof exp === 'number' && now < exp + leewaySeconds)) return false;
  if (nbf !== undefined && !(typeof nbf === 'number' && now >= nbf - leewaySeconds)) return false;
  if (issuer !== undefined && iss !== issuer) return false;
  return audience === undefined || (Array.isArray(aud) ? aud.includes(audience) : aud === audience);
}

const userOf = ({ sub }: Claims): User => (typeof sub === 'string' && sub !== '' ? { id: sub } : {});
