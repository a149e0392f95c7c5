import { ByteWriter } from '../../core/byte-writer.js';
import { Err } from '../../core/err.js';
import { pushError, quoted } from '../../core/fail.js';
import { TransferMode } from '../multiplayer-types.js';
import type { SceneContext } from '../scene/scene-context.js';
import type { SceneNode } from '../scene/scene-host.js';
import { RPC_FEATURE } from './ask-options.js';
import { checksumOf, type MethodTable, NODE_METHODS, type RpcMethod } from './method-table.js';
import { Extra, type NamedList, readList, writeExtra, writeList } from './not-godots.js';

/** What a stranger can make this side keep: names of one list, lists, and names and bytes of all of them. */
const MOST_NAMES = 4096;
const MOST_LISTS = 256;
const MOST_NAMES_IN_ALL = 16_384;
const MOST_BYTES_IN_ALL = 1 << 20;
/** Names that a report quotes of each side. */
const MOST_QUOTED = 8;

/** What is known about one peer. */
class PeerLists {
  /** Checksums of the lists it was told. */
  readonly told = new Set<string>();
  /** Its own lists by their checksums. */
  readonly known = new Map<string, NamedList>();
  knownNames = 0;
  knownBytes = 0;
  /** Nodes it announced with a list that is not ours: the checksums. */
  readonly differing = new WeakMap<SceneNode, string>();
  /** Of those, how many are awaited. */
  awaited = 0;
  /** Nodes of which it said that its list is another. */
  readonly others = new WeakMap<SceneNode, NamedList>();
  /** Differences that were reported: each is said once. */
  readonly reported = new Set<string>();
}

/** A node that a peer wants to call, and that has no list here yet. */
interface Awaited {
  readonly peer: number;
  readonly node: WeakRef<SceneNode>;
}

/**
 * Both sides of a call number its methods by their place in a list, so different lists make calls go astray. Godot can
 * only say that they differ. Scenewire peers tell each other the lists before they use them: then calls are taken by
 * name, and what one side lacks is told by name.
 */
export class MethodLists {
  readonly #context: SceneContext;
  readonly #writer = new ByteWriter();
  readonly #peers = new Map<number, PeerLists>();
  readonly #awaited = new Set<Awaited>();

  constructor(context: SceneContext) {
    this.#context = context;
  }

