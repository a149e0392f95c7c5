/** Base64 of RFC 4648, of bytes and of UTF-8 text. What comes from strangers may be anything: then it reads as null. */

export function bytesToBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export function base64ToBytes(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z\d+/]*={0,2}$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/** For addresses and tokens: without `+`, `/` and `=`. */
export const bytesToBase64Url = (bytes: Uint8Array): string =>
  bytesToBase64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

/** Of several texts that would give the same bytes, only the one that `bytesToBase64Url` writes is taken. */
export function base64UrlToBytes(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = /^[\w-]*$/.test(text) ? base64ToBytes(text.replace(/-/g, '+').replace(/_/g, '/')) : null;
  return bytes !== null && bytesToBase64Url(bytes) === text ? bytes : null;
}

export const textToBase64 = (text: string): string => bytesToBase64(new TextEncoder().encode(text));

/** Null as well for bytes that are no UTF-8. */
export function base64ToText(text: string): string | null {
  return toText(base64ToBytes(text));
}

export function base64UrlToText(text: string): string | null {
  return toText(base64UrlToBytes(text));
}

function toText(bytes: Uint8Array | null): string | null {
  try {
    return bytes === null ? null : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
