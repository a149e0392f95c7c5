import { Object3D } from 'three';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ManualClock } from '../../src/core/clock.js';
import { Err } from '../../src/core/err.js';
import { setErrorHandler } from '../../src/core/fail.js';
import type { TrackType } from '../../src/extension/media/media-types.js';
import { CompositeMultiplayerPeer } from '../../src/multiplayer/composite-multiplayer-peer.js';
import type { ConnectedPeer } from '../../src/multiplayer/connected-peer.js';
import { MediaForwarder } from '../../src/multiplayer/media/forwarding/media-forwarder.js';
import type { MediaPort } from '../../src/multiplayer/media/media-port.js';
import { writeWord } from '../../src/multiplayer/media/media-word.js';
import { PeerMedia } from '../../src/multiplayer/media/peer-media.js';
import { WebSocketMultiplayerPeer } from '../../src/multiplayer/websocket/websocket-multiplayer-peer.js';
import { audioTrack } from '../extension/support/wrtc.js';
import { allocatedBy } from './support/allocation.js';
import { MediaGame } from './support/media-game.js';

vi.setConfig({ testTimeout: 60_000 });

let game: MediaGame;
beforeEach(() => {
  game = new MediaGame();
});
afterEach(() => {
  game.close();
  for (const other of game.others) other.close();
  setErrorHandler(null);
});

const heard = (text: string): (() => boolean) => {
  const from = game.heard.length;
  return () => game.heard.slice(from).includes(text);
};

it('a host that has tracks passes on those of players, beside its own, and tells how', async () => {
  const server = game.serve();
  const forwarder = new MediaForwarder(server);
  const host = game.listen(server);
  const [two, three] = [game.listen(game.visit(2)), game.listen(game.visit(3))];
  host.addLocalTrack(audioTrack());
  two.addLocalTrack(audioTrack(), { streams: ['voice', 'team'] });
  await game.until(() => game.heard.includes('3: +2 voice,team') && game.heard.includes('3: +1 voice'));
  await game.until(() => game.heard.includes('1: +2 voice,team') && game.heard.includes('2: +1 voice'));
  expect([three.getSenders().toSorted(), two.getSenders(), host.getSenders()]).toEqual([[1, 2], [1], [2]]);
  expect([forwarder.getPeers().toSorted(), forwarder.getTracks(2), forwarder.getHeard(3)]).toEqual([[2, 3], [0], [2]]);
  expect([forwarder.getWay(2), forwarder.getWay(9)]).toEqual(['tracks', null]);
  forwarder.setMuted(2, true);
  expect(forwarder.getHeard(3)).toEqual([]);
  game.members.get(2)?.close();
  await game.until(heard('3: -2 voice,team'));
  expect([forwarder.getPeers(), forwarder.isMuted(2), three.getSenders()]).toEqual([[3], false, [1]]);
});

it('a host that has heard its players begins to pass them on, and stops, while they speak', async () => {
  const server = game.serve();
  game.listen(server);
  const players = [2, 3, 4].map((id) => game.listen(game.visit(id)));
  for (const player of players) player.addLocalTrack(audioTrack());
  await game.until(() => [2, 3, 4].every((id) => game.heard.includes(`1: +${id} voice`)));
  const forwarder = new MediaForwarder(server);
  const everybody = (sign: string): boolean =>
    [2, 3, 4].every((who) => [2, 3, 4].every((of) => of === who || game.heard.includes(`${who}: ${sign}${of} voice`)));
  await game.until(() => everybody('+'));
  expect([2, 3, 4].map((id) => forwarder.getHeard(id).length)).toEqual([2, 2, 2]);
  forwarder.close();
  await game.until(() => everybody('-'));
  expect(players.map((player) => player.getPeers())).toEqual([[1], [1], [1]]);
  expect(game.heard.filter((what) => what.startsWith('1: -'))).toEqual([]);
});

it('a listener may close it while others are to be told of, and nothing of them is taken', async () => {
  const server = game.serve();
  const before = new MediaForwarder(server);
  for (const id of [2, 3]) game.listen(game.visit(id, { native: true })).addLocalTrack(audioTrack());
  await game.until(() => [2, 3].every((id) => before.getTracks(id).length === 1));
  before.close();
  const forwarder = new MediaForwarder(server);
  const told: string[] = [];
  const first = new Set<number>();
  forwarder.track_removed.connect((id) => told.push(first.has(id) ? 'removed' : 'another removed'));
  forwarder.track_added.connect((id) => {
    first.add(id);
    told.push('added');
    forwarder.close();
  });
  // Both are there with its first poll.
  await game.spin(1);
  expect(told).toEqual(['added', 'removed']);
  const receivers = [...server.getPeers().values()].flatMap(
    ({ connection }) => connection.extension?._openRtp?.()?.receivers ?? [],
  );
  expect(receivers.map(({ onPacket }) => onPacket)).toEqual([null, null]);
});

