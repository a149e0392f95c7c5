import { CompositeMultiplayerPeer, Err, OfflineMultiplayerPeer, type TransferMode } from 'scenewire';
import { expect, it } from 'vitest';
import { readAll, send, WebRTCRoom } from './support/webrtc-room.js';
import { FRAME_MS, LinkRoom } from './support/websocket-network.js';

const SECOND = 1000 / FRAME_MS;

/** A composite server with one transport, a client of it, and what the server is told. */
function linkedHouse(link = {}) {
  const room = new LinkRoom({ link });
  Object.assign(room.network, { latencyMs: 20, bytesPerMs: 500 });
  const house = new CompositeMultiplayerPeer();
  const told: string[] = [];
  house.peer_connected.connect(() => told.push('connected'));
  house.peer_disconnected.connect((_id, reason) => told.push(`disconnected ${reason}`));
  house.peer_unresponsive.connect((id) => told.push(`unresponsive ${id === room.id}`));
  house.peer_responsive.connect((id) => told.push(`responsive ${id === room.id}`));
  house.peer_drained.connect((id) => told.push(`drained ${id === room.id}`));
  room.server.createServer(7);
  house.createServer([room.server]);
  room.client.createClient('ws://127.0.0.1:7/');
  const frames = (count: number, all = true): void =>
    room.frames(count, (all ? [house, room.client] : [house]) as never);
  frames(100);
  expect(told.splice(0)).toEqual(['connected']);
  return { room, house, told, frames };
}

it('a composite peer tells what its transports notice, until a silent peer is gone', () => {
  const { house, told, frames } = linkedHouse();
  frames(5 * SECOND, false);
  frames(SECOND);
  expect(told.splice(0)).toEqual(['unresponsive true', 'responsive true']);
  frames(12 * SECOND, false);
  expect([told, house.getPeerIds()]).toEqual([['unresponsive true', 'disconnected timeout'], []]);
});

it('a composite peer hears of a leave with its reason, and when reliable packets are taken again', () => {
  const { room, house, told, frames } = linkedHouse({ reliableHighBytes: 100_000, reliableLowBytes: 50_000 });
  house.setTargetPeer(room.id);
  for (let i = 0; i < 1000 && house.putPacket(new Uint8Array(1000)) === Err.OK; i += 1);
  expect(house.putPacket(new Uint8Array(1000))).toBe(Err.ERR_BUSY);
  frames(SECOND);
  expect(told.splice(0)).toEqual(['drained true']);
  room.client.disconnectPeer(1);
  frames(SECOND);
  expect(told).toEqual(['disconnected left']);
});

it('a composite peer knows what its peers announced', () => {
  const { room, house } = linkedHouse();
  expect(house.getPeerFeatures(room.id)).toContain('link1');
  expect(house.getPeerFeatures(99)).toEqual([]);
});

it('a composite peer sends and reads in the mode and on the channel that are set', () => {
  const room = new WebRTCRoom();
  const channels: TransferMode[] = [2, 0];
  const [transport, client] = room.full([7], channels) as [
    ReturnType<typeof room.server>,
    ReturnType<typeof room.client>,
  ];
  const house = new CompositeMultiplayerPeer();
  house.createServer([transport]);
  house.poll();
  const ways = [
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 2],
    [2, 0],
  ] as const;
  for (const [channel, mode] of ways) {
    expect(send(house as never, 7, [1], mode, channel)).toBe(Err.OK);
    room.frames(5);
    expect(readAll(client)).toEqual([{ from: 1, channel, mode, packet: [1] }]);
    expect(send(client, 1, [2], mode, channel)).toBe(Err.OK);
    room.frames(5);
    house.poll();
    expect(readAll(house as never)).toEqual([{ from: 7, channel, mode, packet: [2] }]);
  }
  expect(house.getMaxPacketSize()).toBe(1200);
});

it('a composite peer advises packets that all of its transports take, and forgets its target when it closes', () => {
  const { room, house } = linkedHouse();
  const server = new WebRTCRoom().make('server');
  for (const isFirst of [true, false]) {
    house.close();
    room.server.createServer(7);
    server.createServer();
    expect(house.createServer(isFirst ? [server, room.server] : [room.server, server])).toBe(Err.OK);
    expect(house.getMaxPacketSize()).toBe(1200);
  }
  house.setTargetPeer(99);
  expect(house.putPacket(Uint8Array.of(1))).toBe(Err.ERR_INVALID_PARAMETER);
  house.close();
  expect(house.createServer([new OfflineMultiplayerPeer()])).toBe(Err.OK);
  expect(house.putPacket(Uint8Array.of(1))).toBe(Err.OK);
});
