import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Scene as BabylonScene } from '@babylonjs/core/scene.js';
import {
  DisconnectReason,
  defineRpcs,
  type MemoryNode,
  MultiplayerPeer,
  NodeScript,
  replicate,
  type SceneNetwork,
  spawnInto,
  WebRTCMultiplayerPeer,
  WebRTCPeerConnection,
} from 'scenewire';
import { attach as attachToBabylon, type BabylonNetwork } from 'scenewire/babylon';
import { createHeadless, type HeadlessNetwork } from 'scenewire/headless';
import { LoopbackNetwork, ManualClock } from 'scenewire/testing';
import { attach as attachToThree } from 'scenewire/three';
import { Group, Scene as ThreeScene } from 'three';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { joinConnections } from '../multiplayer/support/webrtc-room.js';
import { collectGarbage } from './support/collect-garbage.js';

const FRAME_MS = 16;

class Bomb extends NodeScript {
  static readonly rpcs = defineRpcs(Bomb, { go: { mode: 'any_peer' } });
  declare readonly rpcs: typeof Bomb.rpcs;
  goes: () => void = () => {};
  readonly life: string[] = [];

  go(): void {
    this.goes();
  }

  _exitTree(): void {
    this.life.push('exit');
  }
}

/** A server without an engine, and a Babylon scene whose end is what the test is about. */
class Game {
  readonly clock = new ManualClock();
  readonly engine = new NullEngine();
  readonly scene = new BabylonScene(this.engine);
  readonly client: BabylonNetwork;
  readonly server: HeadlessNetwork = createHeadless({ clock: this.clock });
  readonly bomb = new Bomb();
  readonly ends: string[] = [];
  readonly #loopback = new LoopbackNetwork({ clock: this.clock });

  constructor() {
    new FreeCamera('camera', Vector3.Zero(), this.scene).layerMask = 0;
    this.server.fixedLoop.stop();
    this.client = attachToBabylon(this.scene, { clock: this.clock, heartbeat: null });
    const bomb = new TransformNode('Bomb', this.scene);
    this.client.bind(bomb, this.bomb);
    replicate(bomb, { position: 'always' }, { name: 'Place', authority: 2 });
    replicate(new TransformNode('Drone', this.scene), { position: { mode: 'always', smooth: 'lerp' } });
    spawnInto(new TransformNode('Things', this.scene), { thing: () => new TransformNode('', this.scene) });
    const { tree } = this.server;
    const make = (name: string): MemoryNode => {
      const node = Object.assign(new (tree.getRoot().constructor as typeof MemoryNode)(name), {
        position: new Vector3(),
      });
      tree.addChild(tree.getRoot(), node);
      return node;
    };
    tree.bind(make('Bomb'), new Bomb());
    replicate(make('Drone') as MemoryNode & { position: Vector3 }, { position: 'always' });
    const things = make('Things');
    const spawner = spawnInto(things, { thing: () => new (things.constructor as typeof MemoryNode)() });
    this.#connect();
    this.frames(30);
    spawner.add('thing');
    this.frames(10);
  }

  frames(count: number): void {
    for (let n = 0; n < count; n += 1) {
      this.clock.advance(FRAME_MS);
      this.server.loop.tick();
      if (!this.scene.isDisposed) this.scene.render();
    }
  }

