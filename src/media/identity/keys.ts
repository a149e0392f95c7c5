import { bytesToBase64Url } from '../../core/base64.js';
import { IdentityError } from '../../extension/identity-error.js';

/** As JWTs name them: Ed25519, and ECDSA on P-256 with SHA-256. */
export type KeyAlgorithm = 'EdDSA' | 'ES256';

/** A public key as RFC 7517 writes it, with what makes it up and nothing else. */
export interface PublicKey {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y?: string;
}

const KINDS = {
  EdDSA: { kty: 'OKP', crv: 'Ed25519', made: { name: 'Ed25519' }, signed: { name: 'Ed25519' } },
  ES256: {
    kty: 'EC',
    crv: 'P-256',
    made: { name: 'ECDSA', namedCurve: 'P-256' },
    signed: { name: 'ECDSA', hash: 'SHA-256' },
  },
} as const;

/** 32 bytes, in the one way to write them. */
const COORDINATE = /^[\w-]{42}[AEIMQUYcgkosw048]$/;

function subtle(): SubtleCrypto {
  const found = (globalThis.crypto as Crypto | undefined)?.subtle;
  if (found === undefined) throw new IdentityError('unsupported', 'Keys need a page that came by HTTPS');
  return found;
}

export function isKeyAlgorithm(value: unknown): value is KeyAlgorithm {
  return value === 'EdDSA' || value === 'ES256';
}

/** Ed25519, unless this platform does not know it. Only a store that writes keys out itself wants them `extractable`. */
export async function generateKeys(wanted: KeyAlgorithm | undefined, extractable: boolean): Promise<CryptoKeyPair> {
  const generate = (algorithm: KeyAlgorithm): Promise<CryptoKeyPair> =>
    subtle().generateKey(KINDS[algorithm].made, extractable, ['sign', 'verify']) as Promise<CryptoKeyPair>;
  try {
    return await generate(wanted ?? 'EdDSA');
  } catch (thrown) {
    if (thrown instanceof IdentityError) throw thrown;
    if (wanted !== undefined) throw new IdentityError('unsupported', `No keys of the kind ${wanted} here`, thrown);
    return generate('ES256');
  }
}

export function algorithmOf(key: CryptoKey): KeyAlgorithm {
  return key.algorithm.name === 'ECDSA' ? 'ES256' : 'EdDSA';
}

export async function exportPublicKey(key: CryptoKey): Promise<PublicKey> {
  const read = readPublicKey(await subtle().exportKey('jwk', key));
  if (read === null) throw new IdentityError('no_store', 'The stored key is of another kind');
  return read;
}

/** Null when it is none of the two kinds. */
export function readPublicKey(value: unknown): PublicKey | null {
  const { kty, crv, x, y } = (value ?? {}) as { [name: string]: unknown };
  if (typeof x !== 'string' || !COORDINATE.test(x)) return null;
  if (kty === 'OKP' && crv === 'Ed25519') return { crv, kty, x };
  const isPoint = kty === 'EC' && crv === 'P-256' && typeof y === 'string' && COORDINATE.test(y);
  return isPoint ? { crv, kty, x, y } : null;
}

export function algorithmOfPublicKey({ kty }: PublicKey): KeyAlgorithm {
  return kty === 'OKP' ? 'EdDSA' : 'ES256';
}

/** The hash of a key by which people, links and tokens name it: 43 letters, digits, `-` and `_` (RFC 7638). */
export async function thumbprintOf({ crv, kty, x, y }: PublicKey): Promise<string> {
  const text = JSON.stringify(y === undefined ? { crv, kty, x } : { crv, kty, x, y });
  return bytesToBase64Url(new Uint8Array(await subtle().digest('SHA-256', new TextEncoder().encode(text))));
}

export const isThumbprint = (value: unknown): value is string => typeof value === 'string' && COORDINATE.test(value);

export async function signBytes(key: CryptoKey, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await subtle().sign(KINDS[algorithmOf(key)].signed, key, bytes));
}

/** Rejects with an IdentityError where the platform does not know the kind of key, as with Ed25519 in older browsers. */
export async function isSignedBy(
  key: PublicKey,
  bytes: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const kind = KINDS[algorithmOfPublicKey(key)];
  const imported = await subtle()
    .importKey('jwk', { ...key, ext: true }, kind.made, false, ['verify'])
    .catch((thrown: Error) => {
      if (thrown.name !== 'NotSupportedError') return null;
      throw new IdentityError('unsupported', `Keys of the kind ${kind.crv} are not known here`, thrown);
    });
  return imported !== null && subtle().verify(kind.signed, imported, signature, bytes);
}

/** A pair from its private key, as a store has written it out. It cannot be got out again. */
export async function importKeys(key: JsonWebKey): Promise<CryptoKeyPair> {
  const read = readPublicKey(key);
  if (read === null) throw new IdentityError('no_store', 'The stored key is of another kind');
  const kind = KINDS[algorithmOfPublicKey(read)];
  const load = (jwk: object, extractable: boolean, use: KeyUsage): Promise<CryptoKey> =>
    subtle().importKey('jwk', jwk, kind.made, extractable, [use]);
  return {
    privateKey: await load({ ...read, d: key.d, ext: true }, false, 'sign'),
    publicKey: await load({ ...read, ext: true }, true, 'verify'),
  };
}
