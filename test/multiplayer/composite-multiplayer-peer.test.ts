import {
  CompositeMultiplayerPeer,
  Err,
  type MultiplayerPeer,
  SceneMultiplayer,
  setErrorHandler,
  WebSocketMultiplayerPeer,
} from 'scenewire';
import { afterEach, describe, expect, test } from 'vitest';
import { WebRTCRoom } from './support/webrtc-room.js';

/** For sockets, which take real time. */
const PATIENCE_MS = 60_000;

const rooms: { close(): void }[] = [];
afterEach(() => {
  for (const room of rooms.splice(0)) room.close();
  setErrorHandler(null);
});

/** Reads all packets, in short: "7: 1,2". */
function read(peer: MultiplayerPeer): string[] {
  const all: string[] = [];
  while (peer.getAvailablePacketCount() > 0) all.push(`${peer.getPacketPeer()}: ${peer.getPacket().join()}`);
  return all;
}

function put(peer: MultiplayerPeer, target: number, ...bytes: number[]): Err {
  peer.setTargetPeer(target);
  return peer.putPacket(Uint8Array.from(bytes));
}

/** The port is known some turns of the event loop later. */
async function untilListening(server: WebSocketMultiplayerPeer): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; server.getServerPort() === 0; server.poll()) {
    expect(performance.now()).toBeLessThan(deadline);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A composite server over WebRTC without a network and a real WebSocket on this machine, with a client on each. */
async function house(attach: (peer: MultiplayerPeer) => void = () => {}) {
  const room = new WebRTCRoom();
  const sockets = new WebSocketMultiplayerPeer({ link: { reliableHighBytes: 200_000, reliableLowBytes: 100_000 } });
  sockets.createServer(0, '127.0.0.1');
  const rtc = room.server();
  const server = new CompositeMultiplayerPeer();
  const log: string[] = [];
  server.peer_connected.connect((id) => log.push(`connected ${id}`));
  server.peer_disconnected.connect((id) => log.push(`disconnected ${id}`));
  expect(server.createServer([rtc, sockets])).toBe(Err.OK);
  const far = new WebSocketMultiplayerPeer();
  rooms.push(server, far);
  const near = room.client(7);
  rooms.push(near);
  room.join(rtc, near);
  await untilListening(sockets);
  far.createClient(`ws://127.0.0.1:${sockets.getServerPort()}`);
  for (const peer of [server, near, far]) attach(peer);
  const frames = async (until: () => boolean, polled?: readonly { poll(): void }[]): Promise<void> => {
    for (const deadline = performance.now() + PATIENCE_MS; !until(); ) {
      expect(performance.now()).toBeLessThan(deadline);
      await new Promise((resolve) => setImmediate(resolve));
      room.clock.advance(5);
      for (const one of polled ?? [server, near, far]) one.poll();
    }
  };
  await frames(
    () => server.getPeerIds().length === 2 && near.getConnectionStatus() === 2 && far.getConnectionStatus() === 2,
  );
  return { room, server, rtc, sockets, near, far, log, frames };
}

describe('a composite server', () => {
  test('starts disconnected, and takes servers only', () => {
    const peer = new CompositeMultiplayerPeer();
    setErrorHandler(() => {});
    expect([peer.getConnectionStatus(), peer.getUniqueId(), peer.getAvailablePacketCount()]).toEqual([0, 0, 0]);
    expect(peer.putPacket(Uint8Array.of(1))).toBe(Err.ERR_UNCONFIGURED);
    expect(peer.createServer([])).toBe(Err.ERR_INVALID_PARAMETER);
    expect(peer.createServer([new WebSocketMultiplayerPeer()])).toBe(Err.ERR_INVALID_PARAMETER);
    expect(peer.createServer([new WebRTCRoom().client(7)])).toBe(Err.ERR_INVALID_PARAMETER);
  });

  test('has the clients of all its transports, with relay, as peer 1', async () => {
    const { server, log, far, rtc, sockets } = await house();
    const farId = far.getUniqueId();
    expect(server.getPeerIds().toSorted()).toEqual([7, farId].toSorted());
    expect([rtc.connectedIds(), sockets.connectedIds()]).toEqual([[7], [farId]]);
    expect(log.toSorted()).toEqual(['connected 7', `connected ${farId}`].toSorted());
    expect([server.isServer(), server.isServerRelaySupported(), server.getUniqueId()]).toEqual([true, true, 1]);
    expect([server.getTransport(7), server.getTransport(farId), server.getTransport(5)]).toEqual([rtc, sockets, null]);
    setErrorHandler(() => {});
    expect(server.createServer([rtc])).toBe(Err.ERR_ALREADY_IN_USE);
  });

  test('sends to one, to all, and to all but one, whichever way they came', async () => {
    const { server, near, far, frames } = await house();
    const farId = far.getUniqueId();
    expect([put(server, 7, 1), put(server, farId, 2), put(server, 0, 3)]).toEqual([0, 0, 0]);
    expect([put(server, -7, 4), put(server, -farId, 5), put(server, 99, 6)]).toEqual([0, 0, Err.ERR_INVALID_PARAMETER]);
    await frames(() => near.getAvailablePacketCount() === 3 && far.getAvailablePacketCount() === 3);
    expect(read(near)).toEqual(['1: 1', '1: 3', '1: 5']);
    expect(read(far)).toEqual(['1: 2', '1: 3', '1: 4']);
  });

  test('a reliable broadcast that a transport has no room for goes to nobody on any', async () => {
    const { server, near, far, room, frames } = await house();
    const farId = far.getUniqueId();
    const map = new Uint8Array(60_000);
    server.setTargetPeer(farId);
    for (let i = 0; i < 1000 && server.putPacket(map) === Err.OK; i += 1);
    expect(put(server, 0, 1)).toBe(Err.ERR_BUSY);
    expect(put(server, -farId, 2)).toBe(Err.OK);
    room.frames(20);
    expect(read(near)).toEqual(['1: 2']);
    let drained = false;
    server.peer_drained.connect(() => {
      drained = true;
    });
    await frames(() => {
      read(far);
      return drained;
    });
    expect(put(server, 0, 3)).toBe(Err.OK);
    await frames(() => near.getAvailablePacketCount() > 0);
    expect(read(near)).toEqual(['1: 3']);
  });

  test('clients of different transports reach each other through SceneMultiplayer', async () => {
    const apis: SceneMultiplayer[] = [];
    const heard: string[] = [];
    const { near, far, frames } = await house((peer) => {
      const api = new SceneMultiplayer();
      api.rootPath = '/root';
      api.multiplayerPeer = peer;
      api.peer_packet.connect((from, packet) => heard.push(`${peer.getUniqueId()} from ${from}: ${packet.join()}`));
      apis.push(api);
    });
    const farId = far.getUniqueId();
    await frames(() => apis.every((api) => api.getPeers().length === 2), apis);
    apis[1]?.sendBytes(Uint8Array.of(5), farId);
    apis[2]?.sendBytes(Uint8Array.of(6), near.getUniqueId());
    await frames(() => heard.length === 2, apis);
    expect(heard.toSorted()).toEqual([`${farId} from 7: 5`, `7 from ${farId}: 6`].toSorted());
  });

  test('reads one packet of each transport in turn, with its sender', async () => {
    const { server, near, far, frames } = await house();
    const farId = far.getUniqueId();
    for (const n of [1, 2]) put(near, 1, n);
    for (const n of [3, 4]) put(far, 1, n);
    await frames(() => server.getAvailablePacketCount() === 4);
    const packets = read(server);
    expect(packets.filter((text) => text.startsWith('7:'))).toEqual(['7: 1', '7: 2']);
    expect(packets.filter((text) => text.startsWith(`${farId}:`))).toEqual([`${farId}: 3`, `${farId}: 4`]);
    expect(packets[0]?.split(':')[0]).not.toBe(packets[1]?.split(':')[0]);
    expect([server.getPacketPeer(), server.getPacket().length, server.getPacketError()]).toEqual([
      0,
      0,
      Err.ERR_UNAVAILABLE,
    ]);
  });

  test('disconnects a client of either kind, with force without a signal', async () => {
    const { server, near, far, frames, log } = await house();
    const farId = far.getUniqueId();
    server.disconnectPeer(farId);
    await frames(() => log.includes(`disconnected ${farId}`) && far.getConnectionStatus() === 0);
    server.disconnectPeer(7, true);
    await frames(() => near.getConnectionStatus() === 0);
    expect([server.getPeerIds(), log.includes('disconnected 7')]).toEqual([[], false]);
  });

  test('refuses new connections on all transports', async () => {
    const { server, rtc, sockets } = await house();
    server.refuseNewConnections = true;
    expect([rtc.refuseNewConnections, sockets.refuseNewConnections, server.isRefusingNewConnections()]).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('that refuses new connections from the beginning makes its transports refuse them', () => {
    const transport = new WebRTCRoom().server();
    const server = new CompositeMultiplayerPeer();
    server.refuseNewConnections = true;
    expect(server.createServer([transport])).toBe(Err.OK);
    expect(transport.refuseNewConnections).toBe(true);
  });

  test('has a transport once', () => {
    const errors: Err[] = [];
    setErrorHandler((_text, err) => errors.push(err));
    const transport = new WebRTCRoom().server();
    const server = new CompositeMultiplayerPeer();
    expect(server.createServer([transport, transport])).toBe(Err.ERR_INVALID_PARAMETER);
    expect([server.getConnectionStatus(), errors]).toEqual([0, [Err.ERR_INVALID_PARAMETER]]);
    expect(server.createServer([transport])).toBe(Err.OK);
  });

  test('takes over who is connected by then, and tells of them with its next poll', () => {
    const errors: string[] = [];
    setErrorHandler((text) => errors.push(text));
    const room = new WebRTCRoom();
    const [one] = room.full([7, 8, 9]);
    const [two] = room.full([8, 10]);
    const server = new CompositeMultiplayerPeer();
    const log: string[] = [];
    server.peer_connected.connect((id) => log.push(`connected ${id}`));
    server.peer_disconnected.connect((id) => log.push(`disconnected ${id}`));
    expect(server.createServer([one, two])).toBe(Err.OK);
    // The second 8 is refused, and 9 goes before it was told of.
    server.disconnectPeer(9, true);
    expect([log, server.getPeerIds(), errors.length]).toEqual([[], [7, 8, 10], 1]);
    expect([server.getTransport(8), server.getTransport(10)]).toEqual([one, two]);
    server.poll();
    expect(log).toEqual(['connected 7', 'connected 8', 'connected 10']);
    expect(put(server, 10, 1)).toBe(Err.OK);
    room.peers.find((peer) => peer.getUniqueId() === 7)?.close();
    room.frames();
    server.poll();
    expect(log.slice(3)).toEqual(['disconnected 7']);
  });

  test('that ends before its first poll tells of nobody', () => {
    const room = new WebRTCRoom();
    const [transport] = room.full([7]);
    const server = new CompositeMultiplayerPeer();
    const log: number[] = [];
    server.peer_connected.connect((id) => log.push(id));
    server.createServer([transport]);
    server.close();
    server.poll();
    expect([log, server.getPeerIds()]).toEqual([[], []]);
  });

  test('refuses a peer whose id is taken by a peer of another transport', () => {
    const errors: string[] = [];
    setErrorHandler((text) => errors.push(text));
    const room = new WebRTCRoom();
    const [one, two] = [room.server(), room.server()];
    const server = new CompositeMultiplayerPeer();
    server.createServer([one, two]);
    const log: number[] = [];
    server.peer_connected.connect((id) => log.push(id));
    for (const transport of [one, two]) room.join(transport, room.client(7));
    for (let i = 0; i < 30; i += 1) {
      room.frames(1);
      server.poll();
    }
    expect([log, server.getPeerIds(), errors.length]).toEqual([[7], [7], 1]);
    expect([one.hasPeer(7), two.hasPeer(7)]).toContain(false);
  });

  test.each([0, 1])('stands as long as one of its transports does: transport %i has ended', (ended) => {
    const errors: string[] = [];
    setErrorHandler((text) => errors.push(text));
    const room = new WebRTCRoom();
    const [one, two] = [room.server(), room.server()];
    const server = new CompositeMultiplayerPeer();
    rooms.push(server);
    server.createServer([one, two]);
    const [over, standing] = ended === 0 ? [one, two] : [two, one];
    over.close();
    const client = room.client(7);
    room.join(standing, client);
    for (let i = 0; i < 30; i += 1) {
      room.frames(1);
      server.poll();
    }
    expect([server.getConnectionStatus(), server.isServer(), server.getPeerIds()]).toEqual([2, true, [7]]);
    expect(server.isServerRelaySupported()).toBe(true);
    expect([put(server, 0, 1), put(server, 7, 2)]).toEqual([Err.OK, Err.OK]);
    room.frames();
    expect([read(client), errors]).toEqual([['1: 1', '1: 2'], []]);
  });

  test('hears no more of the transports of a game that ended by itself', () => {
    const room = new WebRTCRoom();
    const [rtc, other] = [room.server(), room.server()];
    const server = new CompositeMultiplayerPeer();
    rooms.push(server);
    for (const transport of [rtc, other]) {
      expect(server.createServer([transport])).toBe(Err.OK);
      transport.close();
      expect(server.getConnectionStatus()).toBe(0);
    }
    rtc.createServer();
    expect(server.createServer([rtc])).toBe(Err.OK);
    const log: number[] = [];
    server.peer_connected.connect((id) => log.push(id));
    room.join(rtc, room.client(7));
    for (let i = 0; i < 30; i += 1) {
      room.frames(1);
      server.poll();
    }
    expect(log).toEqual([7]);
  });

  test('closes all its transports without a signal, and can be used again', async () => {
    const { server, near, far, frames, log, rtc, sockets } = await house();
    const before = log.length;
    server.close();
    expect([server.getConnectionStatus(), rtc.getConnectionStatus(), sockets.getConnectionStatus()]).toEqual([0, 0, 0]);
    await frames(() => near.getConnectionStatus() === 0 && far.getConnectionStatus() === 0);
    expect(log.length).toBe(before);
    rtc.createServer();
    expect(server.createServer([rtc])).toBe(Err.OK);
  });
});

describe('a composite client', () => {
  test('takes the first way when it stands in time', () => {
    const room = new WebRTCRoom();
    const server = room.server();
    const client = new CompositeMultiplayerPeer();
    rooms.push(client);
    let second = 0;
    const first = () => {
      const peer = room.client(7);
      room.join(server, peer);
      return peer;
    };
    const never = () => {
      second += 1;
      return null;
    };
    expect(client.createClient([first, never], { clock: room.clock })).toBe(Err.OK);
    expect(client.getConnectionStatus()).toBe(1);
    const ids: number[] = [];
    client.peer_connected.connect((id) => ids.push(id));
    for (let i = 0; i < 30; i += 1) {
      room.frames(1);
      client.poll();
    }
    room.clock.advance(60_000);
    client.poll();
    expect([client.getConnectionStatus(), client.getUniqueId(), second]).toEqual([2, 7, 0]);
    expect(client.isServer()).toBe(false);
    put(client, 1, 9);
    room.frames();
    expect(read(server)).toEqual(['7: 9']);
  });

  test('is in the game within five seconds when the first way leads nowhere', async () => {
    const room = new WebRTCRoom();
    const sockets = new WebSocketMultiplayerPeer();
    sockets.createServer(0, '127.0.0.1');
    await untilListening(sockets);
    const client = new CompositeMultiplayerPeer();
    rooms.push(sockets, client);
    const blocked = room.client(7);
    const byWebSocket = () => {
      const peer = new WebSocketMultiplayerPeer();
      peer.createClient(`ws://127.0.0.1:${sockets.getServerPort()}`);
      return peer;
    };
    client.createClient([() => blocked, byWebSocket], { clock: room.clock });
    const start = room.clock.now();
    const poll = (): void => {
      for (const peer of [client, sockets]) peer.poll();
    };
    while (blocked.getConnectionStatus() !== 0 && room.clock.now() - start < 10_000) {
      room.clock.advance(10);
      poll();
    }
    const waited = room.clock.now() - start;
    // Sockets take the time they take, which is not that of the room.
    for (const deadline = performance.now() + PATIENCE_MS; client.getConnectionStatus() !== 2; poll()) {
      expect(performance.now()).toBeLessThan(deadline);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(client.getUniqueId()).toBeGreaterThan(1);
    expect(waited).toBeLessThanOrEqual(4010);
  });

  test('an attempt that fails has no more time: the next one begins at once', () => {
    const room = new WebRTCRoom();
    const client = new CompositeMultiplayerPeer();
    rooms.push(client);
    const [first, second] = [room.client(7), room.client(8)];
    client.createClient([() => first, () => second], { clock: room.clock });
    client.poll();
    expect(client.getUniqueId()).toBe(7);
    first.close();
    client.poll();
    expect([client.getUniqueId(), client.getConnectionStatus()]).toEqual([8, 1]);
  });

  test('a page that was hidden before an attempt is known as hidden, whichever way it took', () => {
    const room = new WebRTCRoom();
    const server = room.server([], { link: {} });
    const client = new CompositeMultiplayerPeer();
    rooms.push(client);
    client.setHidden(true);
    const first = room.client(7);
    const second = () => {
      const peer = room.client(8, [], { link: {} });
      room.join(server, peer);
      return peer;
    };
    client.createClient([() => first, second], { clock: room.clock });
    room.clock.advance(4000);
    for (let i = 0; i < 60; i += 1) {
      client.poll();
      room.frames(1);
    }
    expect([client.getUniqueId(), server.getPeerStats(8)?.isHidden]).toEqual([8, true]);
  });

  test('an attempt that throws could not begin: it is reported, and the next one has its turn', () => {
    const errors: unknown[] = [];
    setErrorHandler((_text, _err, cause) => errors.push(cause));
    const broken = new Error('no socket here');
    const throwing = () => {
      throw broken;
    };
    const room = new WebRTCRoom();
    const client = new CompositeMultiplayerPeer();
    rooms.push(client);
    const [first, last] = [room.client(7), room.client(8)];
    expect(client.createClient([throwing, () => first, throwing, () => last], { clock: room.clock })).toBe(Err.OK);
    expect([client.getUniqueId(), errors]).toEqual([7, [broken]]);
    room.clock.advance(4000);
    client.poll();
    expect([client.getUniqueId(), errors]).toEqual([8, [broken, broken]]);
    client.close();
    expect(client.createClient([throwing])).toBe(Err.ERR_CANT_CONNECT);
    expect(client.getConnectionStatus()).toBe(0);
  });

  test.each([Number.NaN, -1])('a time of %d ms for an attempt is reported, and is 4 s', (fallbackAfterMs) => {
    const errors: string[] = [];
    setErrorHandler((text) => errors.push(text));
    const room = new WebRTCRoom();
    const client = new CompositeMultiplayerPeer();
    rooms.push(client);
    const [first, last] = [room.client(7), room.client(8)];
    expect(client.createClient([() => first, () => last], { clock: room.clock, fallbackAfterMs })).toBe(Err.OK);
    expect(errors).toHaveLength(1);
    for (const [ms, id] of [
      [3999, 7],
      [1, 8],
    ] as const) {
      room.clock.advance(ms);
      client.poll();
      expect(client.getUniqueId()).toBe(id);
    }
  });

  test('is disconnected when no way is left, or none could begin', () => {
    setErrorHandler(() => {});
    const room = new WebRTCRoom();
    const none = new CompositeMultiplayerPeer();
    expect(none.createClient([() => null, () => new WebSocketMultiplayerPeer()])).toBe(Err.ERR_CANT_CONNECT);
    const client = new CompositeMultiplayerPeer();
    const only = room.client(7);
    expect(client.createClient([() => only], { clock: room.clock })).toBe(Err.OK);
    only.close();
    client.poll();
    expect(client.getConnectionStatus()).toBe(0);
  });
});
