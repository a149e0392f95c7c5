import {
  ManualClock,
  MemoryNode,
  MemorySceneAdapter,
  SceneMultiplayer,
  type SceneMultiplayerOptions,
  SceneTree,
  type TransferMode,
} from 'scenewire';
import { hex, unhex } from './hex.js';
import { type MemoryPeer, type PeerMode, SceneHub } from './scene-hub.js';

export interface SideOptions extends SceneMultiplayerOptions {
  mode?: PeerMode;
  relay?: boolean;
  /** Before the transport is set. */
  setUp?: (api: SceneMultiplayer<MemoryNode>) => void;
}

/** One program of the game: a tree with a node `Game`, its API, its transport, and what its signals said. */
export class Side {
  readonly id: number;
  readonly tree: SceneTree<MemoryNode>;
  readonly api: SceneMultiplayer<MemoryNode>;
  readonly game = new MemoryNode('Game');
  readonly log: string[] = [];
  readonly #room: SceneRoom;

  constructor(room: SceneRoom, id: number, options: SideOptions) {
    this.#room = room;
    this.id = id;
    this.tree = new SceneTree(new MemorySceneAdapter(), { clock: room.clock });
    this.api = new SceneMultiplayer({ clock: room.clock, ...options });
    options.setUp?.(this.api);
    this.tree.setMultiplayer(this.api);
    this.tree.addChild(this.tree.getRoot(), this.game);
    this.#listen();
  }

  get peer(): MemoryPeer {
    return this.#room.hub.peer(this.id);
  }

  /** What the log says since the last time. */
  news(): string[] {
    return this.log.splice(0);
  }

  poll(): void {
    this.tree.processFrame();
  }

  /** What this side sends now, as `target: hex`. */
  sends(act: () => unknown): string[] {
    const before = this.#room.sent.length;
    act();
    const mine = this.#room.sent.slice(before).filter(({ from }) => from === this.id);
    return mine.map(({ to, bytes }) => `${to}: ${hex(bytes)}`);
  }

  /** A packet that arrives from this peer with the next poll. */
  inject(from: number, packet: string, mode: TransferMode = 2, channel = 0): void {
    this.peer.queue.push({ from, channel, mode, bytes: unhex(packet) });
  }

  /** The same, polled at once. */
  receive(from: number, packet: string): void {
    this.inject(from, packet);
    this.poll();
  }

  #listen(): void {
    const { api, log } = this;
    api.peer_connected.connect((id) => log.push(`connected ${id}`));
    api.peer_disconnected.connect((id, reason) => log.push(`disconnected ${id} ${reason}`));
    api.connected_to_server.connect(() => log.push('connected to server'));
    api.connection_failed.connect(() => log.push('connection failed'));
    api.server_disconnected.connect(() => log.push('server disconnected'));
    api.peer_authenticating.connect((id) => log.push(`authenticating ${id}`));
    api.peer_authentication_failed.connect((id) => log.push(`authentication of ${id} failed`));
    api.peer_packet.connect((id, packet) => log.push(`packet ${hex(packet)} from ${id}`));
  }
}

interface Sent {
  readonly from: number;
  readonly to: number;
  readonly channel: number;
  readonly mode: number;
  readonly bytes: Uint8Array;
}

/** Several sides on a network in memory, each with a tree of its own. */
export class SceneRoom {
  readonly clock = new ManualClock(1_000_000);
  readonly sent: Sent[] = [];
  readonly hub = new SceneHub((from, to, channel, mode, bytes) =>
    this.sent.push({ from, to, channel, mode, bytes: bytes.slice() }),
  );
  readonly sides: Side[] = [];

  side(id: number, options: SideOptions = {}): Side {
    const side = new Side(this, id, options);
    const { mode = id === 1 ? 'server' : 'client', relay = true } = options;
    side.api.multiplayerPeer = this.hub.create(id, mode, relay);
    this.sides.push(side);
    return side;
  }

  /** A server with these clients, all of them in the game. */
  join(clients: readonly number[], options: SideOptions = {}): Side[] {
    const server = this.side(1, options);
    for (const id of clients) {
      this.side(id, options);
      this.hub.link(1, id);
      this.polls(2);
    }
    for (const side of this.sides) side.news();
    return [server, ...this.sides.slice(1)];
  }

  /** Everybody, in the order they came. */
  polls(count = 1): void {
    for (let i = 0; i < count; i += 1) for (const side of this.sides) side.poll();
  }
}
