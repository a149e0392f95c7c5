import { ManualClock } from '../../../src/core/clock.js';
import { Err } from '../../../src/core/err.js';
import { MultiplayerPeer } from '../../../src/multiplayer/multiplayer-peer.js';
import { ConnectionStatus, TransferMode } from '../../../src/multiplayer/multiplayer-types.js';
import { SceneMultiplayer } from '../../../src/multiplayer/scene/scene-multiplayer.js';
import { MemoryNode } from '../../../src/nodes/memory/memory-node.js';
import { MemorySceneAdapter } from '../../../src/nodes/memory/memory-scene-adapter.js';
import { SceneTree } from '../../../src/nodes/scene-tree.js';

/** A packet as it was put. */
export interface Sent {
  readonly from: number;
  readonly to: number;
  readonly hex: string;
  readonly mode: TransferMode;
  readonly channel: number;
}

interface Mail {
  readonly from: number;
  readonly packet: Uint8Array;
  readonly mode: TransferMode;
  readonly channel: number;
}

/** A transport in memory: nothing is lost, and what was put is there at once. Clients have the server as their peer. */
export class RoomPeer extends MultiplayerPeer {
  readonly #id: number;
  readonly #log: Sent[];
  readonly #links = new Map<number, RoomPeer>();
  readonly #arrived: number[] = [];
  readonly #gone: number[] = [];
  #inbox: Mail[] = [];
  /** What `putPacket` answers instead of sending. */
  refusal: Err = Err.OK;
  features: readonly string[] = [];
  isOpen = true;

  constructor(id: number, log: Sent[]) {
    super();
    this.#id = id;
    this.#log = log;
  }

  link(other: RoomPeer): void {
    this.#links.set(other.#id, other);
    this.#arrived.push(other.#id);
    if (!other.#links.has(this.#id)) other.link(this);
  }

  unlink(other: RoomPeer): void {
    if (!this.#links.delete(other.#id)) return;
    this.#gone.push(other.#id);
    other.unlink(this);
  }

  /** As if this peer had sent it. */
  inject(to: RoomPeer, packet: Uint8Array): void {
    to.#inbox.push({ from: this.#id, packet, mode: TransferMode.TRANSFER_MODE_RELIABLE, channel: 0 });
  }

  poll(): void {
    this.deliverDeferred();
    for (const id of this.#arrived.splice(0)) this.peer_connected.emit(id);
    for (const id of this.#gone.splice(0)) this.peer_disconnected.emit(id, 'left');
  }

  putPacket(buffer: Uint8Array): Err {
    if (this.refusal !== Err.OK) return this.refusal;
    const [mode, channel] = [this.transferMode, this.transferChannel];
    for (const [id, other] of this.#links) {
      if (this.target > 0 ? id !== this.target : id === -this.target) continue;
      this.#log.push({ from: this.#id, to: id, hex: hex(buffer), mode, channel });
      other.#inbox.push({ from: this.#id, packet: buffer.slice(), mode, channel });
    }
    return Err.OK;
  }

  protected takePacket(): Uint8Array | Err {
    return this.#inbox.shift()?.packet ?? Err.ERR_UNAVAILABLE;
  }

  getAvailablePacketCount(): number {
    return this.#inbox.length;
  }

  getPacketPeer(): number {
    return this.#inbox[0]?.from ?? 0;
  }

  getPacketChannel(): number {
    return this.#inbox[0]?.channel ?? 0;
  }

  getPacketMode(): TransferMode {
    return this.#inbox[0]?.mode ?? TransferMode.TRANSFER_MODE_RELIABLE;
  }

  getConnectionStatus(): ConnectionStatus {
    return this.isOpen ? ConnectionStatus.CONNECTION_CONNECTED : ConnectionStatus.CONNECTION_DISCONNECTED;
  }

  getUniqueId(): number {
    return this.#id;
  }

  getMaxPacketSize(): number {
    return 1 << 24;
  }

  override isServerRelaySupported(): boolean {
    return true;
  }

  override getPeerFeatures(peer: number): readonly string[] {
    return this.#links.get(peer)?.features ?? [];
  }

  close(): void {
    for (const other of this.#links.values()) this.unlink(other);
    this.isOpen = false;
    this.#inbox = [];
  }

  disconnectPeer(peer: number): void {
    const other = this.#links.get(peer);
    if (other !== undefined) this.unlink(other);
  }
}

/** One side: a tree with a node `World/Thing`, which the script is bound to. */
export interface Side<S extends object> {
  readonly id: number;
  readonly peer: RoomPeer;
  readonly api: SceneMultiplayer;
  readonly tree: SceneTree<MemoryNode>;
  readonly thing: MemoryNode;
  readonly script: S;
}

export interface RpcRoom<S extends object> {
  readonly clock: ManualClock;
  readonly sent: Sent[];
  readonly sides: readonly Side<S>[];
  readonly server: Side<S>;
  readonly client: Side<S>;
  /** So many frames on every side, the server first. */
  frames(count?: number): void;
  /** What was sent since it was last asked for, as `from>to hex`. */
  takeSent(): string[];
}

export interface RoomOptions {
  clients?: number;
  /** By the id of the peer; default: all of the library's for all. */
  features?: (id: number) => readonly string[];
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
export const GODOT = (): readonly string[] => [];

const ALL = ['link1', 'relay1', 'rpc1'];

/** A server and its clients (2, 3, …), all in this process, connected. */
export function rpcRoom<S extends object>(makeScript: (id: number) => S, options: RoomOptions = {}): RpcRoom<S> {
  const { clients = 1, features = () => ALL } = options;
  const clock = new ManualClock();
  const sent: Sent[] = [];
  const sides = Array.from({ length: clients + 1 }, (_, i) => makeSide(i + 1, clock, sent, makeScript(i + 1)));
  const [server, client] = sides as [Side<S>, Side<S>];
  for (const side of sides) side.peer.features = features(side.id);
  for (const side of sides.slice(1)) server.peer.link(side.peer);
  const frames = (count = 1): void => {
    for (let i = 0; i < count; i += 1) for (const side of sides) side.tree.processFrame();
  };
  const takeSent = (): string[] => sent.splice(0).map(({ from, to, hex }) => `${from}>${to} ${hex}`);
  frames(3);
  takeSent();
  return { clock, sent, sides, server, client, frames, takeSent };
}

function makeSide<S extends object>(id: number, clock: ManualClock, log: Sent[], script: S): Side<S> {
  const tree = new SceneTree<MemoryNode>(new MemorySceneAdapter(), { clock });
  const api = new SceneMultiplayer<MemoryNode>({ clock });
  const peer = new RoomPeer(id, log);
  tree.setMultiplayer(api);
  api.multiplayerPeer = peer;
  const world = new MemoryNode('World');
  const thing = new MemoryNode('Thing');
  tree.addChild(tree.getRoot(), world);
  tree.bind(thing, script);
  tree.addChild(world, thing);
  return { id, peer, api: api as unknown as SceneMultiplayer, tree, thing, script };
}
