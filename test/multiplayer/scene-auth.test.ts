import { Err, type MemoryNode, SceneMultiplayer } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { hex } from './support/hex.js';
import { SceneRoom, type Side } from './support/scene-room.js';

const errors = recordErrors();
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** A server and a client that are connected and have to authenticate. */
function pending(both = true): { room: SceneRoom; server: Side; client: Side } {
  const room = new SceneRoom();
  const log: string[] = [];
  const asks = (api: SceneMultiplayer<MemoryNode>): void => {
    api.authCallback = (id, data) => log.push(`${id}: ${hex(data)}`);
  };
  const server = room.side(1, { setUp: asks });
  const client = room.side(2, both ? { setUp: asks } : {});
  room.hub.link(1, 2);
  room.polls();
  server.news();
  client.news();
  return { room, server, client };
}

describe('authentication', () => {
  it('R-128 makes a new peer pending: announced, listed, and not in the game', () => {
    const room = new SceneRoom();
    const server = room.side(1, {
      setUp: (api) => {
        api.authCallback = () => {};
      },
    });
    room.side(2);
    room.hub.link(1, 2);
    server.poll();
    expect(server.news()).toEqual(['authenticating 2']);
    expect([server.api.getAuthenticatingPeers(), server.api.getPeers()]).toEqual([[2], []]);
  });

  it('R-128 hands data to the callback, and drops every other packet', () => {
    const { room, server, client } = pending();
    const got: string[] = [];
    server.api.authCallback = (id, data) => got.push(`${id}: ${hex(data)}`);
    expect(client.api.sendAuth(1, bytes(1, 2, 3))).toBe(Err.OK);
    for (const packet of ['03aa', '07', '0701', '070108000000', '']) server.inject(2, packet);
    room.polls();
    expect(got).toEqual(['2: 010203']);
    expect(server.news()).toEqual([]);
    expect(server.api.getDropped(2)['not-authenticated']).toBe(5);
  });

  it('R-128 the data belongs to the callback', () => {
    const { room, server, client } = pending();
    const got: Uint8Array[] = [];
    server.api.authCallback = (_id, data) => got.push(data);
    for (const n of [1, 2]) client.api.sendAuth(1, bytes(n));
    room.polls();
    expect(got.map(hex)).toEqual(['01', '02']);
  });

  it('R-129 lets the peer in when both sides have completed, in either order', () => {
    for (const first of ['server', 'client'] as const) {
      const { room, server, client } = pending();
      const [one, other] = first === 'server' ? [server, client] : [client, server];
      expect(one.api.completeAuth(other.id)).toBe(Err.OK);
      room.polls(2);
      expect([server.api.getPeers(), client.api.getPeers()]).toEqual([[], []]);
      expect(other.api.completeAuth(one.id)).toBe(Err.OK);
      room.polls(2);
      expect([server.news(), client.news()]).toEqual([['connected 2'], ['connected to server', 'connected 1']]);
      expect(server.api.getAuthenticatingPeers()).toEqual([]);
    }
  });

  it('R-129 crossed completions are understood', () => {
    const { room, server, client } = pending();
    server.api.completeAuth(2);
    client.api.completeAuth(1);
    room.polls(2);
    expect([server.api.getPeers(), client.api.getPeers()]).toEqual([[2], [1]]);
    expect(errors).toEqual([]);
  });

  it('R-130 ends with the peer that leaves, without peer_disconnected', () => {
    const { room, server, client } = pending();
    client.peer.disconnectPeer(1);
    room.polls(2);
    expect(server.news()).toEqual(['authentication of 2 failed']);
    expect(client.news()).toEqual(['authentication of 1 failed', 'server disconnected']);
  });

  it('R-130 ends with the time-out, and the transport is told to disconnect', () => {
    const { room, server, client } = pending();
    room.clock.advance(3000);
    room.polls();
    expect(server.news()).toEqual([]);
    room.clock.advance(1);
    server.poll();
    expect(server.news()).toEqual(['authentication of 2 failed']);
    room.polls(2);
    expect([server.news(), client.news()]).toEqual([[], ['authentication of 1 failed', 'server disconnected']]);
  });

  it('R-130 a time-out of 0 is none, a negative one is refused', () => {
    const { room, server, client } = pending();
    server.api.authTimeout = client.api.authTimeout = 0;
    room.clock.advance(1e9);
    room.polls();
    expect(server.news()).toEqual([]);
    server.api.authTimeout = -1;
    server.api.authTimeout = Number.NaN;
    expect(server.api.authTimeout).toBe(0);
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_INVALID_PARAMETER, Err.ERR_INVALID_PARAMETER]);
  });

  it('R-131 sendAuth is refused when it makes no sense', () => {
    const { room, server, client } = pending();
    const alone = new SceneMultiplayer();
    alone.multiplayerPeer = null;
    expect(alone.sendAuth(2, bytes(1))).toBe(Err.ERR_UNCONFIGURED);
    expect(server.api.sendAuth(9, bytes(1))).toBe(Err.ERR_INVALID_PARAMETER);
    expect(server.api.sendAuth(2, bytes())).toBe(Err.ERR_INVALID_PARAMETER);
    client.api.completeAuth(1);
    room.polls();
    expect(client.api.sendAuth(1, bytes(1))).toBe(Err.ERR_FILE_CANT_WRITE);
    expect(server.api.sendAuth(2, bytes(1))).toBe(Err.ERR_FILE_CANT_WRITE);
    expect(errors).toHaveLength(5);
  });

  it('R-131 completeAuth is refused twice, and for somebody who is not pending', () => {
    const { server } = pending();
    expect(server.api.completeAuth(9)).toBe(Err.ERR_INVALID_PARAMETER);
    expect(server.api.completeAuth(2)).toBe(Err.OK);
    expect(server.api.completeAuth(2)).toBe(Err.ERR_FILE_CANT_WRITE);
  });

  it('a side without a callback lets the peer in at once, and the other times out', () => {
    const { room, server, client } = pending(false);
    expect(client.api.getPeers()).toEqual([1]);
    server.api.completeAuth(2);
    room.polls();
    expect([server.api.getPeers(), client.news()]).toEqual([[], []]);
    room.clock.advance(3001);
    room.polls(2);
    expect(server.news()).toEqual(['authentication of 2 failed']);
    expect(client.news()).toEqual(['disconnected 1 left', 'server disconnected']);
  });

  it('a completion from somebody who is in the game is ignored, data is dropped', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    server!.receive(2, '0700');
    expect(errors).toEqual([]);
    server!.receive(2, '070001');
    expect(server!.api.getDropped(2).malformed).toBe(1);
  });

  it('clients do not authenticate those that the server tells of', () => {
    const room = new SceneRoom();
    const asks = (api: SceneMultiplayer<MemoryNode>): void => {
      api.authCallback = () => {};
    };
    const server = room.side(1, { setUp: asks });
    const clients = [2, 3].map((id) => room.side(id, { setUp: asks }));
    for (const { id } of clients) room.hub.link(1, id);
    room.polls(2);
    for (const client of clients) {
      client.api.completeAuth(1);
      server.api.completeAuth(client.id);
    }
    room.polls(3);
    expect(clients.map(({ api }) => api.getPeers())).toEqual([
      [1, 3],
      [1, 2],
    ]);
  });

  it('packets caused by admission follow the packet that completes', () => {
    const { room, server, client } = pending();
    client.api.completeAuth(1);
    room.polls();
    server.api.peer_connected.connect((id) => server.api.sendBytes(bytes(9), id));
    expect(server.sends(() => server.api.completeAuth(2))).toEqual(['2: 0700', '2: 0309']);
  });

  it('a callback that throws is reported and keeps the peer pending', () => {
    const { room, server, client } = pending();
    server.api.authCallback = () => {
      throw new Error('mine');
    };
    client.api.sendAuth(1, bytes(1));
    room.polls();
    expect(server.api.getAuthenticatingPeers()).toEqual([2]);
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_SCRIPT_FAILED]);
  });
});
