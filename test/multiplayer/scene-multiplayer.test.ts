import {
  ConnectionStatus,
  Err,
  MultiplayerPeer,
  OfflineMultiplayerPeer,
  SceneMultiplayer,
  WebRTCMultiplayerPeer,
} from 'scenewire';
import { describe, expect, it, vi } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { SceneRoom } from './support/scene-room.js';

const errors = recordErrors();

describe('a new SceneMultiplayer', () => {
  it('R-123 is a server alone in its game', () => {
    const api = new SceneMultiplayer();
    expect(api.multiplayerPeer).toBeInstanceOf(OfflineMultiplayerPeer);
    expect(api.hasMultiplayerPeer()).toBe(true);
    expect([api.isServer(), api.getUniqueId(), api.getPeers(), api.getRemoteSenderId()]).toEqual([true, 1, [], 0]);
    expect([api.rootPath, api.serverRelay, api.refuseNewConnections, api.allowObjectDecoding]).toEqual([
      '',
      true,
      false,
      false,
    ]);
    expect([api.maxSyncPacketSize, api.maxDeltaPacketSize]).toEqual([1350, 65535]);
    expect([api.authCallback, api.authTimeout, api.getAuthenticatingPeers()]).toEqual([null, 3, []]);
    expect(errors).toEqual([]);
  });

  it('R-123 polls and sends into the void without an error', () => {
    const api = new SceneMultiplayer();
    expect([api.poll(), api.sendBytes(Uint8Array.of(1))]).toEqual([Err.OK, Err.OK]);
    expect(errors).toEqual([]);
  });

  it('has the properties also as methods that Godot has, where they are documented as such', () => {
    const api = new SceneMultiplayer();
    const peer = new OfflineMultiplayerPeer();
    api.setMultiplayerPeer(peer);
    expect(api.getMultiplayerPeer()).toBe(peer);
  });

  it('R-156 refuses limits below 128 bytes', () => {
    const api = new SceneMultiplayer();
    api.maxSyncPacketSize = 127;
    api.maxDeltaPacketSize = 64.5;
    expect([api.maxSyncPacketSize, api.maxDeltaPacketSize]).toEqual([1350, 65535]);
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_INVALID_PARAMETER, Err.ERR_INVALID_PARAMETER]);
    api.maxSyncPacketSize = 128;
    expect(api.maxSyncPacketSize).toBe(128);
  });

  it('forwards refuseNewConnections to its peer', () => {
    const api = new SceneMultiplayer();
    api.refuseNewConnections = true;
    expect(api.multiplayerPeer?.refuseNewConnections).toBe(true);
    api.multiplayerPeer = null;
    api.refuseNewConnections = true;
    expect(api.refuseNewConnections).toBe(false);
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_UNCONFIGURED]);
  });

  it('R-135 takes a root path only if it is absolute or empty', () => {
    const api = new SceneMultiplayer();
    api.rootPath = '/root/Game';
    api.rootPath = 'Game';
    expect(api.rootPath).toBe('/root/Game');
    api.rootPath = '';
    expect(api.rootPath).toBe('');
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_INVALID_PARAMETER]);
  });
});

describe('setting the peer', () => {
  it('R-124 refuses one that is disconnected, and the old one stays', () => {
    const api = new SceneMultiplayer();
    const before = api.multiplayerPeer;
    api.multiplayerPeer = new WebRTCMultiplayerPeer();
    expect(api.multiplayerPeer).toBe(before);
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_INVALID_PARAMETER]);
  });

  it('R-124 does nothing for the same one', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    server!.api.multiplayerPeer = server!.peer;
    expect(server!.api.getPeers()).toEqual([2]);
  });

  it('R-124 drops all state without server_disconnected when it is replaced', () => {
    const room = new SceneRoom();
    const [server, client] = room.join([2]);
    client!.api.multiplayerPeer = room.hub.create(2, 'client', true);
    server!.api.multiplayerPeer = null;
    room.polls(2);
    expect([client!.api.getPeers(), server!.api.getPeers()]).toEqual([[], []]);
    expect([client!.news(), server!.news()]).toEqual([[], []]);
  });

  it('R-124 no longer listens to the one that was replaced', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    const old = server!.peer;
    server!.api.multiplayerPeer = room.hub.create(1, 'server', true);
    old.peer_connected.emit(9);
    expect(server!.api.getPeers()).toEqual([]);
  });

  it('gives no unique id without a peer, and says so', () => {
    const api = new SceneMultiplayer();
    api.multiplayerPeer = null;
    expect([api.getUniqueId(), api.isServer(), api.hasMultiplayerPeer()]).toEqual([0, false, false]);
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_UNCONFIGURED, Err.ERR_UNCONFIGURED]);
  });
});

