import { ByteReader } from '../../../core/byte-reader.js';
import { ByteWriter } from '../../../core/byte-writer.js';
import { isPeerId } from '../../../multiplayer/multiplayer-types.js';
import { InviteError } from './invite-error.js';
import { packDescription, unpackDescription } from './packed-description.js';

export type InviteKind = 'invite' | 'reply';

/** What travels by hand: one description, with all of its candidates, and whom it is for. */
export interface Invite {
  readonly kind: InviteKind;
  /** The guest's id. */
  readonly id: number;
  readonly sdp: string;
}

const VERSION = 1;
const REPLY = 0x80;
const CHECK_BYTES = 2;
/** Many times what a description needs. */
const MOST_CHARACTERS = 100_000;

/** Letters, digits, `-` and `_`: it can stand in a message, in an address, and in a QR code. */
export function writeInvite({ kind, id, sdp }: Invite): string {
  const writer = new ByteWriter();
  writer.u8(VERSION | (kind === 'reply' ? REPLY : 0));
  writer.u32(id);
  writer.bytes(packDescription(sdp));
  const check = checksum(writer.view());
  writer.u16(check);
  return toBase64Url(writer.view());
}

/** Throws an InviteError. White space, which chat programs and eyes put in, does not matter. */
export function readInvite(text: string): Invite {
  const bytes = fromBase64Url(text.replace(/\s/g, ''));
  if (bytes === null || bytes.length <= CHECK_BYTES) throw new InviteError('bad_invite');
  const body = bytes.subarray(0, -CHECK_BYTES);
  const reader = new ByteReader(body);
  const head = reader.u8();
  const id = reader.u32();
  const check = new ByteReader(bytes.subarray(-CHECK_BYTES)).u16();
  if (check !== checksum(body)) throw new InviteError('bad_invite');
  if ((head & ~REPLY) !== VERSION) throw new InviteError('wrong_version');
  const sdp = unpackDescription(reader.bytes(reader.remaining));
  if (sdp === null || !isPeerId(id, 2)) throw new InviteError('bad_invite');
  return { kind: (head & REPLY) === 0 ? 'invite' : 'reply', id, sdp };
}

/** FNV-1a, folded: not against anybody, but against half of a text that was copied. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return ((hash >>> 16) ^ hash) & 0xffff;
}

function toBase64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array | null {
  if (text.length > MOST_CHARACTERS || !/^[\w-]+$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}
