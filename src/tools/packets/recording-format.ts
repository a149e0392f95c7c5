/**
 * The file of a recording: lines of JSON (docs/tools.md). First a header, then names that the packets alone don't tell,
 * then the packets, each as one array.
 */
export const RECORDING_FORMAT = 'scenewire packets';
export const RECORDING_VERSION = 1;

export interface RecordingHeader {
  readonly format: typeof RECORDING_FORMAT;
  readonly version: number;
  /** The peer that was listened to. */
  readonly self: number;
  /** When it began, as an ISO date; empty when nobody knows. */
  readonly began: string;
  /** Packets that had to make room for later ones. */
  readonly dropped: number;
}

/** Milliseconds, `>` or `<`, peer, mode, channel, base64; and the size, of a packet that was cut. */
export type PacketLine = readonly [number, '>' | '<', number, number, number, string, number?];

/** A name: what of, who speaks, by which number. */
export type NameLine =
  | { readonly path: readonly [number, number, string] }
  | { readonly node: readonly [number, number, string] }
  | { readonly sync: readonly [number, number, string, readonly string[], readonly string[]] }
  | { readonly method: readonly [number, string, number, string] };

const CHUNK = 0x2000;

/** Works in pages and in Node alike. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

/** Null for what is no base64. */
export function fromBase64(text: string): Uint8Array | null {
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
    return bytes;
  } catch {
    return null;
  }
}
