import { TARGET_PEER_SERVER } from '../../multiplayer/multiplayer-types.js';
import { CUSTOM_SPAWN } from '../../multiplayer/replication/replicator.js';
import type { NamedList } from '../../multiplayer/rpc/not-godots.js';
import type { CallContent, DecodedState, DecodedValue, PacketContent, SpawnContent } from './packet-content.js';
import { showValue } from './show-value.js';

/** One line about what a packet says. */
export function showContent(content: PacketContent): string {
  return plain(show(content));
}

/** What a stranger sends must not break lines, move the cursor of a terminal, or turn the text around. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');

function show(content: PacketContent): string {
  switch (content.kind) {
    case 'call':
      return `call ${showCall(content)}`;
    case 'ask':
      return `ask #${content.question} ${content.call.kind === 'call' ? showCall(content.call) : show(content.call)}`;
    case 'answer':
      return `answer #${content.question} ${content.value === null ? 'null' : showValue(content.value.value)}`;
    case 'failure':
      return `failure #${content.question} ${content.reason} ${JSON.stringify(content.text)}`;
    case 'cancel':
      return `cancel #${content.question}`;
    case 'list':
      return `list ${showList(content.list)}`;
    case 'other-list':
      return `other-list ${content.path} ${showList(content.list)}`;
    case 'simplify-path':
      return `simplify-path ${content.id} = ${content.path}`;
    case 'confirm-path':
      return `confirm-path ${content.id}${behind(content.path)}${content.isSame ? '' : ', other methods'}`;
    case 'spawn':
      return showSpawn(content);
    case 'despawn':
      return `despawn net ${content.netId}${behind(content.path)}`;
    case 'sync':
      return `sync #${content.time} ${content.states.map(showState).join('; ')}`;
    case 'delta':
      return `delta ${content.states.map(showState).join('; ')}`;
    case 'raw':
      return `raw ${content.bytes.length} B ${showBytes(content.bytes)}`;
    default:
      return showSystem(content);
  }
}

function showSystem(content: Exclude<PacketContent, { kind: 'call' | 'spawn' }>): string {
  switch (content.kind) {
    case 'auth':
      return content.bytes.length === 0 ? 'auth complete' : `auth ${content.bytes.length} B`;
    case 'features':
      return `features of ${content.about}: ${content.features}`;
    case 'relay':
      return `relay ${showTarget(content.about)} { ${show(content.inner)} }`;
    case 'add-peer':
    case 'del-peer':
      return `${content.kind} ${content.about}`;
    case 'malformed':
      return `malformed: ${content.problem}`;
    default:
      return content.kind;
  }
}

/** 0 all, n one, -n all but n. */
export const showTarget = (target: number): string =>
  target === 0 ? 'all' : target < 0 ? `all but ${-target}` : target === TARGET_PEER_SERVER ? 'server' : String(target);

/** The node and the method of a call, by their numbers where nobody knows the names. */
export const showMethod = ({ path, nodeId, method, methodName }: CallContent): string =>
  `${path ?? `#${nodeId}`}.${methodName ?? `method ${method}`}`;

const showCall = (call: CallContent): string =>
  `${showMethod(call)}(${call.args.map(({ value }) => showValue(value)).join(', ')})`;

function showSpawn({ path, scene, netId, syncIds, data, state }: SpawnContent): string {
  const how = scene === CUSTOM_SPAWN ? `function ${data === null ? '' : showValue(data.value)}` : `scene ${scene}`;
  return `spawn ${path} by ${how}, net ${netId}, syncs [${syncIds.join(', ')}], state [${showValues(state)}]`;
}

/** The node of a state, by its number where nobody knows its name. */
export const showSync = ({ path, id, isPathId }: DecodedState): string => path ?? `${isPathId ? 'path' : 'net'} #${id}`;

const showState = (state: DecodedState): string => `${showSync(state)} [${showValues(state.values)}]`;

const showValues = (values: readonly DecodedValue[]): string =>
  values
    .map(({ name, value }) => `${name === null ? '' : `${name.replace(/^\.:/, '')}=`}${showValue(value)}`)
    .join(', ');

const showList = ({ nodeNames, scriptNames }: NamedList): string => `[${[...nodeNames, ...scriptNames].join(', ')}]`;

const behind = (path: string | null): string => (path === null ? '' : ` = ${path}`);

const MOST_BYTES = 16;

function showBytes(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, MOST_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length > MOST_BYTES ? `${shown}…` : shown;
}
