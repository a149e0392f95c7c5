import { Unreadable } from '../../tools/packets/packet-content.js';
import type { DecodedPacket } from '../../tools/packets/packet-decoder.js';
import { showContent } from '../../tools/packets/show-content.js';

/** A packet as one line of JSON, with its text. Values that JSON has no form for are written as those it has. */
export function packetAsJson({ bytes: _, ...packet }: DecodedPacket): string {
  return JSON.stringify({ ...packet, text: showContent(packet.content) }, (_key, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    if (value instanceof Unreadable) return { unreadable: value.className };
    if (value instanceof Uint8Array) return [...value].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    if (value instanceof Map) return [...value];
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  });
}
