import { ByteReader } from '../../../core/byte-reader.js';
import { ByteWriter } from '../../../core/byte-writer.js';
import { packCandidate, unpackCandidate } from './packed-candidate.js';

/**
 * A description with its candidates in few bytes. A connection that has nothing but data channels says the same in every
 * session, but for the secrets, the fingerprint and the candidates; what says anything else is carried as it is.
 */
const AS_TEXT = 0;
const PACKED = 1;

const SETUPS = ['actpass', 'active', 'passive', 'holdconn'] as const;
/** Two per network interface, with and without TCP, and what STUN and TURN found. */
const MOST_CANDIDATES = 12;
const FINGERPRINT_BYTES = 32;
const NATIVE = 0x10;

interface Essence {
  readonly ufrag: string;
  readonly password: string;
  readonly fingerprint: readonly string[];
  readonly setup: number;
  readonly isNative: boolean;
  readonly mid: string;
  readonly port: number;
  readonly maxMessageSize: number;
  /** What stands behind `a=scenewire:`. */
  readonly announcement: string;
  readonly candidates: readonly string[];
}

export function packDescription(sdp: string): Uint8Array {
  const writer = new ByteWriter();
  const essence = extract(sdp);
  if (essence === null) {
    writer.u8(AS_TEXT);
    writer.utf8(sdp);
    return writer.copy();
  }
  writer.u8(PACKED);
  writer.u8(essence.setup | (essence.isNative ? NATIVE : 0));
  for (const text of [essence.ufrag, essence.password, essence.mid, essence.announcement]) packText(text, writer);
  for (const byte of essence.fingerprint) writer.u8(Number.parseInt(byte, 16));
  writer.u16(essence.port);
  writer.u32(essence.maxMessageSize);
  let left = MOST_CANDIDATES;
  for (const candidate of essence.candidates) if (left > 0 && packCandidate(candidate, writer)) left -= 1;
  return writer.copy();
}

/** Null when it makes no sense. */
export function unpackDescription(bytes: Uint8Array): string | null {
  const reader = new ByteReader(bytes);
  const kind = reader.u8();
  if (kind === AS_TEXT) {
    const sdp = reader.utf8(reader.remaining);
    return reader.failed || !sdp.startsWith('v=0') ? null : sdp;
  }
  if (kind !== PACKED) return null;
  const flags = reader.u8();
  const [ufrag, password, mid, announcement] = [0, 1, 2, 3].map(() => unpackText(reader));
  const fingerprint = [...reader.bytes(FINGERPRINT_BYTES)].map(toHex);
  const port = reader.u16();
  const maxMessageSize = reader.u32();
  const candidates: string[] = [];
  while (reader.remaining > 0 && !reader.failed && candidates.length < MOST_CANDIDATES) {
    candidates.push(unpackCandidate(reader, candidates.length));
  }
  if (reader.failed || reader.remaining > 0) return null;
  const texts = { ufrag: ufrag!, password: password!, mid: mid!, announcement: announcement! };
  // A line break in one of them would smuggle lines in.
  if (Object.values(texts).some((text) => !/^[\w+/ .-]*$/.test(text))) return null;
  if (candidates.some((candidate) => !/^[\w:. -]+$/.test(candidate))) return null;
  const rest = { setup: flags & 3, isNative: (flags & NATIVE) !== 0, port, maxMessageSize };
  return write({ ...texts, ...rest, fingerprint, candidates });
}

/** Null when there is more in the text, or less, than an essence holds. */
function extract(sdp: string): Essence | null {
  const value = (name: string): string | undefined => new RegExp(`^a=${name}:(.*?)\\r?$`, 'm').exec(sdp)?.[1];
  const fingerprint = /^a=fingerprint:sha-256 ((?:[\da-f]{2}:){31}[\da-f]{2})\r?$/im.exec(sdp)?.[1];
  const isOneSection =
    sdp.match(/^m=/gm)?.length === 1 && /^m=application \d+ UDP\/DTLS\/SCTP webrtc-datachannel\r?$/m.test(sdp);
  const [ufrag, password, mid, setup] = [value('ice-ufrag'), value('ice-pwd'), value('mid'), value('setup')];
  const setupAt = SETUPS.indexOf(setup as (typeof SETUPS)[number]);
  if (!isOneSection || fingerprint === undefined || !ufrag || !password || !mid || setupAt < 0) return null;
  return {
    ufrag,
    password,
    mid,
    setup: setupAt,
    isNative: /^o=rtc /m.test(sdp),
    fingerprint: fingerprint.split(':'),
    port: Number(value('sctp-port') ?? 5000),
    maxMessageSize: Number(value('max-message-size') ?? 0xffff) % 2 ** 32,
    announcement: value('scenewire') ?? '',
    candidates: [...sdp.matchAll(/^a=(candidate:.*?)\r?$/gm)].map(([, candidate]) => candidate!),
  };
}

function write(essence: Essence): string {
  const { mid, announcement, candidates } = essence;
  const lines = [
    'v=0',
    // By this name stacks of one kind know each other.
    `o=${essence.isNative ? 'rtc' : '-'} 1 2 IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mid}`,
    ...(announcement === '' ? [] : [`a=scenewire:${announcement}`]),
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    'a=sendrecv',
    `a=ice-ufrag:${essence.ufrag}`,
    `a=ice-pwd:${essence.password}`,
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${essence.fingerprint.join(':').toUpperCase()}`,
    `a=setup:${SETUPS[essence.setup]}`,
    `a=sctp-port:${essence.port}`,
    `a=max-message-size:${essence.maxMessageSize}`,
    ...candidates.map((candidate) => `a=${candidate}`),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function packText(text: string, writer: ByteWriter): void {
  const bytes = new TextEncoder().encode(text).subarray(0, 255);
  writer.u8(bytes.length);
  writer.bytes(bytes);
}

const unpackText = (reader: ByteReader): string => reader.utf8(reader.u8());
const toHex = (byte: number): string => byte.toString(16).padStart(2, '0');
