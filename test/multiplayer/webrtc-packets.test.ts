import { Err, type TransferMode, type WebRTCMultiplayerPeer } from 'scenewire';
import { describe, expect, it, vi } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { readAll, send, WebRTCRoom } from './support/webrtc-room.js';

const errors = recordErrors();

const { OK, ERR_UNCONFIGURED, ERR_INVALID_PARAMETER, ERR_UNAVAILABLE, ERR_OUT_OF_MEMORY } = Err;
type Peers = [WebRTCMultiplayerPeer, ...WebRTCMultiplayerPeer[]];
const peersOf = (room: WebRTCRoom, ids: readonly number[], channels: readonly TransferMode[] = []): Required<Peers> =>
  room.full(ids, channels);
const client = (peers: Peers, index: number): WebRTCMultiplayerPeer => {
  const found = peers[index];
  if (found === undefined) throw new Error(`There is no client ${index}`);
  return found;
};

describe('reading', () => {
  it('R-098 takes one packet per peer in turn: A B A B A', () => {
    const room = new WebRTCRoom();
    const peers = peersOf(room, [7, 8]);
    for (const n of [1, 2, 3]) send(client(peers, 1), 1, [n]);
    for (const n of [4, 5]) send(client(peers, 2), 1, [n]);
    room.frames(2);
    expect(readAll(peers[0]).map(({ from, packet }) => [from, ...packet])).toEqual([
      [7, 1],
      [8, 4],
      [7, 2],
      [8, 5],
      [7, 3],
    ]);
  });

  it('R-098 after a packet from A the search goes on behind A, also with the next poll', () => {
    const room = new WebRTCRoom();
    const peers = peersOf(room, [7, 8, 9]);
    const [server] = peers;
    for (const index of [1, 2]) send(client(peers, index), 1, [index]);
    room.frames(2);
    expect([server.getPacketPeer(), server.getPacket()[0], server.getPacketPeer()]).toEqual([7, 1, 8]);
    for (const index of [1, 3]) send(client(peers, index), 1, [10 + index]);
    room.frames(2);
    expect(readAll(server).map(({ from }) => from)).toEqual([8, 9, 7]);
  });

  it('R-098 within a peer the order is reliable, ordered, unreliable, extras', () => {
    const room = new WebRTCRoom();
    const peers = peersOf(room, [7], [0, 2]);
    const sent = [
      [0, 2],
      [0, 1],
      [0, 0],
      [1, 0],
      [2, 0],
    ] as const;
    for (const [channel, mode] of [...sent].reverse()) send(client(peers, 1), 1, [channel, mode], mode, channel);
    room.frames(2);
    expect(readAll(peers[0]).map(({ channel, mode }) => [channel, mode])).toEqual([
      [0, 2],
      [0, 1],
      [0, 0],
      [1, 0],
      [2, 2],
    ]);
  });

  it('R-099 peer, channel and mode speak of the packet that comes next; with none they are 0, 0, RELIABLE', () => {
    const room = new WebRTCRoom();
    const peers = peersOf(room, [7], [1]);
    const [server] = peers;
    const next = (): number[] => [server.getPacketPeer(), server.getPacketChannel(), server.getPacketMode()];
    expect(next()).toEqual([0, 0, 2]);
    send(client(peers, 1), 1, [1], 0);
    send(client(peers, 1), 1, [2], 2, 1);
    room.frames(2);
    expect(next()).toEqual([7, 0, 0]);
    expect([...server.getPacket()]).toEqual([1]);
    expect(next()).toEqual([7, 1, 1]);
    expect([...server.getPacket()]).toEqual([2]);
    expect(next()).toEqual([0, 0, 2]);
  });

  it('R-099 still holds when a lower channel gets a packet before the next one was read', () => {
    const room = new WebRTCRoom();
    const peers = peersOf(room, [7]);
    const [server] = peers;
    send(client(peers, 1), 1, [1], 0);
    room.frames(2);
    send(client(peers, 1), 1, [2], 2);
    room.frames(2);
    expect([server.getPacketMode(), ...server.getPacket()]).toEqual([2, 2]);
    expect([server.getPacketMode(), ...server.getPacket()]).toEqual([0, 1]);
  });

  it('R-100 counts nothing until a poll has found a packet, then those of all connected peers', () => {
    const room = new WebRTCRoom();
    const peers = peersOf(room, [7, 8]);
    const [server] = peers;
    for (const index of [1, 1, 2]) send(client(peers, index), 1, [index]);
    room.clock.advance(50);
    for (const { connection } of server.getPeers().values()) connection.poll();
    expect(server.getPeer(7)?.channels[0]?.getAvailablePacketCount()).toBe(2);
    expect([server.getAvailablePacketCount(), server.getPacketPeer()]).toEqual([0, 0]);
    server.poll();
    expect(server.getAvailablePacketCount()).toBe(3);
  });

  it('R-100 packets of a peer that is not connected yet wait until it is', () => {
    const room = new WebRTCRoom();
    const [server, early] = [room.server(), room.client(7)];
    const [here] = room.join(server, early);
    const third = here.getDataChannels()[2];
    if (third === undefined) throw new Error('There is no third channel');
    third.getReadyState = () => 0;
    room.frames();
    send(early, 1, [5]);
    room.frames(3);
    expect([server.getAvailablePacketCount(), room.log]).toEqual([0, ['client 7 peer_connected 1']]);
    third.getReadyState = () => 1;
    room.frames(1);
    expect(readAll(server).map(({ packet }) => packet)).toEqual([[5]]);
  });

  it('R-101 getPacket with none selected gives ERR_UNAVAILABLE and starts a new search', () => {
    const room = new WebRTCRoom();
    const peers = peersOf(room, [7]);
    const [server] = peers;
    send(client(peers, 1), 1, [1]);
    room.clock.advance(50);
    server.getPeer(7)?.connection.poll();
    expect([server.getPacket().length, server.getPacketError()]).toEqual([0, ERR_UNAVAILABLE]);
    expect([server.getPacketPeer(), server.getAvailablePacketCount()]).toEqual([7, 1]);
    expect([[...server.getPacket()], server.getPacketError()]).toEqual([[1], OK]);
  });

  it('R-101 packets that somebody took from the channels, or that went with their peer, are not promised', () => {
    const room = new WebRTCRoom();
    const peers = peersOf(room, [7, 8, 9]);
    const [server] = peers;
    for (const index of [1, 2, 3]) send(client(peers, index), 1, [index]);
    room.frames(2);
    server.getPeer(7)?.channels[0]?.getPacket();
    expect([server.getPacketPeer(), server.getPacketChannel(), server.getAvailablePacketCount()]).toEqual([0, 0, 0]);
    server.poll();
    expect(server.getPacketPeer()).toBe(8);
    server.removePeer(8);
    expect([server.getPacketPeer(), server.getAvailablePacketCount(), ...server.getPacket()]).toEqual([9, 1, 3]);
    send(client(peers, 3), 1, [4]);
    room.frames(2);
    server.close();
    expect([server.getPacketPeer(), server.getAvailablePacketCount(), server.getPacketError()]).toEqual([0, 0, OK]);
  });

  it('R-043 a packet stays valid after the next one', () => {
    const room = new WebRTCRoom();
    const peers = peersOf(room, [7]);
    for (const n of [1, 2]) send(client(peers, 1), 1, [n]);
    room.frames(2);
    const [one, two] = [peers[0].getPacket(), peers[0].getPacket()];
    expect([...one, ...two]).toEqual([1, 2]);
  });
});

