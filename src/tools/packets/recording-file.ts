import { isTransferMode } from '../../multiplayer/multiplayer-types.js';
import type { PacketRecord } from './packet-record.js';
import { RecordedNames } from './recorded-names.js';
import {
  fromBase64,
  type NameLine,
  type PacketLine,
  RECORDING_FORMAT,
  RECORDING_VERSION,
  type RecordingHeader,
  toBase64,
} from './recording-format.js';

/** What a file holds. */
export interface RecordedPackets {
  /** The peer that was listened to. */
  readonly self: number;
  readonly began: string;
  /** Packets that had to make room for later ones. */
  readonly dropped: number;
  readonly names: RecordedNames;
  readonly packets: readonly PacketRecord[];
  /** Lines that are none of a recording, and were passed over. */
  readonly badLines?: number;
}

/**
 * The text is no recording, or one of a later version.
 * @example
 * ```ts run
 * import { RecordingError, readRecording } from 'scenewire/inspector';
 *
 * try {
 *   readRecording('something else');
 * } catch (error) {
 *   if (error instanceof RecordingError) console.log(error.message); // → This is no recording of packets
 * }
 * ```
 */
export class RecordingError extends Error {}

export function writeRecording({ self, began, dropped, names, packets }: RecordedPackets): string {
  const header: RecordingHeader = { format: RECORDING_FORMAT, version: RECORDING_VERSION, self, began, dropped };
  const lines: (RecordingHeader | NameLine | PacketLine)[] = [header, ...names.lines, ...packets.map(lineOf)];
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
}

/** Throws a `RecordingError` for what is no recording. Single lines that are damaged are passed over and counted. */
export function readRecording(text: string): RecordedPackets {
  const end = text.indexOf('\n');
  const header = parse(end < 0 ? text : text.slice(0, end)) as Partial<RecordingHeader> | null | undefined;
  if (header?.format !== RECORDING_FORMAT) throw new RecordingError('This is no recording of packets');
  if (header.version !== RECORDING_VERSION) {
    throw new RecordingError(
      `This is a recording of version ${String(header.version)}, and ${RECORDING_VERSION} is read`,
    );
  }
  const names = new RecordedNames();
  const packets: PacketRecord[] = [];
  let badLines = 0;
  for (const line of linesOf(text, end)) {
    const parsed = parse(line);
    const packet = Array.isArray(parsed) ? packetOf(parsed) : null;
    if (packet !== null) packets.push(packet);
    else if (!names.add(parsed)) badLines += 1;
  }
  const { self, began, dropped } = header;
  return {
    self: Number.isSafeInteger(self) ? (self as number) : 0,
    began: typeof began === 'string' ? began.slice(0, 64) : '',
    dropped: Number.isSafeInteger(dropped) ? (dropped as number) : 0,
    names,
    packets,
    badLines,
  };
}

function* linesOf(text: string, firstEnd: number): Iterable<string> {
  for (let from = firstEnd; from >= 0 && from < text.length - 1; ) {
    const end = text.indexOf('\n', from + 1);
    const line = text.slice(from + 1, end < 0 ? text.length : end);
    if (line.trim() !== '') yield line;
    from = end;
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function lineOf({ timeMs, isOutgoing, peer, mode, channel, bytes, size }: PacketRecord): PacketLine {
  const time = Math.round(timeMs * 1000) / 1000;
  const line = [time, isOutgoing ? '>' : '<', peer, mode, channel, toBase64(bytes)] as const;
  return size === bytes.length ? line : [...line, size];
}

/** Null for what is no packet. */
function packetOf(line: readonly unknown[]): PacketRecord | null {
  const [timeMs, way, peer, mode, channel, text, size] = line;
  const bytes = typeof text === 'string' ? fromBase64(text) : null;
  const isPacket =
    Number.isFinite(timeMs) &&
    (way === '>' || way === '<') &&
    Number.isSafeInteger(peer) &&
    isTransferMode(mode as number) &&
    Number.isSafeInteger(channel) &&
    (size === undefined || (Number.isSafeInteger(size) && (size as number) >= (bytes?.length ?? 0)));
  if (!isPacket || bytes === null) return null;
  return {
    timeMs: timeMs as number,
    isOutgoing: way === '>',
    peer: peer as number,
    mode: mode as PacketRecord['mode'],
    channel: channel as number,
    bytes,
    size: (size as number | undefined) ?? bytes.length,
  };
}
