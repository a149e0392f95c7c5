import { ByteReader } from '../../core/byte-reader.js';
import { DELTA_FLAG, PATH_ID_FLAG } from '../../multiplayer/replication/commands.js';
import { DEFAULT_REPLICATION_LIMITS } from '../../multiplayer/replication/replication-limits.js';
import { isProblem, readDespawn, readSpawn } from '../../multiplayer/replication/spawn-packet.js';
import { type DecodedState, malformed, type PacketContent } from './packet-content.js';
import type { PacketNames } from './packet-names.js';
import { readValue, readValues } from './read-values.js';

export const STATE_HEADER_BYTES = 3;
export const STATE_HEAD_BYTES = 8;
export const CHANGE_HEAD_BYTES = 16;

export function decodeSpawn(packet: Uint8Array, speaker: number, names: PacketNames): PacketContent {
  const spawn = readSpawn(packet, DEFAULT_REPLICATION_LIMITS);
  if (isProblem(spawn)) return malformed(spawn.text);
  const { scene, spawnerId, netId, syncIds, name } = spawn;
  const spawner = names.pathOf(speaker, spawnerId);
  return {
    kind: 'spawn',
    scene,
    spawnerId,
    spawner,
    netId,
    syncIds,
    name,
    // Where a spawner puts its nodes is no business of the packets.
    path: names.nodeOf(speaker, netId) ?? `${spawner ?? `#${spawnerId}`}:${name}`,
    data: spawn.data === null ? null : readValue(new ByteReader(spawn.data)),
    state: readValues(new ByteReader(spawn.state), Number.POSITIVE_INFINITY),
  };
}

export function decodeDespawn(packet: Uint8Array, speaker: number, names: PacketNames): PacketContent {
  const netId = readDespawn(packet);
  if (typeof netId !== 'number') return malformed(netId.text);
  return { kind: 'despawn', netId, path: names.nodeOf(speaker, netId) };
}

/** States, or with the flag changes. */
export function decodeStates(packet: Uint8Array, speaker: number, names: PacketNames): PacketContent {
  const reader = new ByteReader(packet);
  const isDelta = ((reader.u8() as number) & DELTA_FLAG) !== 0;
  const time = isDelta ? 0 : reader.u16();
  const states: DecodedState[] = [];
  while (!reader.failed && reader.remaining > 0) states.push(readState(reader, isDelta, speaker, names));
  if (reader.failed) return malformed('a packet of states that is cut off');
  return isDelta ? { kind: 'delta', states } : { kind: 'sync', time, states };
}

function readState(reader: ByteReader, isDelta: boolean, speaker: number, names: PacketNames): DecodedState {
  const id = reader.u32();
  const mask = isDelta ? BigInt.asUintN(64, reader.i64()) : null;
  const size = reader.u32();
  const bytes = reader.bytes(size);
  const sync = names.syncOf(speaker, id);
  const properties = mask === null ? (sync?.always ?? []) : marked(sync?.onChange ?? [], mask);
  return {
    id: (id & ~PATH_ID_FLAG) >>> 0,
    isPathId: (id & PATH_ID_FLAG) !== 0,
    path: sync?.path ?? null,
    mask,
    values: readValues(new ByteReader(bytes), Number.POSITIVE_INFINITY, properties),
    size: (isDelta ? CHANGE_HEAD_BYTES : STATE_HEAD_BYTES) + size,
  };
}

const marked = (names: readonly string[], mask: bigint): string[] =>
  names.filter((_, bit) => (mask >> BigInt(bit % 64)) & 1n);