describe('putPacket', () => {
  const one = Uint8Array.of(1);

  it('R-102 gives ERR_UNCONFIGURED while DISCONNECTED, and before anything else', () => {
    const peer = new WebRTCRoom().make('x');
    expect(send(peer, 99, [1], 2, 9)).toBe(ERR_UNCONFIGURED);
    expect(errors).toHaveLength(1);
  });

  it('R-102 C-33 refuses unknown targets and channels, and otherwise gives the result of the channel', () => {
    const room = new WebRTCRoom();
    const [server] = room.full([7], [2]);
    server.addPeer(room.connection(), 8);
    expect([send(server, 99, [1]), send(server, 99, [1], 2, 5), send(server, 7, [1], 2, 2)]).toEqual(
      Array(3).fill(ERR_INVALID_PARAMETER),
    );
    expect(errors).toHaveLength(3);
    expect([send(server, 7, [1], 2, 1), send(server, 8, [1])]).toEqual([OK, ERR_UNCONFIGURED]);
    server.transferChannel = 0;
    server.setTargetPeer(7);
    expect(server.putPacket(new Uint8Array(300_000))).toBe(ERR_OUT_OF_MEMORY);
    expect(errors).toHaveLength(3);
  });

  it('R-074 an empty packet is OK and sends nothing; R-106 60,000 bytes arrive', () => {
    const room = new WebRTCRoom();
    const [server, ...clients] = room.full([7]);
    server.setTargetPeer(7);
    expect([server.putPacket(new Uint8Array(0)), server.putPacket(new Uint8Array(60_000).fill(5))]).toEqual([OK, OK]);
    room.frames(20);
    expect(clients[0]?.getAvailablePacketCount()).toBe(1);
    expect(clients[0]?.getPacket()).toEqual(new Uint8Array(60_000).fill(5));
  });

  it('R-103 0 is everybody, -n all but n, and -n for an unknown n everybody', () => {
    const room = new WebRTCRoom();
    const [server, ...clients] = room.full([7, 8, 9]);
    const receivers = (target: number): number[] => {
      expect(send(server, target, [1])).toBe(OK);
      room.frames(2);
      return clients.filter((peer) => readAll(peer).length === 1).map((peer) => peer.getUniqueId());
    };
    expect([receivers(0), receivers(-8), receivers(-99), receivers(9)]).toEqual([[7, 8, 9], [7, 9], [7, 8, 9], [9]]);
    expect(errors).toEqual([]);
  });

  it('R-103 a broadcast is OK although one cannot take it, skips who is not connected, and encodes nothing twice', () => {
    const room = new WebRTCRoom();
    const [server, ...clients] = room.full([7, 8, 9]);
    server.addPeer(room.connection(), 10);
    const puts = [...server.getPeers().values()].map(({ channels }) => {
      const [reliable] = channels;
      if (reliable === undefined) throw new Error('There is no reliable channel');
      return vi.spyOn(reliable, 'putPacket');
    });
    puts[1]?.mockReturnValue(Err.FAILED);
    const packet = Uint8Array.of(1, 2);
    server.setTargetPeer(0);
    expect(server.putPacket(packet)).toBe(OK);
    expect(puts.map(({ mock }) => mock.calls.map(([given]) => given === packet))).toEqual([[true], [true], [true], []]);
    room.frames(2);
    expect(clients.map((peer) => readAll(peer).length)).toEqual([1, 0, 1]);
    expect(errors).toEqual([]);
  });

  it('R-103 a broadcast on a channel that is not there reports and is OK, as in Godot', () => {
    const [server] = new WebRTCRoom().full([7]);
    expect([send(server, 0, [1], 2, 1), send(server, -7, [1], 2, 1), errors.length]).toEqual([OK, OK, 2]);
  });

  it('R-102 a client that connects can broadcast into the void, and cannot reach its server yet', () => {
    const room = new WebRTCRoom();
    const waiting = room.client(7);
    expect(send(waiting, 1, [1])).toBe(ERR_INVALID_PARAMETER);
    waiting.addPeer(room.connection(), 1);
    expect([send(waiting, 0, [1]), send(waiting, 1, [1])]).toEqual([OK, ERR_UNCONFIGURED]);
  });

  it.each([
    [0, 0, 0, 0],
    [0, 1, 0, 1],
    [0, 2, 0, 2],
    [1, 0, 1, 2],
    [1, 2, 1, 2],
    [2, 2, 2, 1],
    [3, 1, 3, 0],
  ] as const)(
    'R-104 channel %i in mode %i is read as channel %i in mode %i',
    (channel, mode, readChannel, readMode) => {
      const room = new WebRTCRoom();
      const [server, ...clients] = room.full([7], [2, 1, 0]);
      expect(send(server, 7, [3, 1], mode, channel)).toBe(OK);
      room.frames(2);
      const [reader] = clients;
      expect(reader && readAll(reader)).toEqual([{ from: 1, channel: readChannel, mode: readMode, packet: [3, 1] }]);
    },
  );

  it('the buffer belongs to the caller again at once', () => {
    const room = new WebRTCRoom();
    const [server, ...clients] = room.full([7]);
    server.setTargetPeer(7);
    server.putPacket(one);
    one.fill(9);
    room.frames(2);
    expect(clients[0] && readAll(clients[0])[0]?.packet).toEqual([1]);
  });
});

