import {
  defineRpcs,
  MemoryNode,
  MemorySceneAdapter,
  MultiplayerPeer,
  type MultiplayerSpawner,
  NodeScript,
  replicate,
  SceneMultiplayer,
  SceneTree,
  spawnInto,
  Vector3,
  WebRTCMultiplayerPeer,
  WebRTCPeerConnection,
} from 'scenewire';
import { type LinkConditions, LoopbackNetwork, ManualClock } from 'scenewire/testing';

export const FRAME_MS = 1000 / 60;

export class Kart extends MemoryNode {
  position = new Vector3();
  health = 100;
}

/** Calls of everybody, at the node `Game`. */
export class Game extends NodeScript<MemoryNode> {
  static readonly rpcs = defineRpcs(Game, {
    hit: { mode: 'any_peer', args: ['int', 'String'] },
    emote: { mode: 'any_peer', transfer: 'unreliable' },
    price: { mode: 'any_peer' },
  });
  declare readonly rpcs: typeof Game.rpcs;
  readonly hits: (readonly [number, string])[] = [];

  hit(damage: number, by: string): void {
    this.hits.push([damage, by]);
  }

  emote(_text: string): void {}

  price(_thing: string): number {
    return 7;
  }
}

/** One program of the game. */
export class ArenaSide {
  readonly id: number;
  readonly tree: SceneTree<MemoryNode>;
  readonly api: SceneMultiplayer<MemoryNode>;
  readonly peer: WebRTCMultiplayerPeer;
  readonly game = new Game();
  readonly spawner: MultiplayerSpawner<Kart>;

  constructor(id: number, clock: ManualClock, link: boolean) {
    this.id = id;
    this.tree = new SceneTree(new MemorySceneAdapter(), { clock });
    this.api = new SceneMultiplayer<MemoryNode>({ clock });
    this.tree.setMultiplayer(this.api);
    const [world, game] = [new MemoryNode('World'), new MemoryNode('Game')];
    this.tree.addChild(this.tree.getRoot(), world);
    this.tree.addChild(this.tree.getRoot(), game);
    this.tree.bind(game, this.game);
    const spawner = spawnInto(world, { kart: makeKart }, { name: 'Karts' });
    this.spawner = spawner;
    this.peer = new WebRTCMultiplayerPeer(link ? { clock } : { clock, link: false });
    if (id === MultiplayerPeer.TARGET_PEER_SERVER) this.peer.createServer();
    else this.peer.createClient(id);
    this.api.multiplayerPeer = this.peer;
  }

  frame(): void {
    this.tree.processFrame(FRAME_MS / 1000);
    this.peer.flush();
  }
}

function makeKart(): Kart {
  const kart = new Kart('Kart');
  replicate(kart, { position: 'always', health: 'onChange' });
  return kart;
}

export interface ArenaOptions {
  readonly clients?: number;
  readonly karts?: number;
  readonly conditions?: Partial<LinkConditions>;
  readonly link?: boolean;
  readonly seed?: number;
}

/** A server and its clients on a simulated network, with a clock that only `frames` moves. Runs in Node and in pages. */
export class SmallArena {
  readonly clock = new ManualClock(1000);
  readonly network: LoopbackNetwork;
  readonly server: ArenaSide;
  readonly clients: readonly ArenaSide[];
  readonly karts: Kart[] = [];
  /** Called once per frame, before anybody moves. */
  onFrame: () => void = () => {};

  constructor({ clients = 1, karts = 1, conditions = {}, link = true, seed = 1 }: ArenaOptions = {}) {
    this.network = new LoopbackNetwork({ clock: this.clock, seed, conditions });
    this.server = new ArenaSide(MultiplayerPeer.TARGET_PEER_SERVER, this.clock, link);
    this.clients = Array.from({ length: clients }, (_, i) => new ArenaSide(i + 2, this.clock, link));
    for (const client of this.clients) this.#connect(client);
    for (let at = 0; at < karts; at += 1) {
      const kart = this.server.spawner.add('kart', (made) => {
        made.name = `Kart${at}`;
      });
      if (kart !== null) this.karts.push(kart);
    }
  }

  /** So many frames of everybody; the karts drive. */
  frames(count: number): void {
    for (let i = 0; i < count; i += 1) {
      const seconds = this.clock.now() / 1000;
      this.onFrame();
      for (const [at, kart] of this.karts.entries()) {
        kart.position.x = Math.sin(seconds + at) * 20;
        kart.position.z = Math.cos(seconds + at) * 20;
      }
      this.server.frame();
      for (const client of this.clients) client.frame();
      this.clock.advance(FRAME_MS);
    }
  }

  seconds(count: number): void {
    this.frames(Math.round((count * 1000) / FRAME_MS));
  }

  /** Until everybody is in the game and has all karts. */
  begin(): this {
    for (let left = 1200; !this.#isReady || this.#missing() > 0; left -= 1) {
      if (left === 0) throw new Error('the game did not begin');
      this.frames(1);
    }
    return this;
  }

  close(): void {
    for (const { peer } of [this.server, ...this.clients]) peer.close();
  }

  get #isReady(): boolean {
    const { clients, server } = this;
    return server.api.getPeers().length === clients.length && clients.every(({ api }) => api.getPeers().length > 0);
  }

  #missing(): number {
    const here = (side: ArenaSide): number => side.tree.getRoot().children.find(isWorld)?.children.length ?? 0;
    return Math.max(...this.clients.map((client) => here(this.server) - here(client)));
  }

  #connect(client: ArenaSide): void {
    const [here, there] = [this.#connection(), this.#connection()];
    carry(here, there);
    carry(there, here);
    this.server.peer.addPeer(here, client.id);
    client.peer.addPeer(there, MultiplayerPeer.TARGET_PEER_SERVER);
    here.createOffer();
  }

  #connection(): WebRTCPeerConnection {
    return new WebRTCPeerConnection({ extension: this.network.Extension });
  }
}

const isWorld = (node: MemoryNode): boolean => node.name === 'World';

function carry(from: WebRTCPeerConnection, to: WebRTCPeerConnection): void {
  from.session_description_created.connect((type, sdp) => {
    from.setLocalDescription(type, sdp);
    to.setRemoteDescription(type, sdp);
  });
  from.ice_candidate_created.connect((media, index, name) => void to.addIceCandidate(media, index, name));
}