describe('the end of a connection', () => {
  it('R-125 is connection_failed for a client that never connected, before its state is cleared', () => {
    const room = new SceneRoom();
    const client = room.side(2);
    client.poll();
    client.peer.close();
    client.poll();
    client.poll();
    expect(client.news()).toEqual(['connection failed']);
  });

  it('R-125 is server_disconnected for one that was, while it still knows who was there', () => {
    const room = new SceneRoom();
    const [, client] = room.join([2]);
    client!.api.server_disconnected.connect(() => client!.log.push(`peers ${client!.api.getPeers()}`));
    client!.peer.close();
    client!.poll();
    expect(client!.news()).toEqual(['server disconnected', 'peers 1']);
    expect(client!.api.getPeers()).toEqual([]);
  });

  it('R-125 C-28 is server_disconnected also for a server whose transport closed', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    server!.peer.close();
    server!.poll();
    expect(server!.news()).toEqual(['server disconnected']);
  });

  it('lets the next game begin inside the signal', () => {
    const room = new SceneRoom();
    const [, client] = room.join([2]);
    const next = new OfflineMultiplayerPeer();
    client!.api.server_disconnected.connect(() => {
      client!.api.multiplayerPeer = next;
    });
    client!.peer.close();
    client!.poll();
    expect(client!.api.multiplayerPeer).toBe(next);
    expect(client!.api.sendBytes(Uint8Array.of(1))).toBe(Err.OK);
    client!.poll();
    expect(client!.news()).toEqual(['server disconnected']);
  });

  it('R-125 a listener of a packet may end it all, and nothing of the rest is read', () => {
    const room = new SceneRoom();
    const [server, client] = room.join([2]);
    for (const n of [1, 2, 3]) server!.api.sendBytes(Uint8Array.of(n));
    client!.api.peer_packet.connect(() => client!.peer.close());
    client!.poll();
    expect(client!.news()).toEqual(['packet 01 from 1', 'server disconnected']);
  });

  it('clear() forgets everybody and tells nobody', () => {
    const room = new SceneRoom();
    const [server, client] = room.join([2]);
    expect(server!.sends(() => server!.api.clear())).toEqual([]);
    expect(server!.api.getPeers()).toEqual([]);
    room.polls();
    expect([server!.news(), client!.news()]).toEqual([[], []]);
  });
});

