import { ConnectFlags, ConnectionState, Err, WebRTCMultiplayerPeer, type WebRTCPeerEntry } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { joinConnections, readAll, send, WebRTCRoom } from './support/webrtc-room.js';

const errors = recordErrors();

describe('connecting', () => {
  it('R-088 R-084 peer_connected comes once, when the connection stands and every channel is open', () => {
    const room = new WebRTCRoom({ conditions: { latencyMs: 20 } });
    const [server, client] = [room.server([2, 0]), room.client(7, [2, 0])];
    room.join(server, client);
    const seen: unknown[] = [];
    for (const [peer, id] of [
      [server, 7],
      [client, 1],
    ] as const) {
      peer.peer_connected.connect(() => {
        const { connection, connected, channels } = peer.getPeer(id) ?? {};
        seen.push([connected, connection?.getConnectionState(), channels?.map((channel) => channel.getReadyState())]);
        seen.push(peer.getConnectionStatus());
      });
    }
    for (let i = 0; i < 100; i += 1) {
      expect(client.getConnectionStatus()).toBe(room.log.includes('client 7 peer_connected 1') ? 2 : 1);
      room.frames(1);
    }
    expect(room.log.sort()).toEqual(['client 7 peer_connected 1', 'server peer_connected 7']);
    expect(seen).toEqual([[true, 2, [1, 1, 1, 1, 1]], 2, [true, 2, [1, 1, 1, 1, 1]], 2]);
  });

  it('R-088 does not come while one channel is missing', () => {
    const room = new WebRTCRoom();
    const server = room.server();
    const [here, there] = [room.connection(), room.connection()];
    joinConnections(here, there);
    server.addPeer(here, 7);
    const [, , third] = here.getDataChannels();
    if (third === undefined) throw new Error('There is no third channel');
    third.getReadyState = () => 0;
    for (const id of [1, 2, 3]) there.createDataChannel(`own ${id}`, { negotiated: true, id });
    room.bare.push(there);
    here.createOffer();
    room.frames();
    expect([here.getConnectionState(), here.getDataChannels()[0]?.getReadyState(), room.log]).toEqual([2, 1, []]);
    third.getReadyState = () => 1;
    room.frames(1);
    expect(room.log).toEqual(['server peer_connected 7']);
  });

  it('R-088 labels need not match, only ids', () => {
    const room = new WebRTCRoom();
    const server = room.server();
    const [here, there] = [room.connection(), room.connection()];
    joinConnections(here, there);
    server.addPeer(here, 7);
    const own = [1, 2, 3].map((id) => there.createDataChannel(`own ${id}`, { negotiated: true, id }));
    room.bare.push(there);
    here.createOffer();
    room.frames();
    own[1]?.putPacket(Uint8Array.of(9));
    room.frames(2);
    expect([room.log, readAll(server)]).toEqual([
      ['server peer_connected 7'],
      [{ from: 7, channel: 0, mode: 1, packet: [9] }],
    ]);
  });

  it('R-108 polling the connections as well does no harm, nor does a poll inside their signals', () => {
    const room = new WebRTCRoom();
    const [server, client] = [room.server(), room.client(7)];
    const [here] = room.join(server, client);
    here.connection_state_changed.connect(() => {
      server.poll();
      here.poll();
    });
    server.peer_connected.connect(() => server.poll());
    for (let i = 0; i < 20; i += 1) {
      here.poll();
      room.frames(1);
      here.poll();
    }
    send(client, 1, [1]);
    room.frames(1);
    here.poll();
    room.frames(1);
    expect([room.log.length, readAll(server).length, errors]).toEqual([2, 1, []]);
  });

  it('R-108 R-091 a poll inside its own signals waits: who comes next is told when the listener has returned', () => {
    const room = new WebRTCRoom();
    const server = room.server();
    const order: string[] = [];
    server.peer_connected.connect((id) => {
      order.push(`${id} came`);
      server.poll();
      order.push(`${id} is told of`);
    });
    for (const id of [7, 8]) room.join(server, room.client(id));
    room.frames();
    expect(order).toEqual(['7 came', '7 is told of', '8 came', '8 is told of']);
  });

  it('mesh: everybody knows everybody', () => {
    const room = new WebRTCRoom();
    const members = [room.mesh(1), room.mesh(20), room.mesh(30)] as const;
    room.join(members[0], members[1]);
    room.join(members[2], members[0]);
    room.join(members[1], members[2]);
    room.frames();
    expect(members.map((peer) => [...peer.getPeers().keys()])).toEqual([
      [20, 30],
      [1, 30],
      [1, 20],
    ]);
    send(members[1], 0, [7]);
    room.frames(2);
    expect(members.map((peer) => readAll(peer).map(({ from }) => from))).toEqual([[20], [], [20]]);
  });
});

