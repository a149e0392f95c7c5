import {
  type CandidateInfo,
  type MemoryNode,
  type MultiplayerPeer,
  OfflineMultiplayerPeer,
  SceneMultiplayer,
  type SelectedCandidatePair,
  setErrorHandler,
  WebRTCMultiplayerPeer,
  WebRTCPeerConnection,
  WebSocketMultiplayerPeer,
} from 'scenewire';
import { NetworkMonitor, type PeerFigures, showRoute } from 'scenewire/inspector';
import { LoopbackNetwork, ManualClock } from 'scenewire/testing';
import { describe, expect, it } from 'vitest';
import { DATAGRAM_OVERHEAD_BYTES } from '../../src/extension/loopback/simulated-link.js';
import { routeTo } from '../../src/tools/monitor/peer-route.js';
import { TrafficLedger } from '../../src/tools/monitor/traffic-ledger.js';
import { tapPackets } from '../../src/tools/packets/packet-tap.js';
import { SceneRoom } from '../multiplayer/support/scene-room.js';
import { type ArenaOptions, FRAME_MS, SmallArena } from './support/small-arena.js';

/** What the link looks back on. */
const WINDOW_S = 10;

function within5(value: number, truth: number): void {
  expect(value).toBeGreaterThanOrEqual(truth * 0.95);
  expect(value).toBeLessThanOrEqual(truth * 1.05);
}

/** A game that is watched at its server. */
function watch(options: ArenaOptions, seconds = 15): { arena: SmallArena; monitor: NetworkMonitor } {
  const arena = new SmallArena(options).begin();
  const monitor = new NetworkMonitor(arena.server.api, { clock: arena.clock });
  arena.onFrame = () => void monitor.update();
  arena.seconds(seconds);
  return { arena, monitor };
}

/** What the simulated network says about what the server sends: datagrams, those that were lost, bytes in them. */
function truthOf({ network, server }: SmallArena): { sent: number; lost: number; payload: number } {
  const connection = server.peer.getPeer(2)?.connection;
  const link = connection === undefined ? null : network.linkFrom(connection);
  if (link === null) throw new Error('the server has no link');
  const { sent, lost, bytes } = link.stats;
  return { sent, lost, payload: bytes - sent * DATAGRAM_OVERHEAD_BYTES };
}

const onlyPeer = (monitor: NetworkMonitor): PeerFigures => monitor.figures().peers[0] as PeerFigures;

