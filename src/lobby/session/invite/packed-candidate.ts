import type { ByteReader } from '../../../core/byte-reader.js';
import type { ByteWriter } from '../../../core/byte-writer.js';

/** A candidate as an invitation carries it: what the other side needs in order to send to it, in a dozen bytes. */
interface Parts {
  readonly isTcp: boolean;
  readonly priority: number;
  readonly address: string;
  readonly port: number;
  readonly type: string;
  readonly tcpType: string;
}

const TYPES = ['host', 'srflx', 'prflx', 'relay'] as const;
const TCP_TYPES = ['', 'active', 'passive', 'so'] as const;
/** Kinds of addresses. */
const [IPV4, IPV6, LOCAL_NAME, NAME] = [0, 1, 2, 3];
const V4_BYTES = 4;
const V6_BYTES = 16;
const CANDIDATE = /^candidate:\S+ 1 (udp|tcp) (\d+) (\S+) (\d+) typ (\S+)(?:.* tcptype (\S+))?/i;
/** The names that browsers give to addresses on the local network. */
const LOCAL = /^([\da-f]{8})-([\da-f]{4})-([\da-f]{4})-([\da-f]{4})-([\da-f]{12})\.local$/i;

function parse(candidate: string): Parts | null {
  const [, protocol, priority, address, port, type, tcpType = ''] = CANDIDATE.exec(candidate) ?? [];
  if (address === undefined || !TYPES.some((known) => known === type)) return null;
  const isTcp = protocol?.toLowerCase() === 'tcp';
  return { isTcp, priority: Number(priority), address, port: Number(port), type: type as string, tcpType };
}

/** False when it is left out: nobody can reach it, or it is of a kind that is not known here. */
export function packCandidate(candidate: string, writer: ByteWriter): boolean {
  const parts = parse(candidate);
  if (parts === null || parts.tcpType === 'active') return false;
  const { isTcp, priority, address, port, type, tcpType } = parts;
  const kind = kindOf(address);
  const tcp = Math.max(0, TCP_TYPES.indexOf(tcpType as (typeof TCP_TYPES)[number]));
  writer.u8(TYPES.indexOf(type as (typeof TYPES)[number]) | (kind << 2) | (tcp << 4) | (Number(isTcp) << 6));
  writer.u32(priority >>> 0);
  writer.u16(port);
  packAddress(address, kind, writer);
  return true;
}

export function unpackCandidate(reader: ByteReader, index: number): string {
  const flags = reader.u8();
  const priority = reader.u32();
  const port = reader.u16();
  const address = unpackAddress((flags >> 2) & 3, reader);
  const type = TYPES[flags & 3];
  const tcpType = TCP_TYPES[(flags >> 4) & 3];
  const isTcp = (flags & 0x40) !== 0;
  // Where it was seen from is nobody's business, but the grammar wants it.
  const related = type === 'host' ? '' : ' raddr 0.0.0.0 rport 0';
  const end = isTcp && tcpType ? ` tcptype ${tcpType}` : '';
  return `candidate:${index + 1} 1 ${isTcp ? 'tcp' : 'udp'} ${priority} ${address} ${port} typ ${type}${related}${end}`;
}

function kindOf(address: string): number {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return IPV4!;
  if (LOCAL.test(address)) return LOCAL_NAME!;
  return groupsOf(address) === null ? NAME! : IPV6!;
}

function packAddress(address: string, kind: number, writer: ByteWriter): void {
  if (kind === IPV4) {
    for (const byte of address.split('.')) writer.u8(Number(byte));
  } else if (kind === IPV6) {
    for (const group of groupsOf(address) ?? []) {
      writer.u8(group >> 8);
      writer.u8(group & 0xff);
    }
  } else if (kind === LOCAL_NAME) {
    const digits = LOCAL.exec(address)!.slice(1).join('');
    for (let at = 0; at < digits.length; at += 2) writer.u8(Number.parseInt(digits.slice(at, at + 2), 16));
  } else {
    const bytes = new TextEncoder().encode(address).subarray(0, 255);
    writer.u8(bytes.length);
    writer.bytes(bytes);
  }
}

function unpackAddress(kind: number, reader: ByteReader): string {
  if (kind === IPV4) return [...reader.bytes(V4_BYTES)].join('.');
  if (kind === NAME) return reader.utf8(reader.u8());
  const digits = [...reader.bytes(V6_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (kind === IPV6) return (digits.match(/.{4}/g) ?? []).join(':');
  return `${digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}.local`;
}

/** The eight numbers of an IPv6 address; null when it is none. */
function groupsOf(address: string): number[] | null {
  const [head = '', tail, ...more] = address.split('::');
  if (more.length > 0 || !/^[\da-f:]+$/i.test(address)) return null;
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  return groups.every((group) => /^[\da-f]{1,4}$/i.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : null;
}
