import { PATH_ID_FLAG } from '../../multiplayer/replication/commands.js';
import { checksumOf, NODE_METHODS } from '../../multiplayer/rpc/method-table.js';
import type { NamedList } from '../../multiplayer/rpc/not-godots.js';
import { NO_NAMES, type PacketNames, type SyncNames } from './packet-names.js';

/** What hostile packets can make an inspector remember. */
const MOST_ENTRIES = 65_536;
const MOST_UNITS = 4 << 20;

interface SpawnedNode {
  readonly path: string;
  readonly syncIds: readonly number[];
}

/** What is known of one peer's numbers. */
class SpeakerNames {
  readonly paths = new Map<number, string>();
  /** The list of methods that a path was announced with. */
  readonly checksums = new Map<string, string>();
  readonly lists = new Map<string, NamedList>();
  readonly nodes = new Map<number, SpawnedNode>();
  readonly syncs = new Map<number, SyncNames>();
}

/** Names that packets tell, and where they tell nothing those that somebody else knows. */
export class LearnedNames implements PacketNames {
  readonly #others: PacketNames;
  readonly #speakers = new Map<number, SpeakerNames>();
  #entries = 0;
  #units = 0;

  constructor(others: PacketNames = NO_NAMES) {
    this.#others = others;
  }

  learnPath(speaker: number, id: number, path: string, checksum: string): void {
    if (!this.#hasRoom(path)) return;
    const names = this.#of(speaker);
    names.paths.set(id, path);
    names.checksums.set(path, checksum);
  }

  learnList(speaker: number, list: NamedList): void {
    const units = list.nodeNames.join('').length + list.scriptNames.join('').length;
    if (!this.#hasRoom('', units)) return;
    this.#of(speaker).lists.set(checksumOf(list.nodeNames, list.scriptNames), list);
  }

  /** A node is there, and so are its synchronizers. */
  learnSpawn(speaker: number, netId: number, path: string, syncIds: readonly number[]): void {
    this.forgetNode(speaker, netId);
    if (!this.#hasRoom(path, syncIds.length)) return;
    const names = this.#of(speaker);
    names.nodes.set(netId, { path, syncIds });
    for (const id of syncIds) {
      this.#entries += 1;
      names.syncs.set(id, { path, always: [], onChange: [] });
    }
  }

  /** A node is no longer there, and its numbers will not be given again. */
  forgetNode(speaker: number, netId: number): void {
    const names = this.#speakers.get(speaker);
    const node = names?.nodes.get(netId);
    if (names === undefined || node === undefined) return;
    names.nodes.delete(netId);
    for (const id of node.syncIds) names.syncs.delete(id);
    this.#entries -= 1 + node.syncIds.length;
    this.#units -= node.path.length + node.syncIds.length;
  }

  pathOf(speaker: number, id: number): string | null {
    return this.#speakers.get(speaker)?.paths.get(id) ?? this.#others.pathOf(speaker, id);
  }

  nodeOf(speaker: number, netId: number): string | null {
    return this.#others.nodeOf(speaker, netId) ?? this.#speakers.get(speaker)?.nodes.get(netId)?.path ?? null;
  }

  syncOf(speaker: number, id: number): SyncNames | null {
    const known = this.#others.syncOf(speaker, id);
    if (known !== null) return known;
    if ((id & PATH_ID_FLAG) === 0) return this.#speakers.get(speaker)?.syncs.get(id) ?? null;
    const path = this.pathOf(speaker, id & ~PATH_ID_FLAG);
    return path === null ? null : { path, always: [], onChange: [] };
  }

  methodOf(speaker: number, path: string, method: number): string | null {
    const names = this.#speakers.get(speaker);
    const list = names?.lists.get(names.checksums.get(path) ?? '');
    const own = method >= NODE_METHODS ? list?.nodeNames[method - NODE_METHODS] : list?.scriptNames[method];
    return own ?? this.#others.methodOf(speaker, path, method);
  }

  #of(speaker: number): SpeakerNames {
    const names = this.#speakers.get(speaker) ?? new SpeakerNames();
    this.#speakers.set(speaker, names);
    return names;
  }

  #hasRoom(path: string, more = 0): boolean {
    if (this.#entries >= MOST_ENTRIES || this.#units + path.length + more > MOST_UNITS) return false;
    this.#entries += 1;
    this.#units += path.length + more;
    return true;
  }
}