describe('NetworkMonitor', () => {
  it.each([40, 80, 150])('shows the round trip of the simulated network: %i ms one way', (latencyMs) => {
    // Frames of both sides begin together here. The jitter makes packets come anywhere between two, as they do.
    const { monitor } = watch({ conditions: { latencyMs, jitterMs: FRAME_MS / 2 } });
    within5(onlyPeer(monitor).rttMs, latencyMs * 2);
  });

  it.each([0.05, 0.2])('shows the loss of the simulated network: %f', (lossRate) => {
    const { arena, monitor } = watch({ conditions: { latencyMs: 30, lossRate }, karts: 10 });
    const before = truthOf(arena);
    const shown: number[] = [];
    for (let window = 0; window < 12; window += 1) {
      arena.seconds(WINDOW_S);
      shown.push(onlyPeer(monitor).lossOut);
    }
    const after = truthOf(arena);
    within5(
      shown.reduce((sum, loss) => sum + loss) / shown.length,
      (after.lost - before.lost) / (after.sent - before.sent),
    );
  });

  it('shows the bytes that the simulated network carries', () => {
    const { arena, monitor } = watch({ conditions: { latencyMs: 30 }, karts: 10 });
    const before = truthOf(arena);
    const { sentBytes } = onlyPeer(monitor);
    arena.seconds(WINDOW_S);
    const carried = truthOf(arena).payload - before.payload;
    within5(onlyPeer(monitor).sentBytes - sentBytes, carried);
    within5(onlyPeer(monitor).sentPerSecond, carried / WINDOW_S);
  });

  it('shows whose bytes they are: those of all objects and calls are nearly all there are', () => {
    const { arena, monitor } = watch({ karts: 10, clients: 2 });
    const { objects, peers, sentPerSecond } = monitor.figures();
    expect(objects.map(({ path }) => path).sort()).toEqual(arena.karts.map(({ name }) => `World/${name}`).sort());
    for (const object of objects) {
      // A Vector3 in its short form, and eight bytes of head, to two peers, sixty times a second.
      within5(object.sentPerSecond, 2 * 60 * (8 + 16));
      expect(object.owner).toBe(1);
    }
    expect(peers.length).toBe(2);
    const ofObjects = objects.reduce((sum, object) => sum + object.sentPerSecond, 0);
    expect(ofObjects).toBeGreaterThan(sentPerSecond * 0.85);
    expect(ofObjects).toBeLessThan(sentPerSecond);
  });

  it('counts calls by method, both ways', () => {
    const arena = new SmallArena({ karts: 0, clients: 2 }).begin();
    const monitor = new NetworkMonitor(arena.server.api, { clock: arena.clock });
    let frame = 0;
    arena.onFrame = () => {
      monitor.update();
      frame += 1;
      if (frame % 6 === 0) arena.server.game.rpc.emote('hello');
      if (frame % 12 === 0) arena.clients[0]?.game.rpcTo(1).hit(3, 'Ann');
    };
    arena.seconds(6);
    const { methods, objects } = monitor.figures();
    const [emote, hit] = ['Game.emote', 'Game.hit'].map((name) => methods.find((method) => method.name === name));
    // Ten a second to two clients, and five a second of one of them.
    expect(emote?.calls).toBe(2 * 60);
    expect(emote?.receivedPerSecond).toBe(0);
    expect(hit?.calls).toBeGreaterThanOrEqual(29);
    expect(hit?.calls).toBeLessThanOrEqual(30);
    expect(hit?.sentPerSecond).toBe(0);
    const rates = (emote?.sentPerSecond ?? 0) + (hit?.receivedPerSecond ?? 0);
    expect(
      objects.map(({ path, sentPerSecond, receivedPerSecond }) => [path, sentPerSecond + receivedPerSecond]),
    ).toEqual([['Game', expect.closeTo(rates, 5)]]);
  });

  it('tells the route, and what was dropped and why', () => {
    const arena = new SmallArena({}).begin();
    const monitor = new NetworkMonitor(arena.server.api, { clock: arena.clock });
    setErrorHandler(() => {});
    arena.clients[0]?.peer.putPacket(new Uint8Array([7]));
    arena.frames(5);
    setErrorHandler(null);
    const peer = onlyPeer(monitor);
    expect(showRoute(peer.route)).toBe('WebRTC, direct, host to host');
    expect(peer.drops).toEqual([['malformed', 1]]);
    expect(peer.channels.map(({ label }) => label)).toEqual(['reliable', 'ordered', 'unreliable']);
  });

  it('tells how far a connection has come that is not in the game, and what became of it', () => {
    const clock = new ManualClock();
    const network = new LoopbackNetwork({ clock });
    const api = new SceneMultiplayer<MemoryNode>({ clock });
    const peer = new WebRTCMultiplayerPeer({ clock });
    peer.createClient(5);
    api.multiplayerPeer = peer;
    const monitor = new NetworkMonitor(api, { clock });
    const connection = new WebRTCPeerConnection({ extension: network.Extension });
    connection.session_description_created.connect((type, sdp) => connection.setLocalDescription(type, sdp));
    peer.addPeer(connection, 1);
    connection.createOffer();
    const frames = (count: number): void => {
      for (let left = count; left > 0; left -= 1) {
        clock.advance(100);
        api.poll();
        monitor.update();
      }
    };
    frames(20);
    const [unanswered] = monitor.figures().connections;
    expect(unanswered).toMatchObject({ id: 1, signaling: 'have-local-offer', route: 'WebRTC' });
    peer.close();
    frames(10);
    const { connections, events } = monitor.figures();
    expect(connections).toEqual([]);
    const said = events.map(({ peer: id, what }) => `${id} ${what}`);
    expect(said).toContain('1 signaling have-local-offer');
    expect(said.at(0)).toBe('1 connection made');
    expect(said.at(-1)).toBe('1 connection given up');
  });

  it('knows other routes than direct ones', () => {
    const candidate = (type: CandidateInfo['type']) => ({ type, protocol: 'tcp' }) as SelectedCandidatePair['local'];
    const pair = { local: candidate('relay'), remote: candidate('srflx') } as SelectedCandidatePair;
    const connection = { getSelectedCandidatePair: (): SelectedCandidatePair | null => pair };
    const webrtc = { hasPeer: () => true, getPeers: () => new Map([[7, { connection, channels: [] }]]) };
    const composite = { getTransport: () => webrtc };
    const show = (peer: object): string => showRoute(routeTo(peer as MultiplayerPeer, 7, false));
    expect(show(composite)).toBe('WebRTC, relayed, relay to srflx, TCP');
    expect(show(new WebSocketMultiplayerPeer())).toBe('WebSocket');
    expect(show(new OfflineMultiplayerPeer())).toBe('own transport');
    connection.getSelectedCandidatePair = () => null;
    expect(show(webrtc)).toBe('WebRTC');
  });

  it('shows clients behind a server as such, with what is relayed between them', () => {
    const room = new SceneRoom();
    const [, two, three] = room.join([2, 3]);
    const monitor = new NetworkMonitor(three!.api, { clock: room.clock });
    for (let left = 10; left > 0; left -= 1) {
      two!.api.sendBytes(new Uint8Array(94), 3);
      room.polls();
      room.clock.advance(100);
      monitor.update();
    }
    const [server, other] = monitor.figures().peers as [PeerFigures, PeerFigures];
    expect([server.id, showRoute(server.route)]).toEqual([1, 'own transport']);
    expect([other.id, showRoute(other.route)]).toEqual([2, 'through the server']);
    // Six bytes of relay, one of command.
    within5(server.receivedPerSecond, 1010);
  });

  it('forgets what has been silent for long, however much comes and goes', () => {
    const arena = new SmallArena({ karts: 0 }).begin();
    const ledger = new TrafficLedger(arena.server.api.names);
    const untap = tapPackets(arena.server.peer, (isOutgoing, peer, bytes) =>
      ledger.count(isOutgoing, peer, bytes, 1, [2]),
    );
    for (let round = 0; round < 30; round += 1) {
      const kart = arena.server.spawner.add('kart', (made) => {
        made.name = `Shot${round}`;
      });
      arena.seconds(0.5);
      ledger.sample(0.5);
      if (kart !== null) arena.server.tree.free(kart);
      arena.frames(2);
    }
    untap();
    // One comes every half second, and is forgotten ten seconds after its last state.
    expect(ledger.objects.size).toBeLessThanOrEqual(21);
    expect(ledger.objects.has('World/Shot29')).toBe(true);
  });

  it('follows the multiplayer to another peer, and leaves nothing behind when it is closed', () => {
    const arena = new SmallArena({ karts: 1 }).begin();
    const { api, peer } = arena.server;
    const own = (): string[] => Reflect.ownKeys(peer).map(String);
    const before = own();
    const monitor = new NetworkMonitor(api, { clock: arena.clock });
    expect(own()).not.toEqual(before);
    monitor.close();
    monitor.close();
    expect(own()).toEqual(before);
    const other = new NetworkMonitor(api, { clock: arena.clock });
    api.multiplayerPeer = null;
    other.update();
    expect(own()).toEqual(before);
    expect(other.figures()).toMatchObject({ isConnected: false, peers: [], objects: [] });
  });
});
