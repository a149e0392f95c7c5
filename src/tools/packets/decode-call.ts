import { ByteReader } from '../../core/byte-reader.js';
import { NODE_WIDTH_SHIFT } from '../../multiplayer/rpc/call-layout.js';
import { readCall } from '../../multiplayer/rpc/call-reader.js';
import { ASK_HEADER, Extra, extraOf, readFailure, readList } from '../../multiplayer/rpc/not-godots.js';
import { type CallContent, malformed, type PacketContent } from './packet-content.js';
import type { PacketNames } from './packet-names.js';
import { readValue, readValues } from './read-values.js';

const MOST_NAMES = 4096;

/** A call as Godot has it. */
export function decodeCall(packet: Uint8Array, speaker: number, names: PacketNames): CallContent | PacketContent {
  const call = readCall(packet);
  if (call === null) return malformed('a call that is cut off');
  const path = call.path ?? names.pathOf(speaker, call.node);
  const rest = call.bytes.subarray(call.argumentsAt);
  const reader = new ByteReader(rest);
  const isEmpty = call.isRaw && rest.length === 0;
  return {
    kind: 'call',
    nodeId: call.path === null ? call.node : null,
    nodeBytes: 1 << (((packet[0] as number) >> NODE_WIDTH_SHIFT) & 3),
    path,
    method: call.method,
    methodName: path === null ? null : names.methodOf(speaker, path, call.method),
    isRaw: call.isRaw,
    args: isEmpty
      ? []
      : call.isRaw
        ? [{ value: rest, size: rest.length, name: null }]
        : readValues(reader, reader.u8()),
  };
}

/** What scenewire peers say about calls beyond Godot's protocol (docs/wire.md). */
export function decodeExtra(packet: Uint8Array, speaker: number, names: PacketNames): PacketContent {
  const extra = extraOf(packet);
  const reader = new ByteReader(packet);
  reader.skip(1);
  if (extra === Extra.LIST) return decodeList(packet);
  if (extra === Extra.OTHER_LIST) return decodeOtherList(packet);
  const question = reader.u32();
  if (reader.failed || extra > Extra.CANCEL) return malformed('something about calls that is not known here');
  if (extra === Extra.ASK) {
    return { kind: 'ask', question, call: decodeCall(packet.subarray(ASK_HEADER), speaker, names) };
  }
  if (extra === Extra.ANSWER) {
    return { kind: 'answer', question, value: reader.remaining === 0 ? null : readValue(reader) };
  }
  return extra === Extra.FAILURE ? { kind: 'failure', question, ...readFailure(reader) } : { kind: 'cancel', question };
}

function decodeList(packet: Uint8Array): PacketContent {
  const list = readList(packet.subarray(1), MOST_NAMES);
  return list === null ? malformed('a list of methods that is cut off') : { kind: 'list', list };
}

function decodeOtherList(packet: Uint8Array): PacketContent {
  const end = packet.indexOf(0);
  const list = end < 0 ? null : readList(packet.subarray(end + 1), MOST_NAMES);
  if (list === null) return malformed('a list of methods that is cut off');
  return { kind: 'other-list', path: new TextDecoder().decode(packet.subarray(1, end)), list };
}