  #connect(): void {
    const [server, client] = [
      new WebRTCMultiplayerPeer({ clock: this.clock }),
      new WebRTCMultiplayerPeer({ clock: this.clock }),
    ];
    server.createServer();
    client.createClient(2);
    server.peer_disconnected.connect((id, reason) => this.ends.push(`${id} ${reason}`));
    const [here, there] = [0, 1].map(() => new WebRTCPeerConnection({ extension: this.#loopback.Extension }));
    joinConnections(here as WebRTCPeerConnection, there as WebRTCPeerConnection);
    server.addPeer(here as WebRTCPeerConnection, 2);
    client.addPeer(there as WebRTCPeerConnection, MultiplayerPeer.TARGET_PEER_SERVER);
    this.server.multiplayer.multiplayerPeer = server;
    this.client.multiplayer.multiplayerPeer = client;
    (here as WebRTCPeerConnection).createOffer();
  }
}

describe('a Babylon scene in the middle of a game', () => {
  const errors = recordErrors();
  let game: Game;

  beforeEach(() => {
    game = new Game();
    expect(game.client.multiplayer.getPeers()).toEqual([1]);
    expect(game.scene.getNodeByName('Things')?.getChildren()).toHaveLength(1);
  });
  afterEach(() => game.server.close());

  const expectGone = (): void => {
    expect(game.client.isAttached).toBe(false);
    game.frames(5);
    expect(game.ends).toEqual([`2 ${DisconnectReason.LEFT}`]);
    expect(errors).toEqual([]);
    expect(() => {
      game.client.poll(0.016);
      game.client.flush();
      game.client.close();
    }).not.toThrow();
    expect(errors).toEqual([]);
  };

  it.each([
    ['scene', () => game.scene.dispose()],
    ['engine', () => game.engine.dispose()],
  ])('whose %s is disposed of: the others know at once, and nothing throws', (_what, dispose) => {
    dispose();
    expectGone();
  });

  it.each([
    [
      'from a call',
      (dispose: () => void) => {
        game.bomb.goes = dispose;
        const node = game.server.tree.getNode('/root/Bomb') as MemoryNode;
        game.server.tree.rpc(node, 'go');
      },
    ],
    ['from a listener of the frame', (dispose: () => void) => void game.client.tree.process_frame.connect(dispose)],
    ['from an observer of Babylon', (dispose: () => void) => void game.scene.onBeforeAnimationsObservable.add(dispose)],
  ])('that leaves the game inside of its own frame, %s', (_where, arrange) => {
    arrange(() => game.client.close());
    game.frames(5);
    expectGone();
    // What the server had spawned there is taken away with the connection.
    expect(game.scene.getNodeByName('Things')?.getChildren()).toHaveLength(0);
    game.scene.dispose();
  });
});

describe('a network that is detached in the middle of a game', () => {
  const errors = recordErrors();
  let game: Game;
  const others: BabylonNetwork[] = [];

  beforeEach(() => {
    game = new Game();
  });
  afterEach(() => {
    for (const network of others.splice(0)) network.close();
    game.client.close();
    game.server.close();
    game.engine.dispose();
  });

  it('tells every script, lets go of it, and leaves the nodes of the engine alone', () => {
    const { client, bomb, scene } = game;
    expect(bomb.node).not.toBeNull();
    client.detach();
    client.detach();
    expect(bomb.life).toEqual(['exit']);
    expect(bomb.node).toBeNull();
    expect(scene.getNodeByName('Things')?.getChildren()).toHaveLength(1);
    expect(client.tree.getNode('/root/Bomb')).not.toBeNull();
    expect(client.tree.isInsideTree(client.tree.getRoot())).toBe(false);
    // What comes later is not taken in any more.
    replicate(new TransformNode('Late', scene), { position: 'always' });
    client.poll(0.016);
    expect(errors).toEqual([]);
  });

  it('keeps the connection: nobody has left, and what comes for the scene finds nobody', () => {
    const { client, server, bomb, clock } = game;
    const calls: number[] = [];
    bomb.goes = () => calls.push(1);
    client.detach();
    server.tree.rpc(server.tree.getNode('/root/Bomb') as MemoryNode, 'go');
    for (let n = 0; n < 10; n += 1) {
      clock.advance(FRAME_MS);
      server.loop.tick();
      client.multiplayer.poll();
      client.multiplayer.multiplayerPeer?.flush();
    }
    expect(game.ends).toEqual([]);
    expect(client.multiplayer.getPeers()).toEqual([1]);
    expect(calls).toEqual([]);
  });

  it.each(['before', 'after'])('can go on in another scene, attached %s the first was detached', (when) => {
    const { client, server, clock } = game;
    const { multiplayer } = client;
    const scene = new BabylonScene(game.engine);
    new FreeCamera('camera', Vector3.Zero(), scene).layerMask = 0;
    if (when === 'after') client.detach();
    const next = attachToBabylon(scene, { multiplayer, clock, heartbeat: null });
    others.push(next);
    if (when === 'before') client.detach();
    const bomb = next.bind(new TransformNode('Bomb', scene), new Bomb());
    const drone = new TransformNode('Drone', scene);
    replicate(drone, { position: 'always' });
    const calls: number[] = [];
    bomb.goes = () => calls.push(1);
    const frames = (): void => {
      for (let n = 0; n < 10; n += 1) {
        clock.advance(FRAME_MS);
        server.loop.tick();
        scene.render();
      }
    };
    frames();
    server.tree.rpc(server.tree.getNode('/root/Bomb') as MemoryNode, 'go');
    bomb.rpc.go();
    const place = (server.tree.getNode('/root/Drone') as MemoryNode & { position: Vector3 }).position;
    place.set(1, 2, 3);
    frames();
    expect(calls).toEqual([1]);
    expect(drone.position.asArray()).toEqual([1, 2, -3]);
    expect(game.ends).toEqual([]);
    expect(errors).toEqual([]);
  });
});

describe('attached and let go a thousand times', () => {
  const errors = recordErrors();
  const engine = new NullEngine();
  const scene = new BabylonScene(engine);
  const threeScene = new ThreeScene();
  const world = new Group();
  world.name = 'World';
  threeScene.add(world);

  const ways: { readonly [name: string]: () => SceneNetwork<never, never> } = {
    babylon: () => attachToBabylon(scene) as never,
    three: () => attachToThree(threeScene) as never,
    headless: () => createHeadless() as never,
  };

  it.each(Object.keys(ways))('[%s] nothing is kept, and the process can end', async (name) => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const networks: WeakRef<object>[] = [];
    const one = (): void => {
      const network = (ways[name] as () => SceneNetwork<never, never>)() as unknown as SceneNetwork;
      networks.push(new WeakRef(network));
      if (name === 'three') replicate(world, { position: 'always' });
      network.poll(0.016);
      network.flush();
      network.close();
    };
    for (let n = 0; n < 1000; n += 1) one();
    await collectGarbage();
    // Those of others may have run out meanwhile.
    expect(timers()).toBeLessThanOrEqual(before);
    // The last one may still be on the stack.
    expect(networks.filter((network) => network.deref() !== undefined).length).toBeLessThanOrEqual(1);
    expect(errors).toEqual([]);
  });
});
