import {
  Err,
  type PeerLinkOptions,
  type TransferMode,
  type WebRTCDataChannel,
  type WebRTCMultiplayerPeer,
} from 'scenewire';
import { describe, expect, test } from 'vitest';
import { FRAME_MS, readAll, send, WebRTCRoom } from './support/webrtc-room.js';

const SECOND = 1000 / FRAME_MS;

/** A server and a client that both speak the link. */
function linked(
  conditions = {},
  link: Partial<PeerLinkOptions> = {},
): { room: WebRTCRoom; server: WebRTCMultiplayerPeer; client: WebRTCMultiplayerPeer } {
  const room = new WebRTCRoom({ conditions });
  const server = room.server([], { link });
  const client = room.client(7, [], { link });
  for (const [name, peer] of [
    ['server', server],
    ['client', client],
  ] as const) {
    peer.peer_unresponsive.connect((id) => room.log.push(`${name} peer_unresponsive ${id}`));
    peer.peer_responsive.connect((id) => room.log.push(`${name} peer_responsive ${id}`));
    peer.peer_disconnected.connect((id, reason) => room.log.push(`${name} reason ${id} ${reason}`));
  }
  room.join(server, client);
  room.frames(60);
  room.log.length = 0;
  return { room, server, client };
}

/** Only these are polled: the others stand still. */
function framesOf(room: WebRTCRoom, peers: readonly WebRTCMultiplayerPeer[], count: number): void {
  for (let i = 0; i < count; i += 1) {
    room.clock.advance(FRAME_MS);
    for (const peer of peers) peer.poll();
  }
}

