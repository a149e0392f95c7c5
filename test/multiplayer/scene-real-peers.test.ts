import {
  defineRpcs,
  Err,
  MemoryNode,
  MemorySceneAdapter,
  type MultiplayerPeer,
  replicate,
  SceneMultiplayer,
  SceneTree,
  spawnInto,
} from 'scenewire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { hex } from './support/hex.js';
import {
  type SceneWorld,
  webRTCLoopback,
  webRTCNative,
  webSockets,
  webSocketsInMemory,
} from './support/scene-worlds.js';

const errors = recordErrors();
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** What is called in these games. */
class Chat {
  readonly heard: string[] = [];
  readonly player: Player;

  constructor(player: Player) {
    this.player = player;
  }

  say(text: string): void {
    this.heard.push(`${text} from ${this.player.api.getRemoteSenderId()}`);
  }
}
defineRpcs(Chat, { say: { mode: 'any_peer', callLocal: true } });

class Hero extends MemoryNode {
  health = 100;
}

/** One program: its tree with a chat and heroes, its API, and what its signals said. */
class Player {
  readonly tree: SceneTree<MemoryNode>;
  readonly api: SceneMultiplayer<MemoryNode>;
  readonly chat = new Chat(this);
  readonly chatNode = new MemoryNode('Chat');
  readonly heroes = new MemoryNode('Heroes');
  readonly log: string[] = [];
  readonly peer: MultiplayerPeer;
  readonly spawner;

  constructor(peer: MultiplayerPeer, world: SceneWorld, setUp: (api: SceneMultiplayer<MemoryNode>) => void) {
    const clock = world.clock === undefined ? {} : { clock: world.clock };
    this.peer = peer;
    this.tree = new SceneTree<MemoryNode>(new MemorySceneAdapter(), clock);
    this.api = new SceneMultiplayer<MemoryNode>(clock);
    setUp(this.api);
    this.tree.setMultiplayer(this.api);
    this.tree.bind(this.chatNode, this.chat);
    for (const node of [this.chatNode, this.heroes]) this.tree.addChild(this.tree.getRoot(), node);
    this.spawner = spawnInto(this.heroes, { hero: makeHero });
    this.api.peer_connected.connect((id) => this.log.push(`connected ${id}`));
    this.api.peer_disconnected.connect((id) => this.log.push(`disconnected ${id}`));
    this.api.server_disconnected.connect(() => this.log.push('server disconnected'));
    this.api.peer_packet.connect((id, packet) => this.log.push(`packet ${hex(packet)} from ${id}`));
    this.api.multiplayerPeer = peer;
  }

  get id(): number {
    return this.api.getUniqueId();
  }

  frame(): void {
    this.tree.processFrame();
    this.tree.flush();
  }

  hero(name: string): Hero | null {
    return this.heroes.getChild(name) as Hero | null;
  }
}

function makeHero(): Hero {
  const hero = new Hero('Hero');
  replicate(hero, { health: 'onChange' });
  return hero;
}

const worlds: readonly [string, () => SceneWorld][] = [
  ['WebRTC on loopback', () => webRTCLoopback(true)],
  ['WebRTC on loopback, as Godot speaks', () => webRTCLoopback(false)],
  ['WebSocket in memory', () => webSocketsInMemory(true)],
  ['WebSocket in memory, as Godot speaks', () => webSocketsInMemory(false)],
  ['WebSocket on sockets', webSockets],
  ['WebRTC by node-datachannel', webRTCNative],
];

