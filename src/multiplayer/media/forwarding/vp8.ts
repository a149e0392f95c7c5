import type { RtpPacket } from './rtp-packet.js';

/**
 * Whether a keyframe begins with this packet (RFC 7741): what a listener is sent before one shows nothing, or leftovers of
 * pictures it has never seen.
 */
export function startsKeyframe({ bytes, payloadAt }: RtpPacket): boolean {
  const first = bytes[payloadAt] ?? 0;
  // The start of a frame, in its first partition.
  if ((first & 0x10) === 0 || (first & 0x07) !== 0) return false;
  let at = payloadAt + 1;
  if ((first & 0x80) !== 0) {
    const extensions = bytes[at] ?? 0;
    at += 1;
    if ((extensions & 0x80) !== 0) at += ((bytes[at] ?? 0) & 0x80) !== 0 ? 2 : 1;
    if ((extensions & 0x40) !== 0) at += 1;
    if ((extensions & 0x30) !== 0) at += 1;
  }
  return at < bytes.length && (bytes[at]! & 0x01) === 0;
}
