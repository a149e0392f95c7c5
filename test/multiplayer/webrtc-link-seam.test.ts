import { ConnectionState, Err, type WebRTCMultiplayerPeer } from 'scenewire';
import { expect, it } from 'vitest';
import type { ConnectedPeer, PeerLink } from '../../src/multiplayer/connected-peer.js';
import { readAll, send, WebRTCRoom } from './support/webrtc-room.js';

/** Adds one to every byte on the way out, takes it off on the way in, and writes down what it was asked. */
class Shifted implements PeerLink {
  readonly outlivesDisconnected = true;
  polls = 0;
  readonly calls: string[] = [];
  readonly #channels: PeerLink;

  constructor(channels: PeerLink) {
    this.#channels = channels;
  }

  get available(): number {
    return this.#channels.available;
  }

  get nextLane(): number {
    return this.#channels.nextLane;
  }

  poll(): void {
    this.polls += 1;
  }

  send(lane: number, packet: Uint8Array): Err {
    this.calls.push(`send ${lane} ${packet.join()}`);
    return this.#channels.send(
      lane,
      packet.map((byte) => byte + 1),
    );
  }

  take(): Uint8Array | Err {
    const taken = this.#channels.take();
    return typeof taken === 'number' ? taken : taken.map((byte) => byte - 1);
  }

  close(): void {
    this.calls.push('close');
  }
}

function shiftedPair(): [WebRTCRoom, WebRTCMultiplayerPeer, WebRTCMultiplayerPeer, Shifted[], ConnectedPeer[]] {
  const room = new WebRTCRoom();
  const links: Shifted[] = [];
  const peers: ConnectedPeer[] = [];
  const makeLink = (peer: ConnectedPeer, channels: PeerLink): PeerLink => {
    const link = new Shifted(channels);
    links.push(link);
    peers.push(peer);
    return link;
  };
  const server = room.server([2], { makeLink });
  const client = room.client(7, [2], { makeLink });
  room.join(server, client);
  room.frames();
  return [room, server, client, links, peers];
}

it('every packet of a peer passes through its link, in both directions', () => {
  const [room, server, client, links, peers] = shiftedPair();
  expect([links.length, peers.map(({ id }) => id).sort()]).toEqual([2, [1, 7]]);
  send(server, 7, [10], 2, 1);
  send(server, 0, [20], 0);
  room.frames(2);
  expect(readAll(client).map(({ channel, packet }) => [channel, ...packet])).toEqual([
    [0, 20],
    [1, 10],
  ]);
  const ofServer = links[peers.findIndex(({ id }) => id === 7)];
  expect(ofServer?.calls).toEqual(['send 3 10', 'send 2 20']);
  const before = ofServer?.polls ?? 0;
  room.frames(3);
  expect(ofServer?.polls).toBe(before + 3);
  server.removePeer(7);
  expect(ofServer?.calls.at(-1)).toBe('close');
});

it('D20 a link can keep a peer whose transport reads DISCONNECTED, and nothing worse', () => {
  const [room, server] = shiftedPair();
  const connection = server.getPeer(7)?.connection;
  if (connection === undefined) throw new Error('There is no peer 7');
  let state: ConnectionState = ConnectionState.STATE_DISCONNECTED;
  connection.getConnectionState = () => state;
  room.frames(3);
  expect(server.hasPeer(7)).toBe(true);
  state = ConnectionState.STATE_FAILED;
  room.frames(1);
  expect(server.hasPeer(7)).toBe(false);
});

it('C-12 without one, DISCONNECTED is the end, as in Godot', () => {
  const room = new WebRTCRoom();
  const [server] = room.full([7]);
  const connection = server.getPeer(7)?.connection;
  if (connection !== undefined) connection.getConnectionState = () => ConnectionState.STATE_DISCONNECTED;
  room.frames(1);
  expect([server.hasPeer(7), room.log[2]]).toEqual([false, 'server peer_disconnected 7']);
  expect(send(server, 7, [1])).toBe(Err.ERR_INVALID_PARAMETER);
});