it('`to` is asked about the players behind a server, which keeps the track from those it is not for', async () => {
  const server = game.serve();
  const forwarder = new MediaForwarder(server);
  const friends = new Set([3]);
  const two = game.listen(game.visit(2));
  const asked = new Set<number>();
  const to = (id: number): boolean => {
    asked.add(id);
    return friends.has(id);
  };
  two.addLocalTrack(audioTrack(), { to });
  game.listen(game.visit(4));
  await game.until(() => forwarder.getPeers().length === 2 && asked.has(4));
  await game.spin(20);
  // It is for nobody yet, so it does not go to the server either.
  expect([forwarder.getTracks(2), asked.has(1)]).toEqual([[], false]);
  game.listen(game.visit(3));
  await game.until(() => game.heard.includes('3: +2 voice'));
  expect([forwarder.getHeard(3), forwarder.getHeard(4)]).toEqual([[2], []]);
  friends.add(4).delete(3);
  await game.until(() => game.heard.includes('4: +2 voice'));
  expect([forwarder.getHeard(3), forwarder.getHeard(4)]).toEqual([[], [2]]);
  // A host that plays is one of them.
  game.listen(server);
  await game.until(() => asked.has(1));
  expect(game.heard.filter((what) => what.startsWith('4:'))).toEqual(['4: peer 1', '4: +2 voice']);
});

it.each([
  ['tracks', false],
  ['packets', true],
] as const)('%s go to who is near, and to the team wherever it is, as nodes move', async (way, native) => {
  const nodes = new Map([2, 3, 4].map((id) => [id, new Object3D()]));
  const teams = new Map([
    [2, 'red'],
    [3, 'red'],
    [4, 'blue'],
  ]);
  const near = (one: number, other: number): boolean => {
    const [from, to] = [nodes.get(one), nodes.get(other)];
    return from !== undefined && to !== undefined && from.position.distanceTo(to.position) < 30;
  };
  const clock = new ManualClock();
  const forwarder = new MediaForwarder(game.serve(), {
    audience: (speaker, listener) => teams.get(speaker) === teams.get(listener) || near(speaker, listener),
    clock,
  });
  nodes.get(3)?.position.set(500, 0, 0);
  nodes.get(4)?.position.set(0, 0, 31);
  for (const id of [2, 3, 4]) game.listen(game.visit(id, { native })).addLocalTrack(audioTrack());
  const heardBy = (): (readonly number[])[] => [2, 3, 4].map((id) => forwarder.getHeard(id).toSorted());
  await game.until(() => [2, 3, 4].every((id) => forwarder.getTracks(id).length === 1));
  forwarder.update();
  // The team, and nobody else.
  expect([heardBy(), [2, 3, 4].map((id) => forwarder.getWay(id))]).toEqual([
    [[3], [2], []],
    [way, way, way],
  ]);
  await game.until(() => game.heard.includes('2: +3 voice') && game.heard.includes('3: +2 voice'));
  nodes.get(4)?.position.set(0, 0, 29);
  await game.spin(2);
  expect(heardBy()[2]).toEqual([]);
  clock.advance(250);
  await game.until(() => game.heard.includes('4: +2 voice') && game.heard.includes('2: +4 voice'));
  expect(heardBy()).toEqual([[3, 4], [2], [2]]);
  nodes.get(4)?.position.set(500, 0, 29);
  teams.set(3, 'blue');
  clock.advance(250);
  await game.until(() => game.heard.includes('3: +4 voice') && game.heard.includes('4: +3 voice'));
  expect(heardBy()).toEqual([[], [4], [3]]);
  expect(game.heard.filter((what) => what.startsWith('4: +'))).toEqual(['4: +2 voice', '4: +3 voice']);
});

it.each([
  ['tracks', false],
  ['packets', true],
] as const)('a frame in which %s go on and nobody comes or goes allocates nothing', async (way, native) => {
  const server = game.serve();
  const forwarder = new MediaForwarder(server, { clock: new ManualClock() });
  for (const id of [2, 3, 4]) game.listen(game.visit(id, { native })).addLocalTrack(audioTrack());
  await game.until(() => [2, 3, 4].every((id) => forwarder.getTracks(id).length === 1));
  forwarder.update();
  await game.until(() => game.heard.includes('4: +2 voice') && game.heard.includes('2: +4 voice'));
  const port = server.media as MediaPort;
  let peers: readonly ConnectedPeer[] = [];
  const here = vi.spyOn(port, 'poll').mockImplementation((given) => {
    peers = given;
  });
  await game.spin(1);
  here.mockRestore();
  expect([peers.length, forwarder.getWay(2)]).toEqual([3, way]);
  // What the test itself allocates now and then; a list alone would be 16.
  expect(allocatedBy(() => port.poll(peers), 50_000, 4)).toBeLessThan(4);
});

