import { ByteWriter } from '../../core/byte-writer.js';
import { Err } from '../../core/err.js';
import { fail, quoted } from '../../core/fail.js';
import { RPC_FEATURE } from '../rpc/ask-options.js';
import { AnnouncedPaths } from './announced-paths.js';
import { type AwaitedPath, AwaitedPaths } from './awaited-paths.js';
import { Command } from './scene-command.js';
import type { CallPart, DropReason, NodePaths, SceneContext } from './scene-context.js';
import type { SceneNode, Unsubscribe } from './scene-host.js';

const CHECKSUM_BYTES = 32;
const SIMPLIFY_LEAST_BYTES = 38;
const CONFIRM_BYTES = 6;
/** Where the number and the path of an announcement begin. */
const ID_AT = 34;
/** Longer than the path of any node that a person named. */
const MAX_PATH_BYTES = 4096;

const decoder = new TextDecoder('utf-8', { fatal: true });
const ascii = new TextDecoder('latin1');

/** What the cache needs beside the context. */
export interface PathCacheLinks {
  readonly calls: CallPart;
  /** Sends what nobody would send again: now, or as soon as there is room. */
  sendSurely(peer: number, packet: Uint8Array): Err;
  /** Whether something more can be held back for this peer. */
  hasRoom(peer: number): boolean;
}

interface OwnPath {
  readonly id: number;
  readonly node: SceneNode;
  /** Peers it was announced to, and whether they have confirmed. */
  readonly peers: Map<number, boolean>;
  readonly forget: Unsubscribe;
}

/**
 * Numbers in the place of paths. Each side numbers the nodes it speaks of, from 1 up and never twice, and announces each
 * to each peer once. A node that leaves the tree loses its number.
 */
export class PathCache implements NodePaths {
  readonly #context: SceneContext;
  readonly #links: PathCacheLinks;
  readonly #writer = new ByteWriter();

  // What this side announces.
  readonly #own = new Map<SceneNode, OwnPath>();
  readonly #ownById = new Map<number, OwnPath>();
  #lastId = 0;

  // What others announce.
  readonly #announced = new Map<number, AnnouncedPaths>();
  readonly #awaited: AwaitedPaths;

  constructor(context: SceneContext, links: PathCacheLinks) {
    this.#context = context;
    this.#links = links;
    this.#awaited = new AwaitedPaths(context.clock);
  }

  announce(node: SceneNode, peer: number): number {
    const known = this.#own.get(node);
    if (known?.peers.has(peer)) return known.id;
    const path = this.#context.host?.pathOf(this.#context.rootPath, node) ?? null;
    if (path === null) {
      fail(Err.ERR_INVALID_PARAMETER, 'A node outside of the tree, or not below the multiplayer root, has no path');
      return 0;
    }
    const own = known ?? this.#number(node);
    if (!this.#links.hasRoom(peer) || this.#links.sendSurely(peer, this.#simplify(own, path)) !== Err.OK) return 0;
    own.peers.set(peer, false);
    return own.id;
  }

  isConfirmed(node: SceneNode, peer: number): boolean {
    return this.#own.get(node)?.peers.get(peer) ?? false;
  }

  nodeOf(peer: number, id: number): SceneNode | null {
    const announced = this.#announced.get(peer);
    const path = announced?.pathOf(id);
    if (announced === undefined || path === undefined) return this.#unknown(peer, `no node was announced as ${id}`);
    const { host, rootPath } = this.#context;
    const node = announced.node(id);
    if (node !== undefined && host?.isInsideTree(node)) return node;
    // It was freed, or taken out: perhaps another one stands in its place.
    const found = host?.findNode(rootPath, path) ?? null;
    if (found === null) return this.#unknown(peer, `the node announced as ${id} is gone`);
    announced.replace(id, found);
    return found;
  }

  /** What a number means to whom it belongs, this side included; for those who look on. Nothing is counted. */
  pathBehind(speaker: number, id: number): string | null {
    const { host, rootPath, uniqueId } = this.#context;
    if (speaker !== uniqueId) return this.#announced.get(speaker)?.pathOf(id) ?? null;
    const own = this.#ownById.get(id);
    return own === undefined ? null : (host?.pathOf(rootPath, own.node) ?? null);
  }

  isAwaited(peer: number, id: number): boolean {
    return this.#awaited.get(peer, id) !== undefined;
  }

  /** Looks whether what was announced before it was there is there by now. */
  poll(): void {
    this.#awaited.poll(this.#find, this.#giveUp);
  }

  /** SIMPLIFY_PATH: the peer will speak of a node by a number. */
  receiveSimplify(packet: Uint8Array, from: number): void {
    if (packet.length < SIMPLIFY_LEAST_BYTES) this.#drop(from, 'malformed', 'an announced path is too short');
    else if (!this.#context.joined.has(from)) this.#drop(from, 'unknown-peer', 'a path of somebody not in the game');
    else {
      const id = viewOf(packet).getUint32(ID_AT, true);
      const checksum = ascii.decode(packet.subarray(1, 1 + CHECKSUM_BYTES));
      this.#learn(from, id, readPath(packet.subarray(ID_AT + 4)), checksum);
    }
  }

  /** CONFIRM_PATH: the peer knows a number of ours, with or without the same methods behind it. */
  receiveConfirm(packet: Uint8Array, from: number): void {
    // A number that is not known belongs to a node that has left since.
    const own = packet.length === CONFIRM_BYTES ? this.#ownById.get(viewOf(packet).getUint32(2, true)) : undefined;
    if (packet.length !== CONFIRM_BYTES) this.#drop(from, 'malformed', 'a confirmation has the wrong size');
    else if (own !== undefined && !own.peers.has(from)) {
      this.#drop(from, 'malformed', 'a path was confirmed that was never announced');
    } else if (own !== undefined) {
      own.peers.set(from, true);
      if (packet[1] === 0) this.#links.calls.confirmedDifferent(own.node, from);
    }
  }

  peerLeft(peer: number): void {
    this.#announced.delete(peer);
    this.#awaited.forget(peer);
    for (const own of this.#own.values()) own.peers.delete(peer);
  }

  reset(): void {
    for (const own of this.#own.values()) own.forget();
    this.#own.clear();
    this.#ownById.clear();
    this.#announced.clear();
    this.#awaited.clear();
    this.#lastId = 0;
  }

  #learn(from: number, id: number, path: string | null, checksum: string): void {
    const isKnown = this.#announcedBy(from).has(id) || this.#awaited.get(from, id) !== undefined;
    const node = path === null ? null : this.#nodeAt(path);
    if (isKnown) this.#drop(from, 'malformed', `the number ${id} was announced before`);
    else if (path !== null && node !== null) this.#accept(from, id, path, node, checksum);
    else if (path === null || !this.#await(from, id, path, checksum)) {
      this.#drop(from, 'unknown-path', 'an announced path leads to no node');
    }
  }

  /** Godot never answers later, and takes it that nobody does. */
  #await(from: number, id: number, path: string, checksum: string): boolean {
    return this.#context.hasFeature(from, RPC_FEATURE) && this.#awaited.add(from, id, path, checksum);
  }

  readonly #find = (peer: number, id: number, { path, checksum }: AwaitedPath): void => {
    const node = this.#nodeAt(path);
    if (node === null) return;
    this.#awaited.delete(peer, id);
    this.#accept(peer, id, path, node, checksum);
  };

  readonly #giveUp = (peer: number, id: number, { path }: AwaitedPath): void => {
    this.#awaited.delete(peer, id);
    this.#drop(peer, 'unknown-path', `no node has come for the announced path ${quoted(path)}`);
  };