describe('poll', () => {
  it('R-091 polls all, then removes, then adds, then looks for packets', () => {
    const room = new WebRTCRoom();
    const [server, a, b] = room.full([7, 8]) as [WebRTCMultiplayerPeer, WebRTCMultiplayerPeer, WebRTCMultiplayerPeer];
    const newcomer = room.client(9);
    // Added last, and with a name that shows it: its news come after the removals all the same.
    room.join(server, newcomer);
    for (let i = 0; i < 10; i += 1) {
      newcomer.poll();
      server.getPeer(9)?.connection.poll();
      room.clock.advance(5);
    }
    send(b, 1, [1]);
    a.close();
    room.clock.advance(5);
    const order: string[] = [];
    server.getPeer(7)?.connection.disconnected.connect(() => order.push('polled 7'));
    server.getPeer(8)?.channels[0]?.packet_received.connect(() => order.push('polled 8'));
    server.peer_disconnected.connect((id) => order.push(`gone ${id} ${server.hasPeer(id)}`));
    server.peer_connected.connect((id) => order.push(`new ${id} ${server.getPacketPeer()}`));
    server.poll();
    expect(order).toEqual(['polled 7', 'polled 8', 'gone 7 false', 'new 9 0']);
    expect([server.getPacketPeer(), server.getAvailablePacketCount()]).toEqual([8, 1]);
  });

  it('R-090 C-12 removes a peer whose connection is gone, and says so only if it had come', () => {
    const room = new WebRTCRoom();
    const [server, client] = room.full([7]);
    const never = room.connection();
    server.addPeer(never, 8);
    never.close();
    client?.close();
    room.frames(3);
    expect([room.log.slice(2), server.getPeers().size]).toEqual([['server peer_disconnected 7'], 0]);
  });

  it('R-090 C-12 DISCONNECTED is the end of a peer without a link, though it might come back: it is lost', () => {
    const room = new WebRTCRoom();
    const [server, client] = room.full([7]) as [WebRTCMultiplayerPeer, WebRTCMultiplayerPeer];
    const told: string[] = [];
    for (const peer of [server, client]) {
      const [[id, { connection }]] = peer.getPeers() as unknown as [[number, WebRTCPeerEntry]];
      peer.peer_disconnected.connect((_id, reason) => told.push(`${id} ${reason}`));
      connection.connection_state_changed.connect((state) => told.push(`${id} ${state}`));
    }
    room.network.setConditions({ partitioned: true });
    for (let i = 0; i < 8000 && told.length < 4; i += 1) room.frames(1);
    const { STATE_DISCONNECTED } = ConnectionState;
    expect(told.toSorted()).toEqual(
      [`1 ${STATE_DISCONNECTED}`, '1 lost', `7 ${STATE_DISCONNECTED}`, '7 lost'].toSorted(),
    );
    expect([server.getPeers().size, client.getConnectionStatus()]).toEqual([0, 0]);
  });

  it.each([0, 1, 2, 3])('R-090 removes a peer one of whose channels has ended: lane %i', (lane) => {
    const room = new WebRTCRoom();
    const [server, client] = room.full([7], [2]);
    client?.getPeer(1)?.channels[lane]?.close();
    room.frames(3);
    expect([room.log.slice(2).sort(), client?.getConnectionStatus()]).toEqual([
      ['client 7 peer_disconnected 1', 'server peer_disconnected 7'],
      0,
    ]);
    expect(server.hasPeer(7)).toBe(false);
  });

  it('R-093 a client that loses its server is told while it still reads CONNECTED', () => {
    const room = new WebRTCRoom();
    const [server, client] = room.full([7]) as [WebRTCMultiplayerPeer, WebRTCMultiplayerPeer];
    const seen: unknown[] = [];
    client.peer_disconnected.connect((id) => seen.push(id, client.getConnectionStatus(), client.hasPeer(id)));
    server.close();
    room.frames(3);
    expect([seen, client.getConnectionStatus()]).toEqual([[1, 2, false], 0]);
    expect([client.addPeer(room.connection(), 1), client.createClient(8)]).toEqual([Err.ERR_UNCONFIGURED, Err.OK]);
    room.join(room.server(), client);
    room.frames();
    expect(client.getConnectionStatus()).toBe(2);
  });

  it('R-094 C-30 a client whose connection fails before it was up is DISCONNECTED, without a signal', () => {
    const room = new WebRTCRoom();
    const client = room.client(7);
    const connection = room.connection();
    client.addPeer(connection, 1);
    room.frames(1);
    connection.close();
    room.frames(1);
    expect([client.getConnectionStatus(), client.hasPeer(1), room.log]).toEqual([0, false, []]);
  });

  it('R-094 after removePeer by hand a client still waits, so that another connection can be tried', () => {
    const room = new WebRTCRoom();
    const [server, client] = [room.server(), room.client(7)];
    client.addPeer(room.connection(), 1);
    client.removePeer(1);
    expect([client.getConnectionStatus(), client.getPeers().size]).toEqual([1, 0]);
    room.join(server, client);
    room.frames();
    expect(client.getConnectionStatus()).toBe(2);
  });

  it('D3 calls deferred listeners with the next poll', () => {
    const room = new WebRTCRoom();
    const heard: number[] = [];
    const server = room.server();
    server.peer_connected.connect((id) => heard.push(id), ConnectFlags.CONNECT_DEFERRED);
    room.join(server, room.client(7));
    while (!server.getPeer(7)?.connected) room.frames(1);
    expect(heard).toEqual([]);
    server.poll();
    expect(heard).toEqual([7]);
    server.poll();
    expect(heard).toEqual([7]);
  });
});

