import { ByteReader } from '../../core/byte-reader.js';
import type { ByteWriter } from '../../core/byte-writer.js';
import { DESPAWN, SPAWN } from './commands.js';
import type { ReplicationLimits } from './replication-limits.js';
import { CUSTOM_SPAWN } from './replicator.js';

const LEAST_SPAWN_BYTES = 18;
const LEAST_DESPAWN_BYTES = 5;

/** What a SPAWN says. */
export interface SpawnMessage {
  readonly scene: number;
  /** The path number of the spawner, as the sender counts. */
  readonly spawnerId: number;
  readonly netId: number;
  readonly syncIds: readonly number[];
  readonly name: string;
  /** The encoded data of a custom spawn. */
  readonly data: Uint8Array | null;
  /** The spawn properties of the synchronizers, one behind the other. */
  readonly state: Uint8Array;
}

/** What is wrong with a packet. */
export type Problem = { readonly problem: 'malformed' | 'limit'; readonly text: string };

export function isProblem(result: object): result is Problem {
  return 'problem' in result;
}

/** Valid until the writer is used again. */
export function writeSpawn(writer: ByteWriter, message: SpawnMessage): Uint8Array {
  writer.clear();
  writer.u8(SPAWN);
  writer.u8(message.scene);
  writer.u32(message.spawnerId);
  writer.u32(message.netId);
  writer.u32(message.syncIds.length);
  const lengthAt = writer.length;
  writer.u32(0);
  for (const id of message.syncIds) writer.u32(id);
  const nameBytes = writer.utf8(message.name) + 1;
  writer.u8(0);
  writer.patchU32(lengthAt, nameBytes);
  if (message.data !== null) {
    writer.u32(message.data.length);
    writer.bytes(message.data);
  }
  writer.bytes(message.state);
  return writer.view();
}

/** Nothing in it is trusted: every count is compared with what is there before anything is made. */
export function readSpawn(packet: Uint8Array, limits: ReplicationLimits): SpawnMessage | Problem {
  if (packet.length < LEAST_SPAWN_BYTES) return malformed('A spawn that is too short');
  const reader = new ByteReader(packet);
  reader.skip(1);
  const scene = reader.u8();
  const spawnerId = reader.u32();
  const netId = reader.u32();
  const syncCount = reader.u32();
  const nameBytes = reader.u32();
  if (syncCount * 4 + nameBytes > reader.remaining) return malformed('A spawn that is cut off');
  if (syncCount > limits.maxSynchronizersPerNode) return tooMuch(`A spawn with ${syncCount} synchronizers`);
  if (nameBytes > limits.maxNameBytes) return tooMuch(`A spawn with a name of ${nameBytes} bytes`);
  const syncIds = Array.from({ length: syncCount }, () => reader.u32());
  const name = readName(reader, nameBytes);
  const dataBytes = scene === CUSTOM_SPAWN ? reader.u32() : 0;
  if (dataBytes > limits.maxDataBytes) return tooMuch(`A spawn with data of ${dataBytes} bytes`);
  const data = scene === CUSTOM_SPAWN ? reader.bytes(dataBytes) : null;
  const state = reader.bytes(reader.remaining);
  if (reader.failed) return malformed('A spawn that is cut off or whose name is no text');
  if (state.length > limits.maxSpawnStateBytes) return tooMuch(`A spawn with a state of ${state.length} bytes`);
  return { scene, spawnerId, netId, syncIds, name, data, state };
}

/** Up to a NUL, without a byte order mark, as Godot reads text. */
function readName(reader: ByteReader, length: number): string {
  const bytes = reader.bytes(length);
  const end = bytes.indexOf(0);
  const text = new ByteReader(bytes);
  const name = text.utf8(end < 0 ? bytes.length : end);
  if (text.failed) reader.fail();
  return name.startsWith('\ufeff') ? name.slice(1) : name;
}

export function writeDespawn(writer: ByteWriter, netId: number): Uint8Array {
  writer.clear();
  writer.u8(DESPAWN);
  writer.u32(netId);
  return writer.view();
}

export function readDespawn(packet: Uint8Array): number | Problem {
  if (packet.length < LEAST_DESPAWN_BYTES) return malformed('A despawn that is too short');
  const reader = new ByteReader(packet);
  reader.skip(1);
  return reader.u32();
}

function malformed(text: string): Problem {
  return { problem: 'malformed', text };
}

function tooMuch(text: string): Problem {
  return { problem: 'limit', text };
}
