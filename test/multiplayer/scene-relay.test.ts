import { Err, SceneMultiplayer, TransferMode } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { SceneRoom } from './support/scene-room.js';

const errors = recordErrors();
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const { TRANSFER_MODE_UNRELIABLE: UNRELIABLE, TRANSFER_MODE_UNRELIABLE_ORDERED: ORDERED } = TransferMode;

describe('raw packets', () => {
  it('R-132 arrive as peer_packet with their sender', () => {
    const room = new SceneRoom();
    const [server, client] = room.join([2]);
    expect(client!.api.sendBytes(bytes(1, 2), 1)).toBe(Err.OK);
    room.polls();
    expect(server!.news()).toEqual(['packet 0102 from 2']);
  });

  it('R-132 go with the mode and on the channel of the call', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    server!.api.sendBytes(bytes(1), 2, ORDERED, 4);
    server!.api.sendBytes(bytes(2), 2, UNRELIABLE);
    server!.api.sendBytes(bytes(3), 2);
    expect(room.sent.slice(-3).map(({ mode, channel }) => [mode, channel])).toEqual([
      [1, 4],
      [0, 0],
      [2, 0],
    ]);
  });

  it('R-132 are refused when empty, unconnected, or for nobody', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    const alone = new SceneMultiplayer();
    alone.multiplayerPeer = null;
    expect(server!.api.sendBytes(bytes(), 2)).toBe(Err.ERR_INVALID_DATA);
    expect(alone.sendBytes(bytes(1))).toBe(Err.ERR_UNCONFIGURED);
    expect(server!.api.sendBytes(bytes(1), 9)).toBe(Err.ERR_BUG);
    expect(errors).toHaveLength(3);
  });

  it('R-132 to all but one leave that one out', () => {
    const room = new SceneRoom();
    const [server] = room.join([2, 3, 4]);
    expect(server!.sends(() => server!.api.sendBytes(bytes(1), -3))).toEqual(['2: 0301', '4: 0301']);
  });

  it('belong to whoever listens', () => {
    const room = new SceneRoom();
    const [server, client] = room.join([2]);
    const got: Uint8Array[] = [];
    server!.api.peer_packet.connect((_id, packet) => got.push(packet));
    client!.api.sendBytes(bytes(1), 1);
    room.polls();
    expect(got[0]?.buffer.byteLength).toBe(1);
  });

  it('without content are dropped', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    server!.receive(2, '03');
    expect([server!.news(), server!.api.getDropped(2).malformed]).toEqual([[], 1]);
  });
});