describe('over a link that loses', () => {
  it('C-13 D7 the unreliable modes lose for good, the reliable one loses nothing', () => {
    const room = new WebRTCRoom({ seed: 5, conditions: { latencyMs: 20 } });
    const [server, ...clients] = room.full([7], [1, 0, 2]);
    room.frames(50);
    room.network.setConditions({ lossRate: 0.2 });
    const lanes = [
      [0, 2],
      [0, 1],
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
    ] as const;
    for (let n = 0; n < 200; n += 1) {
      for (const [channel, mode] of lanes) {
        send(server, 7, [n], mode, channel);
        room.frames(1);
      }
    }
    room.frames(1000);
    const [reader] = clients;
    const got = reader ? readAll(reader) : [];
    const arrived = lanes.map((_, lane) =>
      got.filter(({ channel, mode }) => (channel === 0 ? 2 - mode : channel + 2) === lane),
    );
    const counts = arrived.map((packets) => packets.length);
    expect([counts[0], counts[5]]).toEqual([200, 200]);
    for (const count of counts.slice(1, 5)) expect(count).toSatisfy((n: number) => n > 120 && n < 185);
    const isSorted = (lane: number): boolean => {
      const values = arrived[lane]?.map(({ packet }) => packet[0] ?? -1) ?? [];
      return values.every((value, i) => i === 0 || value > (values[i - 1] ?? -1));
    };
    expect([0, 1, 3, 5].map(isSorted)).toEqual([true, true, true, true]);
  });
});
