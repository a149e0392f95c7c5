import { Err, type TransferMode, WebRTCMultiplayerPeer, WebRTCPeerConnection } from 'scenewire';
import { LoopbackNetwork, ManualClock } from 'scenewire/testing';
import { describe, expect, it, vi } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { WebRTCRoom } from './support/webrtc-room.js';

const errors = recordErrors();

const { OK, FAILED, ERR_INVALID_PARAMETER, ERR_UNCONFIGURED, ERR_UNAUTHORIZED } = Err;
const { ERR_ALREADY_IN_USE, ERR_ALREADY_EXISTS } = Err;

describe('a WebRTCMultiplayerPeer', () => {
  it('R-080 starts with the defaults of Godot', () => {
    const peer = new WebRTCMultiplayerPeer();
    expect(peer.getConnectionStatus()).toBe(WebRTCMultiplayerPeer.CONNECTION_DISCONNECTED);
    expect([peer.transferMode, peer.transferChannel, peer.refuseNewConnections]).toEqual([2, 0, false]);
    expect([peer.getPeers().size, peer.isServer(), peer.isServerRelaySupported()]).toEqual([0, false, false]);
    expect([peer.getPacketPeer(), peer.getPacketChannel(), peer.getPacketMode()]).toEqual([0, 0, 2]);
    expect([peer.getAvailablePacketCount(), peer.getMaxPacketSize()]).toEqual([0, 1200]);
    expect(errors).toEqual([]);
    expect(peer.getUniqueId()).toBe(1);
    expect(errors).toHaveLength(1);
    peer.poll();
    peer.close();
    expect(errors).toHaveLength(1);
  });

  it('has the constants of Godot with its numbers', () => {
    const { CONNECTION_DISCONNECTED, CONNECTION_CONNECTING, CONNECTION_CONNECTED } = WebRTCMultiplayerPeer;
    expect([CONNECTION_DISCONNECTED, CONNECTION_CONNECTING, CONNECTION_CONNECTED]).toEqual([0, 1, 2]);
    const { TRANSFER_MODE_UNRELIABLE, TRANSFER_MODE_UNRELIABLE_ORDERED, TRANSFER_MODE_RELIABLE } =
      WebRTCMultiplayerPeer;
    expect([TRANSFER_MODE_UNRELIABLE, TRANSFER_MODE_UNRELIABLE_ORDERED, TRANSFER_MODE_RELIABLE]).toEqual([0, 1, 2]);
    expect([WebRTCMultiplayerPeer.TARGET_PEER_BROADCAST, WebRTCMultiplayerPeer.TARGET_PEER_SERVER]).toEqual([0, 1]);
  });

  it('R-081 generates ids from 2 to 2147483647', () => {
    const peer = new WebRTCMultiplayerPeer();
    const draw = vi.spyOn(crypto, 'getRandomValues');
    const idFor = (random: number): number => {
      draw.mockImplementationOnce((array) => {
        (array as unknown as Uint32Array)[0] = random;
        return array;
      });
      return peer.generateUniqueId();
    };
    expect([0, 1, 0x7ffffffd, 0x7ffffffe, 0xffffffff].map(idFor)).toEqual([2, 3, 0x7fffffff, 2, 5]);
    draw.mockRestore();
    const ids = new Set(Array.from({ length: 200 }, () => peer.generateUniqueId()));
    expect(ids.size).toBe(200);
  });

  it('sets channel and mode through both forms, and refuses what is none', () => {
    const peer = new WebRTCMultiplayerPeer();
    peer.setTransferMode(0);
    peer.setTransferChannel(3);
    peer.setRefuseNewConnections(true);
    expect([peer.getTransferMode(), peer.getTransferChannel(), peer.isRefusingNewConnections()]).toEqual([0, 3, true]);
    peer.transferMode = 3 as TransferMode;
    peer.transferChannel = -1;
    peer.transferChannel = 1.5;
    expect([peer.transferMode, peer.transferChannel, errors.length]).toEqual([0, 3, 3]);
  });
});

