import { createHash } from 'node:crypto';

/** One WebSocket frame as it stands on the wire. */
export interface Frame {
  readonly frame: string;
  readonly fin: boolean;
  readonly masked: boolean;
  readonly payload_hex: string;
}

const OPCODES: Record<string, number> = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };
const nameOf = (opcode: number): string =>
  Object.keys(OPCODES).find((name) => OPCODES[name] === opcode) ?? `opcode ${opcode}`;

const MASK = Buffer.from([1, 2, 3, 4]);
const apply = (mask: Buffer, payload: Buffer): Buffer => payload.map((byte, i) => byte ^ mask[i % 4]!) as Buffer;

export function encodeFrame(name: string, payload: Uint8Array, masked: boolean, fin = true): Buffer {
  const size = payload.length;
  const bit = masked ? 0x80 : 0;
  const head = Buffer.alloc(size < 126 ? 2 : size < 65536 ? 4 : 10);
  head[0] = (fin ? 0x80 : 0) | OPCODES[name]!;
  head[1] = bit | (size < 126 ? size : size < 65536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(size, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(size), 2);
  return Buffer.concat(masked ? [head, MASK, apply(MASK, Buffer.from(payload))] : [head, Buffer.from(payload)]);
}

/** The first frame in some bytes, and how long it is; null while it is not complete. */
export function decodeFrame(bytes: Buffer): { frame: Frame; size: number } | null {
  if (bytes.length < 2) return null;
  const short = bytes[1]! & 0x7f;
  const masked = bytes[1]! >= 0x80;
  const start = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (masked ? 4 : 0);
  if (bytes.length < start) return null;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < start + length) return null;
  const raw = bytes.subarray(start, start + length);
  const payload = masked ? apply(bytes.subarray(start - 4, start), raw) : raw;
  const frame = nameOf(bytes[0]! & 15);
  return {
    frame: { frame, fin: bytes[0]! >= 0x80, masked, payload_hex: payload.toString('hex') },
    size: start + length,
  };
}

/** The answer to a Sec-WebSocket-Key. */
export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** What a head says apart from the order of its lines: the first line, and the headers by lower-case name. */
export function readHead(text: string): { first: string; headers: Record<string, string> } {
  const [first = '', ...lines] = text.trimEnd().split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { first, headers: Object.fromEntries(headers) };
}

export const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** The request that Godot's own recordings were made with; `extra` lines end with a line break. */
export function clientHello(extra = '', path = '/', version = '13'): string {
  return (
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: ${version}\r\n${extra}\r\n`
  );
}

export function serverHello(request: string, extra = ''): string {
  const accept = acceptOf(readHead(request).headers['sec-websocket-key'] ?? '');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${extra}\r\n`;
}
