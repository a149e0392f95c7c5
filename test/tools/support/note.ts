import { Float } from 'scenewire';
import type {
  CallContent,
  DecodedState,
  DecodedValue,
  PacketContent,
  SpawnContent,
} from '../../../src/tools/packets/packet-content.js';
import { showValue } from '../../../src/tools/packets/show-value.js';

/** Bytes of a float of single precision with its header. */
const SINGLE = 8;
/** What the notes show in full. */
const MOST_VALUES = 8;

/** What was decoded, in the words of the notes beside Godot's packets. */
export function noteOf(content: PacketContent): string {
  switch (content.kind) {
    case 'simplify-path':
      return `SIMPLIFY_PATH id=${content.id} path=${content.path} md5=${content.checksum}`;
    case 'confirm-path':
      return `CONFIRM_PATH id=${content.id} md5_ok=${Number(content.isSame)}`;
    case 'raw':
      return `RAW ${content.bytes.length} bytes`;
    case 'auth':
      return content.bytes.length === 0 ? 'SYS/AUTH complete' : `SYS/AUTH data ${content.bytes.length} bytes`;
    case 'add-peer':
      return `SYS/ADD_PEER ${content.about}`;
    case 'del-peer':
      return `SYS/DEL_PEER ${content.about}`;
    case 'relay':
      return `SYS/RELAY peer=${content.about} { ${noteOf(content.inner)} }`;
    case 'call':
      return noteOfCall(content);
    case 'spawn':
      return noteOfSpawn(content);
    case 'despawn':
      return `DESPAWN net=${content.netId}`;
    case 'sync':
      return `SYNC time=${content.time} ${statesOf(content.states)}`;
    case 'delta':
      return `SYNC/DELTA ${statesOf(content.states)}`;
    default:
      return content.kind;
  }
}

function noteOfCall({ nodeId, nodeBytes, path, method, isRaw, args }: CallContent): string {
  const node = nodeId === null ? `path:${path}` : `id:${nodeId}/${nodeBytes * 8}-bit`;
  const number = method >= 0x8000 ? `0x${method.toString(16)}` : String(method);
  const given = args.length === 0 ? 'no args' : isRaw ? `raw bytes ${args[0]?.size}` : `args(${valuesOf(args)})`;
  return `REMOTE_CALL node=${node} method=${number} ${given}`;
}

function noteOfSpawn({ scene, spawnerId, netId, syncIds, name, data, state }: SpawnContent): string {
  const given = data === null ? '' : ` data=${textOf(data)}`;
  const ids = syncIds.join(', ');
  return `SPAWN scene=${scene} spawner=${spawnerId} net=${netId} syncs=[${ids}] name=${name}${given} state=[${valuesOf(state)}]`;
}

const statesOf = (states: readonly DecodedState[]): string =>
  states.length === 0 ? 'empty' : states.map(stateOf).join('; ');

function stateOf({ id, isPathId, mask, values }: DecodedState): string {
  const which = `${isPathId ? 'path-id' : 'net'}:${id}`;
  return `${which}${mask === null ? '' : ` mask=0x${mask.toString(16)}`} [${valuesOf(values)}]`;
}

const valuesOf = (values: readonly DecodedValue[]): string =>
  values.length > MOST_VALUES ? `${values.length} values` : values.map(textOf).join(', ');

const textOf = ({ value, size }: DecodedValue): string =>
  value instanceof Float && size === SINGLE && Number.isFinite(value.value)
    ? `f32:${showValue(value).replace(/\.0$/, '')}`
    : showValue(value);

/** Without what the notes and this library write differently: blanks, where a float says so, numbers of objects. */
export const plainNote = (note: string): string =>
  note
    .replace(/\s+/g, '')
    .replace(/f(?:32|64):/g, '')
    .replace(/(?<=\d)\.0(?!\d)/g, '')
    .replace(/Object\((?:#\d+|[0-9a-f]{16})\)/g, 'Object(id)');
