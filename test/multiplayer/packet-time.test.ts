import {
  CompositeMultiplayerPeer,
  Err,
  MultiplayerPeerExtension,
  OfflineMultiplayerPeer,
  type PeerLinkOptions,
} from 'scenewire';
import { describe, expect, it } from 'vitest';
import { send, WebRTCRoom } from './support/webrtc-room.js';

const RELIABLE = 2;
const UNRELIABLE = 0;

function pair(link: Partial<PeerLinkOptions> | false) {
  const room = new WebRTCRoom({ seed: 4, conditions: { latencyMs: 80 } });
  const [server, client] = [room.server([], { link }), room.client(2, [], { link })];
  room.join(server, client);
  room.frames(300);
  return { room, server, client };
}

describe('getPacketTime', () => {
  it('tells when an unreliable packet was put, by the clock of its sender, however long it took', () => {
    const { room, server, client } = pair({});
    const putAt: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      putAt.push(Math.floor(room.clock.now()));
      send(client, 1, [n], UNRELIABLE);
      client.flush();
      room.clock.advance(17);
    }
    room.frames(40);
    const told: number[] = [];
    while (server.getAvailablePacketCount() > 0) {
      told.push(server.getPacketTime());
      server.getPacket();
    }
    expect(told).toEqual(putAt);
    expect(server.getPacketTime()).toBeNaN();
  });

  it('is not told of reliable packets, nor by peers as Godot’s', () => {
    for (const [link, mode] of [
      [{}, RELIABLE],
      [false, UNRELIABLE],
    ] as const) {
      const { room, server, client } = pair(link);
      send(client, 1, [7], mode);
      client.flush();
      room.frames(40);
      expect(server.getAvailablePacketCount()).toBe(1);
      expect(server.getPacketTime()).toBeNaN();
    }
  });

  it('comes through a composite peer, and from a transport of one’s own that tells it', () => {
    class Own extends MultiplayerPeerExtension {
      protected override _getPacketTime = (): number => 1234;
      protected override _getAvailablePacketCount = (): number => 1;
      protected override _getConnectionStatus = (): 2 => 2;
      protected override _getUniqueId = (): number => 1;
      protected override _isServer = (): boolean => true;
      protected override _poll = (): void => {};
      protected override _close = (): void => {};
      protected override _getPacketPeer = (): number => 2;
    }
    const composite = new CompositeMultiplayerPeer();
    expect(composite.createServer([new Own()])).toBe(Err.OK);
    composite.poll();
    expect(composite.getPacketTime()).toBe(1234);
    expect(new OfflineMultiplayerPeer().getPacketTime()).toBeNaN();
  });
});