describe.each(worlds)('a game over %s', (_name, open) => {
  let world: SceneWorld;
  let players: Player[];
  beforeEach(() => {
    world = open();
    players = [];
  });
  afterEach(() => world.close());

  const frame = (): void => {
    for (const player of players) player.frame();
  };
  const settle = (until: () => boolean): Promise<void> => world.settle(frame, until);

  /** A server and so many clients that know each other. */
  async function begin(
    clients: number,
    setUp: (api: SceneMultiplayer<MemoryNode>) => void = () => {},
  ): Promise<[Player, ...Player[]]> {
    const server = new Player(world.server(), world, setUp);
    players.push(server);
    for (let n = 0; n < clients; n += 1) {
      players.push(new Player(world.client(server.peer, 10 + n), world, setUp));
      await settle(() => players.every(({ api }) => api.getPeers().length === n + 1));
    }
    return [server, ...players.slice(1)];
  }

  it('R-127 R-137 everybody knows everybody', async () => {
    const [server, one, other] = (await begin(2)) as [Player, Player, Player];
    expect(server.api.getPeers()).toEqual([one.id, other.id]);
    expect([one.log[0], other.log[0]]).toEqual(['connected 1', 'connected 1']);
    expect([one.api.getPeers(), other.api.getPeers()]).toEqual([
      [1, other.id],
      [1, one.id],
    ]);
    expect(errors).toEqual([]);
  });

  it('R-132 R-136 raw packets reach one, all, and all but one, through the server where need be', async () => {
    const [server, one, other] = (await begin(2)) as [Player, Player, Player];
    for (const player of players) player.log.length = 0;
    expect(one.api.sendBytes(bytes(1), other.id)).toBe(Err.OK);
    expect(one.api.sendBytes(bytes(2))).toBe(Err.OK);
    expect(one.api.sendBytes(bytes(3), -other.id)).toBe(Err.OK);
    expect(server.api.sendBytes(bytes(4), -one.id)).toBe(Err.OK);
    await settle(() => server.log.length === 2 && other.log.length === 3);
    expect(server.log).toEqual([`packet 02 from ${one.id}`, `packet 03 from ${one.id}`]);
    expect([...other.log].sort()).toEqual(
      [`packet 01 from ${one.id}`, `packet 02 from ${one.id}`, 'packet 04 from 1'].sort(),
    );
    expect(one.log).toEqual([]);
  });

  it('R-134 calls know who made them, relayed and at home', async () => {
    const [server, one, other] = (await begin(2)) as [Player, Player, Player];
    one.tree.rpc(one.chatNode, 'say', 'hi');
    await settle(() => server.chat.heard.length === 1 && other.chat.heard.length === 1);
    expect([server.chat.heard, one.chat.heard, other.chat.heard]).toEqual([
      [`hi from ${one.id}`],
      [`hi from ${one.id}`],
      [`hi from ${one.id}`],
    ]);
    expect(one.api.getRemoteSenderId()).toBe(0);
    expect(errors).toEqual([]);
  });

  it('R-160 R-162 R-164 nodes come, change, and go with their server', async () => {
    const [server, one] = (await begin(1)) as [Player, Player];
    const hero = server.spawner.instantiateScene('hero') as Hero;
    hero.health = 80;
    server.tree.addChild(server.heroes, hero);
    await settle(() => one.hero('Hero')?.health === 80);
    hero.health = 50;
    await settle(() => one.hero('Hero')?.health === 50);
    players.push(new Player(world.client(server.peer, 20), world, () => {}));
    await settle(() => players[2]?.hero('Hero')?.health === 50);
    const gone = one.id;
    server.peer.disconnectPeer(gone);
    await settle(() => one.log.includes('server disconnected'));
    expect([one.hero('Hero'), server.api.getPeers()]).toEqual([null, [players[2]?.id]]);
    await settle(() => players[2]!.log.includes(`disconnected ${gone}`));
  });

  it('R-128 R-129 R-131 nobody is let in before both sides say so', async () => {
    const passwords: string[] = [];
    const server = new Player(world.server(), world, (api) => {
      api.authCallback = (id, data) => {
        passwords.push(new TextDecoder().decode(data));
        api.completeAuth(id);
      };
    });
    const client = new Player(world.client(server.peer, 30), world, (api) => {
      api.authCallback = () => {};
      api.peer_authenticating.connect((id) => {
        api.sendAuth(id, new TextEncoder().encode('sesame'));
        api.completeAuth(id);
      });
    });
    players.push(server, client);
    await settle(() => server.api.getPeers().length === 1 && client.api.getPeers().length === 1);
    expect([passwords, errors]).toEqual([['sesame'], []]);
  });

  it('R-133 whoever leaves is known to have left', async () => {
    const [server, one, other] = (await begin(2)) as [Player, Player, Player];
    const gone = one.id;
    one.api.disconnectPeer(1);
    await settle(() => other.log.includes(`disconnected ${gone}`));
    expect([server.log.includes(`disconnected ${gone}`), server.api.getPeers()]).toEqual([true, [other.id]]);
    expect(other.api.getPeers()).toEqual([1]);
  });

  it('D10 features are known of direct and of relayed peers, where they were announced', async () => {
    const [server, one, other] = (await begin(2)) as [Player, Player, Player];
    const knows = (): boolean[] => [
      server.api.hasFeature(one.id, 'rpc1'),
      one.api.hasFeature(1, 'rpc1'),
      one.api.hasFeature(other.id, 'rpc1'),
      other.api.hasFeature(one.id, 'rpc1'),
    ];
    await settle(() => !world.isLinked || !knows().includes(false));
    expect(knows()).toEqual(Array(4).fill(world.isLinked));
    expect(errors).toEqual([]);
  });

  it('R-171 after a pause everything arrives, in order, and nothing is lost', async () => {
    const [server, one] = (await begin(1)) as [Player, Player];
    one.log.length = 0;
    // Long where time costs nothing; what matters is that packets wait for somebody to poll.
    await world.pause(world.clock === undefined ? 50 : 1000);
    for (let n = 0; n < 200; n += 1) server.api.sendBytes(bytes(n));
    server.frame();
    await world.pause(world.clock === undefined ? 50 : 1000);
    await settle(() => one.log.length >= 200);
    expect(one.log).toEqual(Array.from({ length: 200 }, (_, n) => `packet ${hex(bytes(n))} from 1`));
  });
});

describe('a client and a server in one scene', () => {
  it('R-168 share a tree, each below its own root', async () => {
    const world = webRTCLoopback(true);
    const tree = new SceneTree<MemoryNode>(new MemorySceneAdapter(), { clock: world.clock! });
    const sides = ['Server', 'Client'].map((name) => {
      const root = new MemoryNode(name);
      tree.addChild(tree.getRoot(), root);
      const api = new SceneMultiplayer<MemoryNode>({ clock: world.clock! });
      tree.setMultiplayer(api, `/root/${name}`);
      const chat = new Chat({ api } as Player);
      const node = new MemoryNode('Chat');
      tree.bind(node, chat);
      tree.addChild(root, node);
      return { api, chat, node };
    });
    const [server, client] = sides as [(typeof sides)[0], (typeof sides)[0]];
    const peer = world.server();
    server.api.multiplayerPeer = peer;
    client.api.multiplayerPeer = world.client(peer, 5);
    const settle = (until: () => boolean): Promise<void> => world.settle(() => tree.processFrame(), until);
    await settle(() => client.api.getPeers().length === 1);
    tree.rpc(client.node, 'say', 'hello');
    await settle(() => server.chat.heard.length === 1);
    expect([server.chat.heard, client.chat.heard]).toEqual([['hello from 5'], ['hello from 5']]);
    world.close();
  });
});
