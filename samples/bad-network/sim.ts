import {
  type Clock,
  type ExtensionClass,
  MemoryNode,
  MemorySceneAdapter,
  type RtcConfiguration,
  realClock,
  SceneMultiplayer,
  SceneTree,
  WebRTCMultiplayerPeer,
} from 'scenewire';
import { badLink, type LinkConditions } from 'scenewire/testing';
import { Arena } from '../arena/game/arena.js';
import type { Kart } from '../arena/game/kart.js';
import { joinInProcess } from '../arena/net/in-process.js';
import { Lane, MODES } from './lane.js';

const SEND_EVERY_MS = 100;

export interface BadRoomOptions {
  /** The back end whose link is made bad. */
  readonly extension: ExtensionClass;
  readonly configuration?: RtcConfiguration | undefined;
  readonly clock?: Clock | undefined;
  readonly seed?: number | undefined;
}

/**
 * The arena twice in one program: a host in memory, and a guest in any scene, with a bad link in between. What the guest
 * sees can be held against what is so. It knows no page and no timer.
 */
export class BadRoom<N extends object> {
  readonly host: Arena<MemoryNode>;
  readonly guest: Arena<N>;
  readonly lanes = MODES.map(({ mode }) => new Lane(mode));
  readonly #clock: Clock;
  readonly #hostTree: SceneTree<MemoryNode>;
  readonly #link: ReturnType<typeof badLink>;
  #sendAtMs: number;

  constructor(guestTree: SceneTree<N>, makeNode: (name: string) => N, options: BadRoomOptions) {
    const { extension, configuration, clock = realClock, seed = 1 } = options;
    this.#clock = clock;
    this.#sendAtMs = clock.now();
    const rules = { fillTo: 5, seed, roundSeconds: 3600 };
    this.#hostTree = new SceneTree(new MemorySceneAdapter(), { clock });
    const here = new SceneMultiplayer<MemoryNode>({ clock });
    this.#hostTree.setMultiplayer(here);
    this.host = new Arena(this.#hostTree, { makeNode: (name) => new MemoryNode(name), ...rules });
    this.guest = new Arena(guestTree, { makeNode, ...rules });

    // The guest's end is enough: its link is bad in both directions.
    this.#link = badLink(extension, { clock, seed });
    const [server, client] = [new WebRTCMultiplayerPeer({ clock }), new WebRTCMultiplayerPeer({ clock })];
    server.createServer();
    joinInProcess(server, client, {
      configuration,
      serverExtension: extension,
      clientExtension: this.#link.Extension,
    });
    this.host.use(server);
    this.guest.use(client);
    const there = guestTree.getMultiplayer() as SceneMultiplayer<N>;
    there.connected_to_server.connect(() => this.guest.enter('You', 0));
    there.peer_packet.connect((_sender, bytes) => this.#received(bytes));
  }

  /** Both directions alike: a round trip takes twice the latency. */
  setConditions(change: Partial<LinkConditions>): void {
    for (const direction of ['outbound', 'inbound'] as const) this.#link.setConditions(direction, change);
  }

  /** The host's frame; the guest's is its scene's. */
  frame(seconds: number): void {
    const now = this.#clock.now();
    if (now >= this.#sendAtMs) {
      this.#sendAtMs = Math.max(this.#sendAtMs + SEND_EVERY_MS, now - SEND_EVERY_MS);
      this.#sendNumbers(now);
    }
    this.#hostTree.processFrame(seconds);
    this.#hostTree.flush();
  }

  /** Where the host has a kart that the guest shows. */
  truthOf(kart: Kart): Kart | undefined {
    return this.host.karts.get(kart.id);
  }

  /** How far what the guest shows is from what is so, in metres: the mean of the karts of others. */
  get error(): number {
    const errors = [...this.guest.karts.values()].flatMap((kart) => {
      const truth = this.truthOf(kart);
      const counts = kart !== this.guest.mine && truth?.isAlive && kart.isAlive;
      return counts ? [Math.hypot(kart.x - truth.x, kart.z - truth.z)] : [];
    });
    return errors.length === 0 ? 0 : errors.reduce((sum, error) => sum + error, 0) / errors.length;
  }

  close(): void {
    this.guest.tree.getMultiplayer().multiplayerPeer?.close();
    this.#hostTree.getMultiplayer().multiplayerPeer?.close();
  }

  #sendNumbers(now: number): void {
    const here = this.#hostTree.getMultiplayer() as SceneMultiplayer<MemoryNode>;
    if (here.getPeers().length === 0) return;
    for (const [at, lane] of this.lanes.entries()) {
      const bytes = new Uint8Array(5);
      const view = new DataView(bytes.buffer);
      view.setUint8(0, at);
      view.setUint32(1, lane.send(now));
      here.sendBytes(bytes, 0, lane.mode);
    }
  }

  #received(bytes: Uint8Array): void {
    if (bytes.length !== 5) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.lanes[view.getUint8(0)]?.receive(view.getUint32(1), this.#clock.now());
  }
}