describe('a listener that changes the world', () => {
  it('R-091 close() in peer_disconnected ends the poll: no other signal comes', () => {
    const room = new WebRTCRoom();
    const [server, ...clients] = room.full([7, 8, 9]);
    server.peer_disconnected.connect(() => server.close());
    for (const client of clients) client.close();
    room.frames(5);
    expect(room.log.slice(6)).toEqual(['server peer_disconnected 7']);
    expect([server.getConnectionStatus(), server.getPeers().size]).toEqual([0, 0]);
  });

  it('R-091 a peer that a listener removes is told of once; one that it removes before its coming, never', () => {
    const room = new WebRTCRoom();
    const [server, a, b] = room.full([7, 8]);
    server.peer_disconnected.connect((id) => id === 7 && server.removePeer(8));
    a?.close();
    b?.close();
    room.frames(3);
    expect(room.log.slice(4).sort()).toEqual(['server peer_disconnected 7', 'server peer_disconnected 8']);
    const other = room.server();
    other.peer_connected.connect(() => other.hasPeer(12) && other.removePeer(12));
    room.join(other, room.client(11));
    room.join(other, room.client(12));
    room.log.length = 0;
    room.frames();
    expect(room.log.filter((line) => line.startsWith('server'))).toEqual(['server peer_connected 11']);
  });

  it('R-088 a peer that a listener closes before its coming is not announced', () => {
    const room = new WebRTCRoom();
    const server = room.server();
    server.peer_connected.connect((id) => id === 11 && server.disconnectPeer(12));
    room.join(server, room.client(11));
    room.join(server, room.client(12));
    room.frames();
    expect(room.log.filter((line) => line.startsWith('server'))).toEqual(['server peer_connected 11']);
    expect(server.hasPeer(12)).toBe(false);
  });

  it('R-093 a client that begins another game in peer_disconnected keeps it', () => {
    const room = new WebRTCRoom();
    const [server, client] = room.full([7]) as [WebRTCMultiplayerPeer, WebRTCMultiplayerPeer];
    client.peer_disconnected.connect(() => {
      client.close();
      client.createServer();
    });
    server.close();
    room.frames(3);
    expect([client.getConnectionStatus(), client.getUniqueId()]).toEqual([2, 1]);
  });

  it('C-31 a server that is added again inside peer_disconnected is dropped with the game', () => {
    const room = new WebRTCRoom();
    const [server, client] = room.full([7]) as [WebRTCMultiplayerPeer, WebRTCMultiplayerPeer];
    const again = room.connection();
    client.peer_disconnected.connect(() => client.addPeer(again, 1));
    server.close();
    room.frames(3);
    expect([client.getConnectionStatus(), client.hasPeer(1), again.getConnectionState()]).toEqual([0, false, 5]);
  });

  it('adding and removing peers inside signals of a connection does not disturb the poll', () => {
    const room = new WebRTCRoom();
    const [server, client] = room.full([7, 8]);
    server.getPeer(7)?.connection.disconnected.connect(() => {
      server.removePeer(8);
      server.addPeer(room.connection(), 9);
    });
    client?.close();
    room.frames(3);
    const about = room.log.slice(4).filter((line) => line.startsWith('server'));
    expect([about, [...server.getPeers().keys()]]).toEqual([
      ['server peer_disconnected 8', 'server peer_disconnected 7'],
      [9],
    ]);
  });

  it('R-003 one that throws stops neither the others nor the poll', () => {
    const room = new WebRTCRoom();
    const server = room.server();
    server.peer_connected.connect(() => {
      throw new Error('mine');
    });
    const heard: number[] = [];
    server.peer_connected.connect((id) => heard.push(id));
    room.join(server, room.client(7));
    room.join(server, room.client(8));
    room.frames();
    expect([heard, errors.map(({ err }) => err)]).toEqual([
      [7, 8],
      [Err.ERR_SCRIPT_FAILED, Err.ERR_SCRIPT_FAILED],
    ]);
  });
});