  #accept(from: number, id: number, path: string, node: SceneNode, checksum: string): void {
    if (!this.#announcedBy(from).add(id, path, node, this.#isGone)) {
      this.#drop(from, 'limit', 'too many paths were announced');
    } else this.#confirm(from, id, this.#links.calls.announced(node, from, checksum));
  }

  #nodeAt(path: string): SceneNode | null {
    return this.#context.host?.findNode(this.#context.rootPath, path) ?? null;
  }

  #number(node: SceneNode): OwnPath {
    this.#lastId += 1;
    const id = this.#lastId;
    const forget = this.#context.host?.onTreeExiting(node, () => {
      this.#own.delete(node);
      this.#ownById.delete(id);
    });
    const own = { id, node, peers: new Map<number, boolean>(), forget: forget ?? (() => {}) };
    this.#own.set(node, own);
    this.#ownById.set(id, own);
    return own;
  }

  #announcedBy(peer: number): AnnouncedPaths {
    const known = this.#announced.get(peer) ?? new AnnouncedPaths();
    this.#announced.set(peer, known);
    return known;
  }

  readonly #isGone = (path: string, node: SceneNode | undefined): boolean => {
    const { host, rootPath } = this.#context;
    if (node !== undefined && host?.isInsideTree(node)) return false;
    return host?.findNode(rootPath, path) == null;
  };

  #simplify(own: OwnPath, path: string): Uint8Array {
    const writer = this.#writer;
    writer.clear();
    writer.u8(Command.SIMPLIFY_PATH);
    writer.utf8(this.#links.calls.checksum(own.node));
    writer.u8(0);
    writer.u32(own.id);
    writer.utf8(path);
    writer.u8(0);
    return writer.view();
  }

  #confirm(peer: number, id: number, isSame: boolean): void {
    const writer = this.#writer;
    writer.clear();
    writer.u8(Command.CONFIRM_PATH);
    writer.u8(isSame ? 1 : 0);
    writer.u32(id);
    this.#links.sendSurely(peer, writer.view());
  }

  #unknown(peer: number, text: string): null {
    this.#drop(peer, 'unknown-path', text);
    return null;
  }

  #drop(peer: number, reason: DropReason, text: string): void {
    this.#context.drop(peer, reason, text);
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Up to the first NUL, or to the end. Null for what is no text, or too long. */
function readPath(bytes: Uint8Array): string | null {
  const end = bytes.indexOf(0);
  const length = end < 0 ? bytes.length : end;
  if (length > MAX_PATH_BYTES) return null;
  try {
    return decoder.decode(bytes.subarray(0, length));
  } catch {
    return null;
  }
}
