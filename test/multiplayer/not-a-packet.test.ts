import { CompositeMultiplayerPeer, Err, type MultiplayerPeer, WebSocketPeer } from 'scenewire';
import { expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { FakeWebSockets } from './support/fake-websockets.js';
import { WebRTCRoom } from './support/webrtc-room.js';
import { LinkRoom } from './support/websocket-network.js';

const errors = recordErrors();

const WRONG = [undefined, null, '', 'text', 7, [], [1, 2], new ArrayBuffer(4), Float32Array.of(1.5), { length: 0 }];

/** A server with a client 7 over WebRTC. */
function overWebRTC(link: false | object): MultiplayerPeer {
  const room = new WebRTCRoom();
  const server = room.server([], { link });
  room.join(server, room.client(7, [], { link }));
  room.frames(60);
  return server;
}

function overComposite(): MultiplayerPeer {
  const house = new CompositeMultiplayerPeer();
  house.createServer([overWebRTC({})]);
  house.poll();
  return house;
}

const peers: readonly (readonly [string, () => MultiplayerPeer])[] = [
  ['WebRTC', () => overWebRTC(false)],
  ['WebRTC with a link', () => overWebRTC({})],
  ['WebSocket', () => new LinkRoom({ link: false }, { link: false }).join().server],
  ['WebSocket with a link', () => new LinkRoom().join().server],
  ['composite', overComposite],
];

it.each(peers)('what is no Uint8Array is ERR_INVALID_PARAMETER, with one report, in every mode: %s', (_what, make) => {
  const peer = make();
  for (const mode of [0, 1, 2] as const) {
    for (const wrong of WRONG) {
      for (const target of [0, -99]) {
        peer.transferMode = mode;
        peer.setTargetPeer(target);
        expect(peer.putPacket(wrong as never)).toBe(Err.ERR_INVALID_PARAMETER);
        expect(errors.splice(0).map(({ text }) => text)).toEqual(['A packet is a Uint8Array']);
      }
    }
  }
  // A view of another kind of one byte has bytes.
  expect(peer.putPacket(new Uint8ClampedArray(2) as never)).toBe(Err.OK);
  expect(errors).toEqual([]);
});

it('nor does a WebSocketPeer send anything else', () => {
  const transport = new FakeWebSockets();
  const socket = new WebSocketPeer({ transport });
  for (const wrong of WRONG) expect(socket.putPacket(wrong as never)).toBe(Err.FAILED);
  socket.connectToUrl('ws://game.test/');
  transport.last.open();
  socket.poll();
  for (const wrong of WRONG) {
    expect([socket.putPacket(wrong as never), socket.send(wrong as never)]).toEqual([
      Err.ERR_INVALID_PARAMETER,
      Err.ERR_INVALID_PARAMETER,
    ]);
    expect(errors.splice(0).map(({ text }) => text)).toEqual(['A packet is a Uint8Array', 'A packet is a Uint8Array']);
  }
  expect([socket.putPacket(new Uint8Array(0)), socket.putPacket(new Int8Array(2) as never)]).toEqual([Err.OK, Err.OK]);
  expect([errors, transport.last.calls]).toEqual([[], ['send 2']]);
});