describe('creating', () => {
  it('R-082 checks ids: clients 2 to 2147483647, a mesh from 1, a server is 1', () => {
    const codeOf = (create: (peer: WebRTCMultiplayerPeer) => Err): Err => create(new WebRTCMultiplayerPeer());
    for (const id of [1, 0, -5, 2147483648, 1.5, Number.NaN, '7' as unknown as number]) {
      expect(codeOf((peer) => peer.createClient(id))).toBe(ERR_INVALID_PARAMETER);
    }
    for (const id of [0, -1, 2147483648]) expect(codeOf((peer) => peer.createMesh(id))).toBe(ERR_INVALID_PARAMETER);
    expect(errors).toHaveLength(10);
    const made = [new WebRTCMultiplayerPeer(), new WebRTCMultiplayerPeer(), new WebRTCMultiplayerPeer()] as const;
    const codes = [made[0].createServer(), made[1].createMesh(1), made[2].createClient(2147483647)];
    expect([codes, made.map((peer) => peer.getUniqueId())]).toEqual([
      [OK, OK, OK],
      [1, 1, 2147483647],
    ]);
  });

  it('R-083 refuses a channel that is no transfer mode, and keeps its own copy of the list', () => {
    const peer = new WebRTCMultiplayerPeer();
    for (const config of [[3], ['x'], [2, -1], null, 'ab', [undefined]]) {
      expect(peer.createServer(config as unknown as TransferMode[])).toBe(ERR_INVALID_PARAMETER);
      expect(peer.getConnectionStatus()).toBe(0);
    }
    const config: TransferMode[] = [0];
    expect(peer.createServer(config)).toBe(OK);
    config.push(2, 2);
    const connection = new WebRTCRoom().connection();
    peer.addPeer(connection, 2);
    expect(connection.getDataChannels()).toHaveLength(4);
    peer.close();
  });

  it('R-084 a server and a mesh are CONNECTED at once, a client is CONNECTING', () => {
    const room = new WebRTCRoom();
    const peers = [room.server(), room.mesh(4), room.client(7)];
    expect(peers.map((peer) => peer.getConnectionStatus())).toEqual([2, 2, 1]);
  });

  it('C-31 twice gives ERR_ALREADY_IN_USE and changes nothing; after close() it is allowed', () => {
    const peer = new WebRTCMultiplayerPeer();
    peer.createMesh(9);
    expect([peer.createServer(), peer.createClient(7), peer.createMesh(8)]).toEqual(Array(3).fill(ERR_ALREADY_IN_USE));
    expect([peer.getUniqueId(), peer.isServerRelaySupported()]).toEqual([9, false]);
    peer.close();
    expect([peer.createClient(7), peer.getUniqueId(), peer.getConnectionStatus()]).toEqual([OK, 7, 1]);
  });

  it('R-105 the id 1 is the server, also in a mesh; server and clients relay', () => {
    const room = new WebRTCRoom();
    const peers = [room.server(), room.client(7), room.mesh(1), room.mesh(2)];
    expect(peers.map((peer) => [peer.isServer(), peer.isServerRelaySupported()])).toEqual([
      [true, true],
      [false, true],
      [true, false],
      [false, false],
    ]);
  });

  it('R-106 C-27 advises packets of 1200 bytes', () => {
    expect(new WebRTCMultiplayerPeer().getMaxPacketSize()).toBe(1200);
  });
});