describe('a poll', () => {
  it('R-126 looks at the status, polls the transport, reads all packets, and sends states last', () => {
    const room = new SceneRoom();
    const server = room.side(1);
    room.side(2);
    const calls: string[] = [];
    const { peer } = server;
    const status = peer.getConnectionStatus.bind(peer);
    vi.spyOn(peer, 'getConnectionStatus').mockImplementation(() => {
      if (calls.at(-1) !== 'status') calls.push('status');
      return status();
    });
    const poll = peer.poll.bind(peer);
    vi.spyOn(peer, 'poll').mockImplementation(() => {
      calls.push('poll');
      poll();
    });
    server.api.peer_packet.connect(() => calls.push('packet'));
    room.hub.link(1, 2);
    server.inject(2, '03aa');
    server.inject(2, '03bb');
    server.poll();
    expect(calls.filter((call, at) => call !== 'status' || calls[at - 1] !== 'status')).toEqual([
      'status',
      'poll',
      'status',
      'packet',
      'status',
      'packet',
      'status',
    ]);
  });

  it('R-126 does nothing while disconnected, and is OK', () => {
    const room = new SceneRoom();
    const client = room.side(2);
    client.peer.close();
    client.poll();
    const poll = vi.spyOn(client.peer, 'poll');
    expect(client.api.poll()).toBe(Err.OK);
    expect(poll).not.toHaveBeenCalled();
  });

  it('R-126 reads no packet while it connects', () => {
    const room = new SceneRoom();
    room.side(1);
    const client = room.side(2);
    client.inject(1, '03aa');
    client.poll();
    expect(client.peer.queue).toHaveLength(1);
  });

  it('R-126 from inside a listener of itself does nothing', () => {
    const room = new SceneRoom();
    const [server, client] = room.join([2]);
    client!.api.peer_packet.connect(() => expect(client!.api.poll()).toBe(Err.OK));
    for (const n of [1, 2]) server!.api.sendBytes(Uint8Array.of(n));
    client!.poll();
    expect(client!.news()).toEqual(['packet 01 from 1', 'packet 02 from 1']);
  });

  it('R-126 what listeners cause to arrive waits for the next one', () => {
    const room = new SceneRoom();
    const [server, client] = room.join([2]);
    client!.api.peer_packet.connect(() => client!.inject(1, '0399'));
    server!.api.sendBytes(Uint8Array.of(1));
    client!.poll();
    expect(client!.news()).toEqual(['packet 01 from 1']);
    client!.poll();
    expect(client!.news()).toEqual(['packet 99 from 1']);
  });

  it('R-127 connected_to_server comes just before peer_connected(1)', () => {
    const room = new SceneRoom();
    room.side(1);
    const client = room.side(2);
    room.hub.link(1, 2);
    client.poll();
    expect(client.news()).toEqual(['connected to server', 'connected 1']);
  });

  it('a listener that throws ends nothing', () => {
    const room = new SceneRoom();
    const [server, client] = room.join([2]);
    client!.api.peer_packet.connect(() => {
      throw new Error('mine');
    });
    for (const n of [1, 2]) server!.api.sendBytes(Uint8Array.of(n));
    client!.poll();
    expect(client!.news()).toEqual(['packet 01 from 1', 'packet 02 from 1']);
    expect(errors).toHaveLength(2);
  });
});

describe('disconnectPeer', () => {
  it('R-133 says nothing here, and the other side hears of it', () => {
    const room = new SceneRoom();
    const [server, client] = room.join([2]);
    server!.api.disconnectPeer(2);
    expect(server!.api.getPeers()).toEqual([]);
    room.polls(2);
    expect(server!.news()).toEqual([]);
    expect(client!.news()).toEqual(['disconnected 1 left', 'server disconnected']);
  });

  it('R-133 R-137 tells the other clients', () => {
    const room = new SceneRoom();
    const [server] = room.join([2, 3]);
    expect(server!.sends(() => server!.api.disconnectPeer(3))).toEqual(['2: 070203000000']);
  });

  it('reports that there is no connection to end', () => {
    const api = new SceneMultiplayer();
    api.multiplayerPeer = null;
    api.disconnectPeer(2);
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_UNCONFIGURED]);
  });
});

describe('who is in the game', () => {
  it('R-135 drops what comes from peers that are not', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    server!.receive(9, '03aa');
    expect(server!.news()).toEqual([]);
    expect(server!.api.getDropped(0)['unknown-peer']).toBe(1);
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_DOES_NOT_EXIST]);
  });

  it('R-135 drops every packet while the root path is empty', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    server!.api.rootPath = '';
    server!.receive(2, '03aa');
    expect(server!.news()).toEqual([]);
    expect(server!.api.getDropped(2)['unknown-path']).toBe(1);
  });

  it('is told in the order of a set that fills a gap with its last one', () => {
    const room = new SceneRoom();
    const [server] = room.join([2, 3, 4]);
    server!.api.disconnectPeer(2);
    expect(server!.api.getPeers()).toEqual([4, 3]);
    expect(server!.sends(() => server!.api.sendBytes(Uint8Array.of(1)))).toEqual(['4: 0301', '3: 0301']);
  });

  it('a peer that the transport tells of twice is there once', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    server!.peer.peer_connected.emit(2);
    expect([server!.api.getPeers(), server!.news()]).toEqual([[2], []]);
  });
});

describe('the status constants', () => {
  it('are those of the peer', () => {
    expect(MultiplayerPeer.CONNECTION_CONNECTED).toBe(ConnectionStatus.CONNECTION_CONNECTED);
    expect([SceneMultiplayer.RPC_MODE_DISABLED, SceneMultiplayer.RPC_MODE_ANY_PEER]).toEqual([0, 1]);
    expect(SceneMultiplayer.RPC_MODE_AUTHORITY).toBe(2);
  });
});