describe('the relay', () => {
  it('R-136 carries what clients send each other, with mode and channel kept', () => {
    const room = new SceneRoom();
    const [, one, other] = room.join([2, 3]);
    expect(one!.sends(() => one!.api.sendBytes(bytes(0xaa), 3, ORDERED, 2))).toEqual(['1: 07030300000003aa']);
    room.polls();
    expect(room.sent.at(-1)).toMatchObject({ from: 1, to: 3, mode: ORDERED, channel: 2 });
    expect(other!.news()).toEqual(['packet aa from 2']);
  });

  it('R-136 brings a broadcast to everybody, the server as well', () => {
    const room = new SceneRoom();
    const sides = room.join([2, 3, 4]);
    sides[1]!.api.sendBytes(bytes(0xaa));
    room.polls();
    expect(sides.map((side) => side.news())).toEqual([
      ['packet aa from 2'],
      [],
      ['packet aa from 2'],
      ['packet aa from 2'],
    ]);
  });

  it('R-136 leaves one out, the server too', () => {
    const room = new SceneRoom();
    const sides = room.join([2, 3, 4]);
    sides[1]!.api.sendBytes(bytes(0xaa), -3);
    sides[1]!.api.sendBytes(bytes(0xbb), -1);
    room.polls();
    expect(sides.map((side) => side.news())).toEqual([
      ['packet aa from 2'],
      [],
      ['packet bb from 2'],
      ['packet aa from 2', 'packet bb from 2'],
    ]);
  });

  it('R-136 drops in silence what is for somebody who has left', () => {
    const room = new SceneRoom();
    const [server, one] = room.join([2, 3]);
    one!.api.sendBytes(bytes(1), 3);
    server!.api.disconnectPeer(3);
    expect(server!.sends(() => server!.poll())).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('R-137 tells the clients of each other, and when one leaves', () => {
    const room = new SceneRoom();
    const server = room.side(1);
    const [one, other] = [room.side(2), room.side(3)];
    for (const id of [2, 3]) {
      room.hub.link(1, id);
      room.polls(2);
    }
    expect(one.news()).toEqual(['connected to server', 'connected 1', 'connected 3']);
    expect(other.news()).toEqual(['connected to server', 'connected 1', 'connected 2']);
    other.peer.disconnectPeer(1);
    room.polls(2);
    expect(server.news()).toEqual(['connected 2', 'connected 3', 'disconnected 3 left']);
    expect(one.news()).toEqual(['disconnected 3 left']);
  });

  it('R-137 is off without serverRelay: nobody is told of, and a client can reach the server alone', () => {
    const room = new SceneRoom();
    const sides = room.join([2, 3], {
      setUp: (api) => {
        api.serverRelay = false;
      },
    });
    expect(sides.map(({ api }) => api.getPeers())).toEqual([[2, 3], [1], [1]]);
    expect(sides[1]!.api.sendBytes(bytes(1), 3)).toBe(Err.ERR_BUG);
    expect(sides[1]!.sends(() => sides[1]!.api.sendBytes(bytes(1)))).toEqual(['1: 0301']);
  });

  it('R-137 is off with a transport that does not support it', () => {
    const room = new SceneRoom();
    const sides = room.join([2, 3], { relay: false });
    expect(sides.map(({ api }) => api.getPeers())).toEqual([[2, 3], [1], [1]]);
  });

  it.each([
    ['ADD_PEER from a client', 1, 2, '070109000000', 'not-permitted'],
    ['DEL_PEER from a client', 1, 2, '070203000000', 'not-permitted'],
    ['FEATURES from a client', 1, 2, '078003000000', 'not-permitted'],
    ['ADD_PEER from another client', 2, 3, '070109000000', 'not-permitted'],
    ['a relayed packet from another client', 2, 3, '0703030000000301', 'not-permitted'],
    ['a system packet inside a relayed one', 2, 1, '070303000000070109000000', 'not-permitted'],
    ['a relayed packet without content', 1, 2, '070303000000', 'malformed'],
    ['a system packet that is too short', 1, 2, '07010900', 'malformed'],
    ['an unknown system packet', 1, 2, '070903000000', 'unknown-command'],
    ['an empty packet', 1, 2, '', 'malformed'],
    ['a new peer with the id of the server', 2, 1, '070101000000', 'malformed'],
    ['a new peer with the own id', 2, 1, '070102000000', 'malformed'],
    ['a new peer that is known', 2, 1, '070103000000', 'malformed'],
    ['a new peer with a negative id', 2, 1, '0701ffffffff', 'malformed'],
    ['features of a stranger', 2, 1, '0780090000006c', 'malformed'],
    ['features of the server', 2, 1, '0780010000006c', 'malformed'],
  ] as const)('R-138 drops %s', (_what, at, from, packet, reason) => {
    const room = new SceneRoom();
    const sides = room.join([2, 3]);
    const side = sides[at - 1]!;
    const before = side.api.getPeers();
    expect(side.sends(() => side.receive(from, packet))).toEqual([]);
    expect([side.news(), side.api.getPeers()]).toEqual([[], before]);
    expect(side.api.getDropped(from)[reason]).toBe(1);
    expect(errors).toHaveLength(1);
  });

  it('R-138 DEL_PEER of somebody unknown is ignored, and never takes the server away', () => {
    const room = new SceneRoom();
    const [, client] = room.join([2, 3]);
    client!.receive(1, '070209000000');
    client!.receive(1, '070201000000');
    expect([client!.news(), client!.api.getPeers(), errors]).toEqual([[], [1, 3], []]);
  });

  it('R-138 a relayed packet where there is no relay is dropped', () => {
    const room = new SceneRoom();
    const one = room.side(5, { mode: 'mesh', relay: false });
    room.side(6, { mode: 'mesh', relay: false });
    room.hub.link(5, 6);
    room.polls();
    one.receive(6, '0703060000000301');
    expect(one.api.getDropped(6)['not-permitted']).toBe(1);
  });

  it('R-138 a server that tells of peers without end is believed up to a limit', () => {
    const room = new SceneRoom();
    const [, client] = room.join([2]);
    for (let id = 100; id < 5000; id += 1) {
      const packet = Buffer.from('0701000000', 'hex');
      client!.inject(1, Buffer.concat([packet.subarray(0, 2), Buffer.from(Int32Array.of(id).buffer)]).toString('hex'));
    }
    client!.poll();
    expect(client!.api.getPeers()).toHaveLength(4096);
    expect(client!.api.getDropped(1).limit).toBe(4900 - 4095);
  });

  it('R-139 only the lowest three bits of the first byte name the command', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    server!.receive(2, '0b41');
    server!.receive(2, 'f342');
    expect(server!.news()).toEqual(['packet 41 from 2', 'packet 42 from 2']);
  });
});
