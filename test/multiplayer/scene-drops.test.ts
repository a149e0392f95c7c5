import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { SceneRoom } from './support/scene-room.js';

const errors = recordErrors();

describe('what is thrown away', () => {
  it('is counted by peer and reason', () => {
    const room = new SceneRoom();
    const [server] = room.join([2, 3]);
    server!.receive(2, '03');
    server!.receive(2, '');
    server!.receive(3, '070109000000');
    expect(server!.api.getDropped(2)).toMatchObject({ malformed: 2, 'not-permitted': 0 });
    expect(server!.api.getDropped(3)).toMatchObject({ malformed: 0, 'not-permitted': 1 });
    expect(server!.api.getDropped(9)).toMatchObject({ malformed: 0 });
  });

  it('is told as it was: a later drop does not change what was handed out', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    const before = server!.api.getDropped(2);
    server!.receive(2, '03');
    expect(before.malformed).toBe(0);
  });

  it('is forgotten with the peer, after peer_disconnected', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    server!.receive(2, '03');
    let told = -1;
    server!.api.peer_disconnected.connect((id) => {
      told = server!.api.getDropped(id).malformed;
    });
    server!.peer.disconnectPeer(2);
    server!.poll();
    expect([told, server!.api.getDropped(2).malformed]).toEqual([1, 0]);
  });

  it('is counted together for everybody who is not in the game', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    for (let id = 100; id < 1100; id += 1) server!.inject(id, '0301');
    server!.poll();
    expect(server!.api.getDropped(0)['unknown-peer']).toBe(1000);
    expect(server!.api.getDropped(100)['unknown-peer']).toBe(0);
  });

  it('is reported one by one at first, and then once per second with their number', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    for (let n = 0; n < 100; n += 1) server!.receive(2, '03');
    expect(errors).toHaveLength(8);
    room.clock.advance(1000);
    for (let n = 0; n < 50; n += 1) server!.receive(2, '03');
    expect(errors).toHaveLength(9);
    expect(errors[8]?.text).toContain('92 others');
    expect(server!.api.getDropped(2).malformed).toBe(150);
  });

  it('puts a peer out after maxDrops, and says why', () => {
    const room = new SceneRoom();
    const [server, client] = room.join([2], { maxDrops: 3 });
    for (let n = 0; n < 5; n += 1) server!.inject(2, '03');
    server!.inject(2, '0301');
    server!.poll();
    expect(server!.news()).toEqual(['disconnected 2 misbehaved']);
    room.polls(2);
    expect(client!.news()).toEqual(['disconnected 1 left', 'server disconnected']);
  });

  it('puts out a peer that is still authenticating', () => {
    const room = new SceneRoom();
    const server = room.side(1, {
      maxDrops: 2,
      setUp: (api) => {
        api.authCallback = () => {};
      },
    });
    room.side(2);
    room.hub.link(1, 2);
    server.poll();
    for (let n = 0; n < 3; n += 1) server.inject(2, '0301');
    server.poll();
    expect(server.news()).toEqual(['authenticating 2', 'authentication of 2 failed']);
    expect(server.peer.links).toEqual([]);
  });

  it('leaves clients behind the server to the server', () => {
    const room = new SceneRoom();
    const [, client] = room.join([2, 3], { maxDrops: 2 });
    for (let n = 0; n < 5; n += 1) client!.receive(1, '07030300000003');
    expect(client!.api.getDropped(3).malformed).toBe(5);
    expect(client!.api.getPeers()).toEqual([1, 3]);
  });

  it('nobody is put out without a limit', () => {
    const room = new SceneRoom();
    const [server] = room.join([2]);
    for (let n = 0; n < 10_000; n += 1) server!.inject(2, '03');
    server!.poll();
    expect(server!.api.getPeers()).toEqual([2]);
  });
});
