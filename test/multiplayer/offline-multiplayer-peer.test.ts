import { Err, MultiplayerPeer, OfflineMultiplayerPeer } from 'scenewire';
import { expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';

const errors = recordErrors();

it('R-122 OfflineMultiplayerPeer is the connected server, alone', () => {
  const peer = new OfflineMultiplayerPeer();
  expect(peer).toBeInstanceOf(MultiplayerPeer);
  expect([peer.getConnectionStatus(), peer.getUniqueId(), peer.isServer()]).toEqual([2, 1, true]);
  expect([peer.isServerRelaySupported(), peer.getAvailablePacketCount(), peer.getMaxPacketSize()]).toEqual([
    false,
    0,
    0,
  ]);
  expect([peer.getPacketPeer(), peer.getPacketChannel(), peer.getPacketMode()]).toEqual([0, 0, 2]);
  expect([peer.transferMode, peer.transferChannel, peer.refuseNewConnections]).toEqual([2, 0, false]);
});

it('R-122 OfflineMultiplayerPeer lets packets vanish, and nothing ends it', () => {
  const peer = new OfflineMultiplayerPeer();
  const heard: number[] = [];
  peer.peer_connected.connect((id) => heard.push(id));
  peer.peer_disconnected.connect((id) => heard.push(id));
  peer.setTargetPeer(77);
  expect([peer.putPacket(Uint8Array.of(1)), peer.getPacket().length, peer.getPacketError()]).toEqual([
    Err.OK,
    0,
    Err.OK,
  ]);
  peer.disconnectPeer(1);
  peer.disconnectPeer(2, true);
  peer.close();
  peer.poll();
  expect([peer.getConnectionStatus(), peer.getUniqueId(), heard, errors]).toEqual([2, 1, [], []]);
});