describe('ending', () => {
  it('R-095 disconnectPeer closes, and the next poll says so', () => {
    const room = new WebRTCRoom();
    const [server, client] = room.full([7]);
    const connection = server.getPeer(7)?.connection;
    server.disconnectPeer(7);
    expect([connection?.getConnectionState(), server.hasPeer(7), room.log.length]).toEqual([5, true, 2]);
    server.poll();
    expect([server.hasPeer(7), room.log.slice(2)]).toEqual([false, ['server peer_disconnected 7']]);
    room.frames(2);
    expect([room.log.slice(3), client?.getConnectionStatus()]).toEqual([['client 7 peer_disconnected 1'], 0]);
  });

  it('R-095 R-096 with force the peer is gone at once, closed, and no signal comes', () => {
    const room = new WebRTCRoom();
    const [server, client] = room.full([7]) as [WebRTCMultiplayerPeer, WebRTCMultiplayerPeer];
    const { connection, channels } = server.getPeer(7) ?? {};
    server.disconnectPeer(7, true);
    expect([server.hasPeer(7), connection?.getConnectionState()]).toEqual([false, 5]);
    expect(channels?.map((channel) => channel.getReadyState())).toEqual([3, 3, 3]);
    room.frames(3);
    expect([room.log.slice(2), client.getConnectionStatus()]).toEqual([['client 7 peer_disconnected 1'], 0]);
  });

  it('R-095 a client that forces its server away is DISCONNECTED', () => {
    const room = new WebRTCRoom();
    const [, client] = room.full([7]) as [WebRTCMultiplayerPeer, WebRTCMultiplayerPeer];
    client.disconnectPeer(1, true);
    room.frames(3);
    expect([client.getConnectionStatus(), room.log.slice(2)]).toEqual([0, ['server peer_disconnected 7']]);
    const unready = room.client(8);
    unready.addPeer(room.connection(), 1);
    unready.disconnectPeer(1, true);
    expect(unready.getConnectionStatus()).toBe(0);
  });

  it('R-095 unknown ids only report an error', () => {
    const server = new WebRTCRoom().server();
    server.disconnectPeer(9);
    server.disconnectPeer(9, true);
    server.removePeer(9);
    expect(errors).toHaveLength(3);
  });

  it('R-096 C-32 removePeer closes channels and connection, and says so at once', () => {
    const room = new WebRTCRoom();
    const [server, client] = room.full([7]) as [WebRTCMultiplayerPeer, WebRTCMultiplayerPeer];
    const { connection, channels } = server.getPeer(7) ?? {};
    server.removePeer(7);
    expect([connection?.getConnectionState(), channels?.map((channel) => channel.getReadyState())]).toEqual([
      5,
      [3, 3, 3],
    ]);
    expect(room.log.slice(2)).toEqual(['server peer_disconnected 7']);
    room.frames(3);
    expect(client.getConnectionStatus()).toBe(0);
  });

  it('R-097 R-096 close() is silent, forgets all peers and the target, and keeps mode, channel and refusal', () => {
    const room = new WebRTCRoom();
    const [server] = room.full([7, 8]);
    const connections = [...server.getPeers().values()].map(({ connection }) => connection);
    server.transferMode = 0;
    server.transferChannel = 2;
    server.refuseNewConnections = true;
    server.setTargetPeer(99);
    server.close();
    room.frames(3);
    expect(connections.map((connection) => connection.getConnectionState())).toEqual([5, 5]);
    expect(room.log.slice(4).filter((line) => line.startsWith('server'))).toEqual([]);
    expect([server.getConnectionStatus(), server.getPeers().size, server.isServer()]).toEqual([0, 0, false]);
    expect([server.transferMode, server.transferChannel, server.refuseNewConnections]).toEqual([0, 2, true]);
    server.createServer([2, 2]);
    expect([server.putPacket(Uint8Array.of(1)), errors]).toEqual([Err.OK, []]);
  });

  it('R-096 close() ends connections that are still being made', () => {
    const room = new WebRTCRoom();
    const mesh = room.mesh(4);
    const connection = room.connection();
    mesh.addPeer(connection, 5);
    mesh.close();
    mesh.close();
    expect(connection.getConnectionState()).toBe(5);
    expect(new WebRTCMultiplayerPeer().close()).toBeUndefined();
  });
});
