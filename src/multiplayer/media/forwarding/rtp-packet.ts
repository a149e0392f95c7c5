/** The packets that tracks travel in (RFC 3550), as far as passing them on needs it. A stranger writes them. */

const FIXED_BYTES = 12;
const VERSION = 2;
/** Where a byte's worth of extensions each have one byte in front (RFC 8285), and where they have two. */
const ONE_BYTE_PROFILE = 0xbede;
const TWO_BYTE_PROFILE = 0x1000;
const PADDING_ID = 0;
const STOP_ID = 15;
/** The quietest that there is, in dB below the loudest. */
export const SILENCE = 127;

export interface RtpPacket {
  readonly bytes: Uint8Array;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  /** Where the payload begins; what follows, padding included, is passed on as it is. */
  readonly payloadAt: number;
  readonly hasPadding: boolean;
  /** dB below the loudest, 0 to 127; SILENCE when the packet does not tell. */
  readonly level: number;
}

/** Null for what is no packet with something in it. */
export function readRtp(bytes: Uint8Array, levelExtension: number): RtpPacket | null {
  if (bytes.length <= FIXED_BYTES || bytes[0]! >> 6 !== VERSION) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let payloadAt = FIXED_BYTES + 4 * (bytes[0]! & 0x0f);
  let level = SILENCE;
  if ((bytes[0]! & 0x10) !== 0) {
    if (payloadAt + 4 > bytes.length) return null;
    const profile = view.getUint16(payloadAt);
    const begin = payloadAt + 4;
    payloadAt = begin + 4 * view.getUint16(payloadAt + 2);
    if (payloadAt > bytes.length) return null;
    level = readLevel(bytes.subarray(begin, payloadAt), profile, levelExtension);
  }
  if (payloadAt >= bytes.length) return null;
  return {
    bytes,
    marker: (bytes[1]! & 0x80) !== 0,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payloadAt,
    hasPadding: (bytes[0]! & 0x20) !== 0,
    level,
  };
}

/** What a listener's connection needs in front of a payload. */
export interface RtpHeader {
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
}

/** The same payload under another header, without extensions: their numbers were agreed on with the speaker alone. */
export function writeRtp(packet: RtpPacket, header: RtpHeader): Uint8Array {
  const payload = packet.bytes.subarray(packet.payloadAt);
  const bytes = new Uint8Array(FIXED_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = (VERSION << 6) | (packet.hasPadding ? 0x20 : 0);
  bytes[1] = (packet.marker ? 0x80 : 0) | header.payloadType;
  view.setUint16(2, header.sequence);
  view.setUint32(4, header.timestamp);
  view.setUint32(8, header.ssrc);
  bytes.set(payload, FIXED_BYTES);
  return bytes;
}

function readLevel(extensions: Uint8Array, profile: number, wanted: number): number {
  const isShort = profile === ONE_BYTE_PROFILE;
  if (wanted === 0 || (!isShort && profile >> 4 !== TWO_BYTE_PROFILE >> 4)) return SILENCE;
  for (let at = 0; at < extensions.length; ) {
    const first = extensions[at]!;
    const id = isShort ? first >> 4 : first;
    if (id === PADDING_ID) {
      at += 1;
      continue;
    }
    if (isShort && id === STOP_ID) break;
    const size = isShort ? (first & 0x0f) + 1 : (extensions[at + 1] ?? 0);
    const value = at + (isShort ? 1 : 2);
    if (id === wanted && size > 0 && value < extensions.length) return extensions[value]! & 0x7f;
    at = value + size;
  }
  return SILENCE;
}