  /** Before a call: the peer has to know the list that the number of the method is from. */
  tell(peer: number, table: MethodTable): void {
    if (this.#peers.get(peer)?.told.has(table.checksum) || !this.#context.hasFeature(peer, RPC_FEATURE)) return;
    this.#writer.clear();
    writeExtra(this.#writer, Extra.LIST);
    writeList(this.#writer, table);
    if (this.#send(peer) === Err.OK) this.#of(peer).told.add(table.checksum);
  }

  /** A peer told one of its lists. */
  learn(peer: number, packet: Uint8Array): void {
    this.#read(peer, packet.subarray(1));
  }

  /** A peer announced a node with this checksum. False, and reported, when ours is another. */
  announced(node: SceneNode, peer: number, checksum: string, table: MethodTable): boolean {
    if (checksum === table.checksum) {
      this.#peers.get(peer)?.differing.delete(node);
      return true;
    }
    const lists = this.#of(peer);
    lists.differing.set(node, checksum);
    if (table.isEmpty) this.#await(node, peer, lists);
    this.#report(node, peer, table, lists.known.get(checksum) ?? null, checksum);
    if (this.#context.hasFeature(peer, RPC_FEATURE)) this.#answer(node, peer, table);
    return false;
  }

  /** Scripts that came after a peer wanted to call them: it was told that there is nothing to call. */
  poll(tableOf: (node: SceneNode) => MethodTable): void {
    // PERF: as a rule nothing is awaited, and even an empty loop makes an iterator.
    if (this.#awaited.size === 0) return;
    for (const awaited of this.#awaited) {
      const node = awaited.node.deref();
      const table = node === undefined ? null : tableOf(node);
      if (table?.isEmpty === true) continue;
      this.#awaited.delete(awaited);
      this.#of(awaited.peer).awaited -= 1;
      if (node !== undefined && table !== null) this.#hasCome(node, awaited.peer, table);
    }
  }

  /** A peer has our announcement, but another list. One of ours says which; what Godot says is that it differs. */
  confirmedDifferent(node: SceneNode, peer: number, table: MethodTable): void {
    if (!this.#context.hasFeature(peer, RPC_FEATURE)) this.#report(node, peer, table, null, '');
  }

  /** A peer said which list it has for a node of ours, which it calls by its path: another one, or the same by now. */
  learnOther(peer: number, packet: Uint8Array, tableOf: (node: SceneNode) => MethodTable): void {
    const end = packet.indexOf(0);
    const { host, rootPath } = this.#context;
    const path = end < 0 ? '' : new TextDecoder().decode(packet.subarray(1, end));
    const list = this.#read(peer, end < 0 ? packet.subarray(1) : packet.subarray(end + 1));
    const node = list === null ? null : (host?.findNode(rootPath, path) ?? null);
    if (list === null || node === null) return;
    const checksum = checksumOf(list.nodeNames, list.scriptNames);
    const table = tableOf(node);
    if (checksum === table.checksum) this.#of(peer).others.delete(node);
    else {
      this.#of(peer).others.set(node, list);
      this.#report(node, peer, table, list, checksum);
    }
  }

  /** Whether a peer has said that it lacks this method. */
  isLacking(node: SceneNode, peer: number, name: string): boolean {
    const list = this.#peers.get(peer)?.others.get(node);
    return list !== undefined && !list.scriptNames.includes(name) && !list.nodeNames.includes(name);
  }

  /** The method a peer means by its number. By name where lists differ and theirs is known, else by ours, as Godot. */
  find(node: SceneNode, peer: number, id: number, table: MethodTable): RpcMethod | undefined {
    const lists = this.#peers.get(peer);
    const checksum = lists?.differing.get(node);
    if (lists === undefined || checksum === undefined) return table.byId(id);
    const list = lists.known.get(checksum);
    if (list === undefined) return this.#context.hasFeature(peer, RPC_FEATURE) ? undefined : table.byId(id);
    const name = id >= NODE_METHODS ? list.nodeNames[id - NODE_METHODS] : list.scriptNames[id];
    return name === undefined || name === '' ? undefined : table.byName(name);
  }

  forget(peer: number): void {
    this.#peers.delete(peer);
    for (const awaited of this.#awaited) if (awaited.peer === peer) this.#awaited.delete(awaited);
  }

  clear(): void {
    this.#peers.clear();
    this.#awaited.clear();
  }

  #await(node: SceneNode, peer: number, lists: PeerLists): void {
    if (lists.awaited >= MOST_LISTS) return;
    lists.awaited += 1;
    this.#awaited.add({ peer, node: new WeakRef(node) });
  }

  #hasCome(node: SceneNode, peer: number, table: MethodTable): void {
    const lists = this.#of(peer);
    if (lists.differing.get(node) === table.checksum) lists.differing.delete(node);
    if (this.#context.hasFeature(peer, RPC_FEATURE)) this.#answer(node, peer, table);
  }

  #of(peer: number): PeerLists {
    const lists = this.#peers.get(peer) ?? new PeerLists();
    this.#peers.set(peer, lists);
    return lists;
  }

  /** A list of the peer's. It is kept once, however many nodes it is told of. */
  #read(peer: number, bytes: Uint8Array): NamedList | null {
    const list = readList(bytes, MOST_NAMES);
    if (list === null) {
      this.#context.drop(peer, 'malformed', "a list of RPCs can't be read");
      return null;
    }
    const lists = this.#of(peer);
    const checksum = checksumOf(list.nodeNames, list.scriptNames);
    const known = lists.known.get(checksum);
    if (known !== undefined) return known;
    const names = lists.knownNames + list.nodeNames.length + list.scriptNames.length;
    const total = lists.knownBytes + bytes.length;
    if (lists.known.size >= MOST_LISTS || names > MOST_NAMES_IN_ALL || total > MOST_BYTES_IN_ALL) {
      this.#context.drop(peer, 'limit', 'more lists of RPCs than are kept');
      return null;
    }
    lists.known.set(checksum, list);
    lists.knownNames = names;
    lists.knownBytes = total;
    return list;
  }

  #answer(node: SceneNode, peer: number, table: MethodTable): void {
    const path = this.#context.host?.pathOf(this.#context.rootPath, node) ?? null;
    if (path === null) return;
    this.#writer.clear();
    writeExtra(this.#writer, Extra.OTHER_LIST);
    this.#writer.utf8(path);
    this.#writer.u8(0);
    writeList(this.#writer, table);
    this.#send(peer);
  }

  #send(peer: number): Err {
    return this.#context.sendCommand(peer, this.#writer.view(), TransferMode.TRANSFER_MODE_RELIABLE, 0);
  }

  #report(node: SceneNode, peer: number, ours: MethodTable, theirs: NamedList | null, checksum: string): void {
    const { reported } = this.#of(peer);
    const difference = `${checksum} ${ours.checksum}`;
    if (reported.has(difference) || reported.size >= MOST_LISTS) return;
    reported.add(difference);
    const path = this.#context.host?.pathOf(this.#context.rootPath, node) ?? '';
    const detail = theirs === null ? 'make sure that both have the same methods' : differences(ours, theirs);
    pushError(`Peer ${peer} has other RPCs than this side at ${quoted(path)}: ${detail}`, Err.ERR_INVALID_DATA);
  }
}

function differences(ours: NamedList, theirs: NamedList): string {
  const here = [...ours.nodeNames, ...ours.scriptNames];
  const there = [...theirs.nodeNames, ...theirs.scriptNames];
  const parts = [listed('only there', without(there, here)), listed('only here', without(here, there))];
  const text = parts.filter((part) => part !== '').join('; ');
  return text === '' ? 'some are in the script on one side and set with rpcConfig on the other' : text;
}

function without(names: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return names.filter((name) => name !== '' && !known.has(name));
}

function listed(where: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > MOST_QUOTED ? ` and ${names.length - MOST_QUOTED} more` : '';
  return `${where} ${names.slice(0, MOST_QUOTED).map(quoted).join(', ')}${more}`;
}
