import { base64UrlToBytes, base64UrlToText, bytesToBase64Url } from '../../core/base64.js';
import { algorithmOf, algorithmOfPublicKey, isSignedBy, type PublicKey, signBytes } from './keys.js';

/** Signed JSON in the compact form of RFC 7515, as tokens have it: header, body and signature between dots. */

/** Far above what is real; a stranger writes them. */
const MAX_LENGTH = 12_288;

export type Fields = Readonly<Record<string, unknown>>;

export interface SignedText {
  readonly header: Fields;
  readonly body: Fields;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

export async function signText(key: CryptoKey, header: Fields, body: Fields): Promise<string> {
  const encode = (part: Fields): string => bytesToBase64Url(new TextEncoder().encode(JSON.stringify(part)));
  const text = `${encode({ alg: algorithmOf(key), ...header })}.${encode(body)}`;
  return `${text}.${bytesToBase64Url(await signBytes(key, new TextEncoder().encode(text)))}`;
}

/** Null when it is not of that form. Nothing of it is proven. */
export function readSignedText(text: unknown): SignedText | null {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return null;
  const [, head = '', middle = '', last = ''] = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(text) ?? [];
  const [header, body, signature] = [readFields(head), readFields(middle), base64UrlToBytes(last)];
  if (header === null || body === null || signature === null) return null;
  // "crit" names extensions that have to be understood, and none is.
  if ('crit' in header) return null;
  return { header, body, signature, bytes: new TextEncoder().encode(`${head}.${middle}`) };
}

/** The key decides about the algorithm: what a text says about its own is only compared. */
export async function isTextOf({ header, bytes, signature }: SignedText, key: PublicKey): Promise<boolean> {
  return header['alg'] === algorithmOfPublicKey(key) && isSignedBy(key, bytes, signature);
}

function readFields(part: string): Fields | null {
  try {
    const value: unknown = JSON.parse(base64UrlToText(part) ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}
