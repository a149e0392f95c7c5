import {
  Err,
  type ManualClock,
  type MemoryNode,
  MemorySceneAdapter,
  type MultiplayerPeer,
  SceneMultiplayer,
  SceneTree,
  type WebSocketMultiplayerPeerOptions,
} from 'scenewire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Thing } from './support/rpc-thing.js';
import { WebRTCRoom } from './support/webrtc-room.js';
import { urlOf, WebSocketRoom } from './support/websocket-room.js';

/** One program of the game, with a script on a node of its tree. */
interface Program {
  readonly api: SceneMultiplayer<MemoryNode>;
  readonly tree: SceneTree<MemoryNode>;
  readonly script: Thing;
}

function program(peer: MultiplayerPeer, clock: ManualClock): Program {
  const tree = new SceneTree<MemoryNode>(new MemorySceneAdapter(), { clock });
  const api = new SceneMultiplayer<MemoryNode>({ clock });
  tree.setMultiplayer(api);
  api.multiplayerPeer = peer;
  const script = new Thing();
  tree.bind(tree.getRoot(), script);
  return { api, tree, script };
}

describe('calls over WebRTC', () => {
  const FRAME_MS = 5;

  /** A server and two clients that link their packets, on a network with these conditions. */
  function room(lossRate = 0) {
    const rtc = new WebRTCRoom({ seed: 7, conditions: { latencyMs: 20, lossRate } });
    const peers = [rtc.server([], { link: {} }), rtc.client(2, [], { link: {} }), rtc.client(3, [], { link: {} })];
    for (const client of peers.slice(1)) rtc.join(peers[0]!, client);
    const programs = peers.map((peer) => program(peer, rtc.clock));
    const frames = (count: number): void => {
      for (let i = 0; i < count; i += 1) {
        rtc.clock.advance(FRAME_MS);
        for (const { tree, api } of programs) {
          tree.processFrame();
          api.multiplayerPeer?.flush();
        }
      }
    };
    frames(200);
    return { programs, frames };
  }

  it('are answered by the server, by a client, and by a client behind the server', async () => {
    const { programs, frames } = room();
    const [server, two] = programs as [Program, Program, Program];
    expect(server.api.getPeers().sort()).toEqual([2, 3]);
    const asked = [two.script.ask(1).any(1), server.script.ask(2).any(2), two.script.ask(3).any(3)];
    frames(100);
    expect(await Promise.all(asked)).toEqual([null, null, null]);
    expect(programs.map(({ script }) => script.taken())).toEqual([[['any', 2, 1]], [['any', 1, 2]], [['any', 2, 3]]]);
  });

  it('of reliable methods all arrive, in order, on a network that loses a tenth', () => {
    const { programs, frames } = room(0.1);
    const [server, two] = programs as [Program, Program, Program];
    for (let i = 0; i < 200; i += 1) {
      expect(two.script.rpcTo(1).two(i, 'x')).toBe(Err.OK);
      frames(1);
    }
    // What is lost twice in a row waits for more than two seconds.
    frames(1000);
    expect(server.script.taken()).toEqual(Array.from({ length: 200 }, (_, i) => ['two', 2, i, 'x']));
  });
});

describe('calls over WebSocket', () => {
  let sockets: WebSocketRoom;
  beforeEach(() => {
    sockets = new WebSocketRoom();
    sockets.msPerPoll = 1;
  });
  afterEach(() => sockets.close());

  let frames = (): boolean => false;
  const until = (isDone: () => boolean): Promise<void> => sockets.until(() => frames() && isDone());

  /** A server and two clients on real sockets, all in the game. */
  async function room(client: WebSocketMultiplayerPeerOptions): Promise<[Program, Program, Program]> {
    const server = sockets.make('server', false, { link: {} });
    expect(server.createServer(0)).toBe(Err.OK);
    const clients = [1, 2].map((i) => sockets.make(`client ${i}`, false, client));
    for (const peer of clients) expect(peer.createClient(urlOf(server))).toBe(Err.OK);
    const programs = [server, ...clients].map((peer) => program(peer, sockets.clock));
    frames = () => {
      for (const { tree } of programs) tree.processFrame();
      return true;
    };
    await until(() => programs.every(({ api }) => api.getPeers().length === 2));
    return programs as [Program, Program, Program];
  }

  it('are answered by the server and by a client behind it', async () => {
    const [, two, three] = await room({ link: {} });
    const [twoId, threeId] = [two.api.getUniqueId(), three.api.getUniqueId()];
    await until(() => two.api.hasFeature(threeId, 'rpc1') && three.api.hasFeature(twoId, 'rpc1'));
    const answers: unknown[] = [];
    const note = (value: unknown): void => void answers.push(value);
    for (const target of [1, threeId]) two.script.ask(target).any(target).then(note, note);
    await until(() => answers.length === 2);
    expect(answers).toEqual([null, null]);
    expect(three.script.taken()).toEqual([['any', twoId, threeId]]);
  });

  it('of clients that speak as Godot are made, and not answered', async () => {
    const [server, two] = await room({ link: false });
    const id = two.api.getUniqueId();
    expect(two.script.rpcTo(1).any(7)).toBe(Err.OK);
    await until(() => server.script.calls.length > 0);
    expect(server.script.taken()).toEqual([['any', id, 7]]);
    await expect(server.script.ask(id).any()).rejects.toMatchObject({ reason: 'unsupported' });
  });
});