describe('addPeer', () => {
  it('R-085 checks in the order of Godot', () => {
    const room = new WebRTCRoom();
    const fresh = new WebRTCMultiplayerPeer();
    const busy = room.connection();
    busy.close();
    expect(fresh.addPeer(busy, 0, -1)).toBe(ERR_UNCONFIGURED);
    const [client, server] = [room.client(7), room.server()];
    for (const peer of [client, server]) peer.refuseNewConnections = true;
    expect([client.addPeer(busy, 2), server.addPeer(busy, 1)]).toEqual([ERR_INVALID_PARAMETER, ERR_INVALID_PARAMETER]);
    for (const id of [0, -1, 2147483648, 2.5]) expect(server.addPeer(busy, id)).toBe(ERR_INVALID_PARAMETER);
    for (const lifetime of [-1, 0.5, 65536, Number.NaN]) {
      expect(server.addPeer(busy, 2, lifetime)).toBe(ERR_INVALID_PARAMETER);
    }
    expect(server.addPeer(busy, 2)).toBe(ERR_UNAUTHORIZED);
    expect(server.addPeer(null as unknown as WebRTCPeerConnection, 2)).toBe(ERR_UNAUTHORIZED);
    server.refuseNewConnections = false;
    for (const none of [busy, null, undefined, {}]) {
      expect(server.addPeer(none as unknown as WebRTCPeerConnection, 2)).toBe(ERR_INVALID_PARAMETER);
    }
    const offering = room.connection();
    offering.createDataChannel('x');
    offering.createOffer();
    expect(server.addPeer(offering, 2)).toBe(ERR_INVALID_PARAMETER);
    expect([errors.length, server.getPeers().size]).toEqual([18, 0]);
  });

  it('C-31 refuses an id that is there already, and the own one', () => {
    const room = new WebRTCRoom();
    const mesh = room.mesh(5);
    const first = room.connection();
    expect([mesh.addPeer(first, 6), mesh.addPeer(room.connection(), 6)]).toEqual([OK, ERR_ALREADY_EXISTS]);
    expect(mesh.addPeer(room.connection(), 5)).toBe(ERR_INVALID_PARAMETER);
    expect(mesh.getPeer(6)?.connection).toBe(first);
  });

  it('R-086 C-13 creates the channels of Godot, with a lifetime that back ends read', () => {
    const room = new WebRTCRoom();
    const server = room.server([2, 1, 0]);
    const connection = room.connection();
    const create = vi.spyOn(connection, 'createDataChannel');
    server.addPeer(connection, 2, 250);
    expect(create.mock.calls).toEqual([
      ['reliable', { negotiated: true, id: 1, ordered: true }],
      ['ordered', { negotiated: true, id: 2, ordered: true, maxPacketLifeTime: 250 }],
      ['unreliable', { negotiated: true, id: 3, ordered: false, maxPacketLifeTime: 250 }],
      ['4', { negotiated: true, id: 4, ordered: true }],
      ['5', { negotiated: true, id: 5, ordered: true, maxPacketLifeTime: 1 }],
      ['6', { negotiated: true, id: 6, ordered: false, maxPacketLifeTime: 1 }],
    ]);
    const lifetimes = connection.getDataChannels().map((channel) => channel.getMaxPacketLifeTime());
    expect(lifetimes).toEqual([65535, 250, 250, 65535, 1, 1]);
  });

  it('R-086 takes the lifetimes 0 and 65535', () => {
    const room = new WebRTCRoom();
    const server = room.server();
    const [none, most] = [room.connection(), room.connection()];
    expect([server.addPeer(none, 2, 0), server.addPeer(most, 3, 65535)]).toEqual([OK, OK]);
    expect(none.getDataChannels()[2]?.getMaxPacketLifeTime()).toBe(0);
  });

  it('R-087 gives FAILED and closes what it made when a channel cannot be created', () => {
    const room = new WebRTCRoom();
    const server = room.server();
    const connection = room.connection();
    const own = connection.createDataChannel('mine', { negotiated: true, id: 3 });
    expect([server.addPeer(connection, 2), server.hasPeer(2)]).toEqual([FAILED, false]);
    connection.poll();
    expect([connection.getDataChannels(), own?.getReadyState(), connection.getConnectionState()]).toEqual([
      [own],
      0,
      0,
    ]);
  });

  it('R-087 a connection cannot be two peers', () => {
    const room = new WebRTCRoom();
    const mesh = room.mesh(1);
    const connection = room.connection();
    expect([mesh.addPeer(connection, 2), mesh.addPeer(connection, 3)]).toEqual([OK, FAILED]);
    connection.poll();
    expect([mesh.hasPeer(2), mesh.hasPeer(3), connection.getDataChannels().length]).toEqual([true, false, 3]);
  });

  it('R-089 makes no offer and sets no description: the connection stays NEW', () => {
    const room = new WebRTCRoom();
    const server = room.server();
    const connection = room.connection();
    const heard: string[] = [];
    connection.session_description_created.connect((type) => heard.push(type));
    server.addPeer(connection, 2);
    room.frames(50);
    expect([connection.getConnectionState(), connection.getLocalDescription(), heard]).toEqual([0, null, []]);
    expect([server.hasPeer(2), server.getPeer(2)?.connected]).toEqual([true, false]);
  });

  it('R-107 getPeer tells connection, state and channels; an unknown one is null with a report', () => {
    const room = new WebRTCRoom();
    const [server] = room.full([7, 3]);
    const { connection, connected, channels } = server.getPeer(7) ?? {};
    expect(connection).toBeInstanceOf(WebRTCPeerConnection);
    expect([connected, channels?.map((channel) => channel.getLabel())]).toEqual([
      true,
      ['reliable', 'ordered', 'unreliable'],
    ]);
    expect([...server.getPeers().keys()]).toEqual([7, 3]);
    expect(server.getPeers().get(7)).toEqual(server.getPeer(7));
    server.getPeers().clear();
    server.getPeer(7)?.channels.splice(0);
    expect([server.hasPeer(7), server.getPeer(7)?.channels.length, errors.length]).toEqual([true, 3, 0]);
    expect([server.getPeer(99), errors.length]).toEqual([null, 1]);
  });
});