describe('the link between scenewire peers', () => {
  test('carries packets of all modes with sender, channel and mode, both ways', () => {
    const { room, server, client } = linked({ latencyMs: 20 });
    for (const mode of [0, 1, 2] as TransferMode[]) {
      expect([send(server, 7, [mode], mode), send(client, 1, [10 + mode], mode)]).toEqual([0, 0]);
    }
    room.frames(30);
    const byPacket = (peer: WebRTCMultiplayerPeer) =>
      readAll(peer).toSorted((a, b) => (a.packet[0] ?? 0) - (b.packet[0] ?? 0));
    expect(byPacket(client)).toEqual([0, 1, 2].map((mode) => ({ from: 1, channel: 0, mode, packet: [mode] })));
    expect(byPacket(server)).toEqual([0, 1, 2].map((mode) => ({ from: 7, channel: 0, mode, packet: [10 + mode] })));
  });

  test('is silent towards a peer that did not announce it, and packets are then those of Godot', () => {
    const room = new WebRTCRoom();
    const server = room.server([], { link: {} });
    const client = room.client(7);
    const [, there] = room.join(server, client);
    room.frames(60);
    const channel = there.getDataChannels()[0];
    expect(send(server, 7, [1, 2, 3])).toBe(Err.OK);
    room.clock.advance(FRAME_MS);
    there.poll();
    expect([...(channel?.getPacket() ?? [])]).toEqual([1, 2, 3]);
    expect([server.getPeerStats(7), server.getPeerClock(7)]).toEqual([null, null]);
    room.frames(10 * SECOND);
    expect(channel?.getAvailablePacketCount()).toBe(0);
  });

  test('a clean leave is told with its reason within 250 ms', () => {
    const { room, server, client } = linked({ latencyMs: 50 });
    server.disconnectPeer(7);
    room.frames(250 / FRAME_MS);
    expect(room.log).toEqual([
      'server peer_disconnected 7',
      'server reason 7 closed',
      'client 7 peer_disconnected 1',
      'client reason 1 kicked',
    ]);
    expect(client.getConnectionStatus()).toBe(0);
  });

  test.each<[string, (server: WebRTCMultiplayerPeer, client: WebRTCMultiplayerPeer) => void, string, string]>([
    ['a client that leaves', (_, client) => client.disconnectPeer(1), '7 left', '1 closed'],
    ['a client that leaves at once', (_, client) => client.disconnectPeer(1, true), '7 left', ''],
    ['a client that closes', (_, client) => client.close(), '7 left', ''],
    ['a server that puts out', (server) => server.disconnectPeer(7), '7 closed', '1 kicked'],
    ['a server that puts out at once', (server) => server.disconnectPeer(7, true), '', '1 kicked'],
    ['a server that removes', (server) => server.removePeer(7), '7 closed', '1 kicked'],
    ['a server that closes', (server) => server.close(), '', '1 left'],
  ])('%s is known within 250 ms, with the reason', (_what, end, atServer, atClient) => {
    const { room, server, client } = linked({ latencyMs: 50 });
    end(server, client);
    room.frames(250 / FRAME_MS);
    const reasons = room.log.filter((line) => line.includes(' reason '));
    const expected = [atServer && `server reason ${atServer}`, atClient && `client reason ${atClient}`];
    expect(reasons.toSorted()).toEqual(expected.filter((line) => line !== '').toSorted());
  });

  test('a killed peer is unresponsive within 3 s and gone after 10 s', () => {
    const { room, server } = linked({ latencyMs: 20 });
    const start = room.clock.now();
    const at: Record<string, number> = {};
    server.peer_unresponsive.connect(() => {
      at['unresponsive'] = room.clock.now() - start;
    });
    server.peer_disconnected.connect(() => {
      at['gone'] = room.clock.now() - start;
    });
    framesOf(room, [server], 12 * SECOND);
    expect(room.log.filter((text) => text.startsWith('server'))).toEqual([
      'server peer_unresponsive 7',
      'server peer_disconnected 7',
      'server reason 7 timeout',
    ]);
    expect(at['unresponsive']).toBeLessThanOrEqual(3000);
    expect(at['gone']).toBeGreaterThanOrEqual(9500);
    expect(at['gone']).toBeLessThanOrEqual(10_500);
  });

  test('a peer that stood still for too long reads, when it wakes, that it was put out', () => {
    const { room, server, client } = linked({ latencyMs: 20 });
    framesOf(room, [server], 11 * SECOND);
    room.log.length = 0;
    framesOf(room, [client, server], SECOND);
    expect(room.log).toEqual(['client 7 peer_disconnected 1', 'client reason 1 kicked']);
  });

  test('a peer that stalls for 6 s comes back as responsive', () => {
    const { room, server, client } = linked({ latencyMs: 20 });
    framesOf(room, [server], 6 * SECOND);
    framesOf(room, [client, server], 2 * SECOND);
    expect(room.log).toEqual(['server peer_unresponsive 7', 'server peer_responsive 7']);
    expect(client.getConnectionStatus()).toBe(2);
  });

  test('D20 a transport that reads DISCONNECTED makes a peer unresponsive, and a healed one responsive', () => {
    // Not by its silence: that would take far longer.
    const { room, server } = linked({ latencyMs: 20 }, { unresponsiveAfterMs: 60_000, goneAfterMs: 120_000 });
    const connection = server.getPeer(7)?.connection;
    room.network.setConditions({ partitioned: true });
    for (let i = 0; i < 20 * SECOND && connection?.getConnectionState() !== 3; i += 1) {
      expect(room.log).toEqual([]);
      room.frames(1);
    }
    room.frames(1 * SECOND);
    room.network.setConditions({ partitioned: false });
    room.frames(3 * SECOND);
    expect(room.log.filter((text) => text.startsWith('server'))).toEqual([
      'server peer_unresponsive 7',
      'server peer_responsive 7',
    ]);
    expect([...server.getPeers().keys()]).toEqual([7]);
  });

  test('what was sent before a leave is read before the peer is gone', () => {
    const { room, server, client } = linked({ latencyMs: 10 });
    send(client, 1, [1]);
    send(client, 1, [2]);
    client.disconnectPeer(1);
    for (let i = 0; i < 40; i += 1) {
      room.frames(1);
      for (const { packet } of readAll(server)) room.log.push(`server read ${packet}`);
    }
    expect(room.log.filter((text) => /^server (read|peer)/.test(text))).toEqual([
      'server read 1',
      'server read 2',
      'server peer_disconnected 7',
    ]);
  });

  test('what was put before a leave comes first, however much it is, and is read before the peer is gone', () => {
    const { room, server, client } = linked({ latencyMs: 20, bandwidthBps: 10_000_000 });
    server.setTargetPeer(7);
    expect(server.putPacket(new Uint8Array(1 << 20))).toBe(Err.OK);
    server.disconnectPeer(7);
    expect(server.putPacket(Uint8Array.of(1))).toBe(Err.ERR_UNCONFIGURED);
    const read: number[] = [];
    for (let i = 0; i < 3 * SECOND && client.getConnectionStatus() === 2; i += 1) {
      room.frames(1);
      read.push(...readAll(client).map(({ packet }) => packet.length));
      if (i === 0) expect(room.log).toEqual(['server peer_disconnected 7', 'server reason 7 closed']);
    }
    expect([read, room.log.at(-1)]).toEqual([[1 << 20], 'client reason 1 kicked']);
  });

  test('a peer that takes nothing before a goodbye is waited for no longer than 3 s', () => {
    const { room, server, client } = linked({ latencyMs: 20, bandwidthBps: 100_000 });
    const connection = server.getPeer(7)?.connection;
    server.setTargetPeer(7);
    expect(server.putPacket(new Uint8Array(1 << 20))).toBe(Err.OK);
    server.disconnectPeer(7);
    room.frames(2.9 * SECOND);
    expect(connection?.getConnectionState()).toBe(2);
    // 500 ms more for the goodbye itself to arrive.
    room.frames(0.7 * SECOND);
    expect([connection?.getConnectionState(), client.getConnectionStatus()]).toEqual([5, 0]);
  });

  test('close() ends also those that are still on their way out', () => {
    const { room, server, client } = linked({ latencyMs: 20, bandwidthBps: 100_000 });
    const connection = server.getPeer(7)?.connection;
    server.setTargetPeer(7);
    server.putPacket(new Uint8Array(1 << 20));
    server.disconnectPeer(7);
    room.frames(10);
    server.close();
    expect(connection?.getConnectionState()).toBe(5);
    room.frames(SECOND);
    expect(client.getConnectionStatus()).toBe(0);
  });

  test('large reliable packets arrive whole, and one that is too large is refused', () => {
    const { room, server, client } = linked({ latencyMs: 10 });
    const big = new Uint8Array(1 << 20).map((_, i) => (i * 31) & 255);
    client.setTargetPeer(1);
    expect(client.putPacket(big)).toBe(Err.OK);
    expect(client.putPacket(new Uint8Array(5 << 20))).toBe(Err.ERR_OUT_OF_MEMORY);
    for (let i = 0; i < 20 * SECOND && server.getAvailablePacketCount() === 0; i += 1) room.frames(1);
    expect(Buffer.compare(server.getPacket(), big)).toBe(0);
  });

  test('a reliable broadcast that one peer has no room for is refused as a whole, until it drained', () => {
    const room = new WebRTCRoom({ conditions: { latencyMs: 20, bandwidthBps: 20_000_000 } });
    const server = room.server([], { link: {} });
    const clients = [7, 8].map((id) => room.client(id, [], { link: {} }));
    for (const client of clients) room.join(server, client);
    room.frames(100);
    const drained: number[] = [];
    server.peer_drained.connect((id) => drained.push(id));
    let sent = 0;
    server.setTargetPeer(0);
    const packet = new Uint8Array(60_000);
    while (sent < 1000 && server.putPacket(packet) === Err.OK) sent += 1;
    expect(server.putPacket(packet)).toBe(Err.ERR_BUSY);
    const read = [0, 0];
    for (let i = 0; i < 60 * SECOND && (read[0] !== sent || read[1] !== sent || drained.length < 2); i += 1) {
      room.frames(1);
      clients.forEach((client, at) => {
        read[at] = (read[at] ?? 0) + readAll(client).length;
      });
    }
    expect([read, drained.toSorted()]).toEqual([
      [sent, sent],
      [7, 8],
    ]);
    expect(server.putPacket(packet)).toBe(Err.OK);
  });

  test('a peer that does not answer holds nobody up: when its queue is full it is given up', () => {
    const room = new WebRTCRoom({ conditions: { latencyMs: 5 } });
    const server = room.server([], { link: {} });
    const [alive, dead] = [7, 8].map((id) => room.client(id, [], { link: {} })) as [
      WebRTCMultiplayerPeer,
      WebRTCMultiplayerPeer,
    ];
    for (const client of [alive, dead]) room.join(server, client);
    room.frames(100);
    const gone: string[] = [];
    server.peer_disconnected.connect((id, reason) => gone.push(`${id} ${reason}`));
    framesOf(room, [server, alive], 3 * SECOND);
    server.setTargetPeer(0);
    let read = 0;
    for (let i = 0; i < 100; i += 1) {
      expect(server.putPacket(new Uint8Array(60_000))).toBe(Err.OK);
      framesOf(room, [server, alive], 2);
      read += readAll(alive).length;
    }
    framesOf(room, [server, alive], SECOND);
    expect(read + readAll(alive).length).toBe(100);
    expect(gone).toEqual(['8 closed']);
  });

  test('a broadcast that is too large for this side is refused; a peer that takes less is put out by it', () => {
    const room = new WebRTCRoom({ conditions: { latencyMs: 5 } });
    const server = room.server([], { link: {} });
    const [usual, small] = [{}, { maxPacketBytes: 2000 }].map((link, i) => room.client(7 + i, [], { link })) as [
      WebRTCMultiplayerPeer,
      WebRTCMultiplayerPeer,
    ];
    for (const client of [usual, small]) room.join(server, client);
    room.frames(100);
    const gone: string[] = [];
    server.peer_disconnected.connect((id, reason) => gone.push(`${id} ${reason}`));
    small.peer_disconnected.connect((id, reason) => gone.push(`small lost ${id} ${reason}`));
    server.setTargetPeer(0);
    expect(server.putPacket(new Uint8Array((4 << 20) + 1))).toBe(Err.ERR_OUT_OF_MEMORY);
    expect(server.putPacket(new Uint8Array(1000))).toBe(Err.OK);
    server.setTargetPeer(8);
    expect(server.putPacket(new Uint8Array(3000))).toBe(Err.ERR_OUT_OF_MEMORY);
    room.frames(20);
    expect([readAll(usual).length, readAll(small).length, gone]).toEqual([1, 1, []]);
    server.setTargetPeer(0);
    expect(server.putPacket(new Uint8Array(3000))).toBe(Err.OK);
    room.frames(30);
    expect(readAll(usual).length).toBe(1);
    expect(gone.toSorted()).toEqual(['8 closed', 'small lost 1 kicked']);
  });

  test('a peer that takes next to nothing, but that, holds the others up for some seconds and no longer', () => {
    const room = new WebRTCRoom({ conditions: { latencyMs: 5 } });
    const options = { reliableHighBytes: 200_000, reliableLowBytes: 100_000 };
    const server = room.server([], { link: options });
    const [alive, miser] = [7, 8].map((id) => room.client(id, [], { link: {} })) as [
      WebRTCMultiplayerPeer,
      WebRTCMultiplayerPeer,
    ];
    room.join(server, alive);
    const [way] = room.join(server, miser);
    room.frames(100);
    // Its connection takes a message a second.
    const channel = way.getDataChannels()[0] as WebRTCDataChannel;
    const put = channel.putPacket.bind(channel);
    let takenAt = 0;
    channel.putPacket = (message) => {
      if (room.clock.now() - takenAt < 1000) return Err.ERR_OUT_OF_MEMORY;
      takenAt = room.clock.now();
      return put(message);
    };
    let [sent, read, busyAt, goneAfter] = [0, 0, 0, 0];
    server.peer_disconnected.connect(() => {
      goneAfter = room.clock.now() - busyAt;
    });
    for (let i = 0; i < 30 * SECOND; i += 1) {
      const isTaken = send(server, 0, new Array(1000).fill(1)) === Err.OK;
      sent += Number(isTaken);
      if (!isTaken) busyAt ||= room.clock.now();
      room.frames(1);
      read += readAll(alive).length;
      readAll(miser);
    }
    expect(goneAfter).toBeGreaterThan(2900);
    expect(goneAfter).toBeLessThan(4000);
    expect([...server.getPeers().keys()]).toEqual([7]);
    room.frames(20);
    expect(read + readAll(alive).length).toBe(sent);
  });

  test('a page that is hidden, and seen again, is known as such to those who are there', () => {
    const { room, server, client } = linked();
    for (const hidden of [true, false]) {
      client.setHidden(hidden);
      room.frames(2);
      expect(server.getPeerStats(7)?.isHidden).toBe(hidden);
    }
  });

  test('a page that is hidden before a peer connects is known to it as hidden, and judged more mildly', () => {
    const room = new WebRTCRoom({ conditions: { latencyMs: 5 } });
    const server = room.server([], { link: {} });
    const client = room.client(7, [], { link: {} });
    client.setHidden(true);
    room.join(server, client);
    room.frames(60);
    const told: number[] = [];
    server.peer_unresponsive.connect((id) => told.push(id));
    framesOf(room, [server], 12 * SECOND);
    expect(told).toEqual([]);
    framesOf(room, [server], 5 * SECOND);
    expect(told).toEqual([7]);
  });

  test('small packets of one frame leave as one message when the frame is flushed', () => {
    const { room, server, client } = linked();
    const channel = client.getPeer(1)?.channels[2];
    const before = client.getPeerStats(1)?.lanes[2]?.sent;
    for (let i = 0; i < 20; i += 1) send(client, 1, [i], 0);
    client.flush();
    const after = client.getPeerStats(1)?.lanes[2]?.sent;
    expect(channel?.getReadyState()).toBe(1);
    expect([(after?.packets ?? 0) - (before?.packets ?? 0), (after?.messages ?? 0) - (before?.messages ?? 0)]).toEqual([
      20, 1,
    ]);
    room.frames(4);
    expect(readAll(server).map(({ packet }) => packet[0])).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test('round trip, loss and the clock of the peer are told truthfully', () => {
    const { room, server, client } = linked({ latencyMs: 100, lossRate: 0.1 });
    for (let i = 0; i < 20 * SECOND; i += 1) {
      if (i % 5 === 0) {
        send(client, 1, new Array(40).fill(7), 0);
        client.flush();
      }
      room.frames(1);
      readAll(server);
    }
    const stats = server.getPeerStats(7);
    expect(stats?.rttMs).toBeGreaterThan(200 * 0.95);
    expect(stats?.rttMs).toBeLessThan(200 * 1.05);
    expect(stats?.lossIn).toBeGreaterThan(0.06);
    expect(stats?.lossIn).toBeLessThan(0.14);
    expect(Math.abs(server.getPeerClock(7)?.offsetMs ?? Number.NaN)).toBeLessThanOrEqual(
      server.getPeerClock(7)?.errorMs ?? 0,
    );
  });
});