it('however many wishes a player has, the audience is asked once in a poll', async () => {
  const server = game.serve();
  let asked = 0;
  const audience = (): boolean => {
    asked += 1;
    return true;
  };
  const clock = new ManualClock();
  new MediaForwarder(server, { audience, clock });
  const port = server.media as MediaPort;
  const heardFrom = vi.spyOn(port, 'onWord');
  game.listen(game.visit(2)).addLocalTrack(audioTrack());
  game.listen(game.visit(3));
  await game.until(() => game.heard.includes('3: +2 voice'));
  const sender = heardFrom.mock.calls[0]?.[0] as ConnectedPeer;
  asked = 0;
  for (let n = 0; n < 1000; n += 1)
    port.onWord(sender, writeWord({ type: 'withheld', kind: (n % 2) as TrackType, ids: [9] }));
  expect(asked).toBe(0);
  await game.spin(1);
  expect(asked).toBe(1);
});

it('another forwarder takes the place of one that was closed, on the same peer and the same connections', async () => {
  const server = game.serve();
  const first = new MediaForwarder(server);
  const errors: Err[] = [];
  setErrorHandler((_text, err) => errors.push(err));
  new MediaForwarder(server);
  expect(errors).toEqual([Err.ERR_ALREADY_IN_USE]);
  const two = game.listen(game.visit(2));
  game.listen(game.visit(3));
  two.addLocalTrack(audioTrack());
  await game.until(() => game.heard.includes('3: +2 voice'));
  const gone = heard('3: -2 voice');
  const removed: number[] = [];
  first.track_removed.connect((id) => removed.push(id));
  first.close();
  expect([removed, first.getHeard(3), first.getPeers()]).toEqual([[2], [], []]);
  await game.until(gone);
  await game.until(() => two.getPeers().length === 0);
  const back = heard('3: +2 voice');
  const second = new MediaForwarder(server);
  await game.until(back);
  expect([second.getHeard(3), second.getTracks(2), errors.length]).toEqual([[2], [0], 1]);
});

it('a server of two transports passes on among those who came by WebRTC, and leaves the others in peace', async () => {
  const webrtc = game.serve();
  const websocket = new WebSocketMultiplayerPeer();
  websocket.createServer(0, '127.0.0.1');
  const server = new CompositeMultiplayerPeer();
  server.createServer([webrtc, websocket]);
  game.others.push(server);
  const forwarder = new MediaForwarder(server);
  game.listen(game.visit(2)).addLocalTrack(audioTrack());
  game.listen(game.visit(3));
  const outside = new WebSocketMultiplayerPeer();
  game.others.push(outside);
  await game.until(() => websocket.getServerPort() > 0);
  outside.createClient(`ws://127.0.0.1:${websocket.getServerPort()}`);
  await game.until(() => server.connectedIds().length === 3 && game.heard.includes('3: +2 voice'));
  expect([forwarder.getPeers().toSorted(), forwarder.getHeard(3)]).toEqual([[2, 3], [2]]);
  expect([forwarder.getWay(outside.getUniqueId()), outside.getConnectionStatus()]).toEqual([null, 2]);
});

it('tracks of who has no WebRTC: one message, and a code', () => {
  const errors: Err[] = [];
  setErrorHandler((_text, err) => errors.push(err));
  const media = new PeerMedia(new WebSocketMultiplayerPeer());
  expect(errors).toEqual([Err.ERR_UNAVAILABLE]);
  expect([media.isAvailable(), media.addLocalTrack(audioTrack())]).toEqual([false, Err.ERR_UNAVAILABLE]);
  expect([media.getPeers(), media.getLocalTracks(), errors.length]).toEqual([[], [], 1]);
  media.close();
  expect(new MediaForwarder(new WebSocketMultiplayerPeer()).getPeers()).toEqual([]);
  expect(errors).toHaveLength(2);
});

it('a client that falls back to a WebSocket has tracks as long as it may have WebRTC', async () => {
  const server = new WebSocketMultiplayerPeer();
  server.createServer(0, '127.0.0.1');
  game.others.push(server);
  await game.until(() => server.getServerPort() > 0);
  const client = new CompositeMultiplayerPeer();
  client.createClient([
    () => {
      const peer = new WebSocketMultiplayerPeer();
      peer.createClient(`ws://127.0.0.1:${server.getServerPort()}`);
      return peer;
    },
  ]);
  game.others.push(client);
  const media = new PeerMedia(client);
  expect(media.addLocalTrack(audioTrack())).toBe(Err.OK);
  await game.until(() => client.getConnectionStatus() === 2);
  expect([media.isAvailable(), media.addLocalTrack(audioTrack())]).toEqual([false, Err.ERR_UNAVAILABLE]);
});