describe('the connect time-out', () => {
  it('D20 C-30 removes a peer that has not connected after 15 s, and a client is DISCONNECTED then', () => {
    const room = new WebRTCRoom();
    const [server, client] = [room.server(), room.client(7)];
    const ends = [room.connection(), room.connection()] as const;
    server.addPeer(ends[0], 7);
    client.addPeer(ends[1], 1);
    ends[0].createOffer();
    room.clock.advance(14_990);
    room.frames(1);
    expect([server.hasPeer(7), client.hasPeer(1), client.getConnectionStatus()]).toEqual([true, true, 1]);
    room.frames(1);
    expect([server.hasPeer(7), client.hasPeer(1), client.getConnectionStatus()]).toEqual([false, false, 0]);
    expect([room.log, ends.map((end) => end.getConnectionState())]).toEqual([[], [5, 5]]);
    expect(server.getConnectionStatus()).toBe(2);
  });

  it('D20 counts from addPeer for each peer, and no longer once it has connected', () => {
    const room = new WebRTCRoom();
    const server = room.server([], { connectTimeoutMs: 1000 });
    const client = room.client(7);
    room.join(server, client);
    room.frames();
    server.addPeer(room.connection(), 8);
    room.clock.advance(500);
    server.addPeer(room.connection(), 9);
    room.clock.advance(500);
    room.frames(1);
    expect([...server.getPeers().keys()]).toEqual([7, 9]);
    room.clock.advance(500);
    room.frames(1);
    expect([[...server.getPeers().keys()], room.log.filter((line) => line.includes('dis'))]).toEqual([[7], []]);
  });

  it('D20 a connection that is ready when its time is over has made it', () => {
    const room = new WebRTCRoom();
    const server = room.server([], { connectTimeoutMs: 1000 });
    const client = room.client(7);
    const [, there] = room.join(server, client);
    for (let i = 0; i < 20; i += 1) {
      for (const { connection } of server.getPeers().values()) connection.poll();
      there.poll();
    }
    room.clock.advance(5000);
    server.poll();
    expect(room.log).toEqual(['server peer_connected 7']);
  });

  it('R-092 D20 can be endless, as in Godot; a time-out that is none is reported', () => {
    const room = new WebRTCRoom();
    const patient = room.client(7, [], { connectTimeoutMs: Number.POSITIVE_INFINITY });
    patient.addPeer(room.connection(), 1);
    room.clock.advance(1e12);
    room.frames(1);
    expect([patient.hasPeer(1), patient.getConnectionStatus(), errors.length]).toEqual([true, 1, 0]);
    for (const connectTimeoutMs of [0, -1, Number.NaN]) new WebRTCMultiplayerPeer({ connectTimeoutMs });
    expect(errors).toHaveLength(3);
  });

  it('D18 needs no clock to be given', () => {
    const { Extension } = new LoopbackNetwork({ clock: new ManualClock() });
    const peer = new WebRTCMultiplayerPeer();
    peer.createServer();
    peer.addPeer(new WebRTCPeerConnection({ extension: Extension }), 2);
    peer.poll();
    expect(peer.hasPeer(2)).toBe(true);
    peer.close();
  });
});
