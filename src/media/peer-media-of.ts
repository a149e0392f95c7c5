import { Err } from '../core/err.js';
import { fail } from '../core/fail.js';
import { PeerMedia } from '../multiplayer/media/peer-media.js';
import type { MultiplayerPeer } from '../multiplayer/multiplayer-peer.js';
import { WebRTCMultiplayerPeer } from '../multiplayer/webrtc-multiplayer-peer.js';

/** The tracks of a game. Who came in by a WebSocket has none: nobody is heard or seen then, and the game goes on. */
export function peerMediaOf(peer: MultiplayerPeer): PeerMedia {
  if (peer instanceof WebRTCMultiplayerPeer) return new PeerMedia(peer);
  fail(Err.ERR_UNAVAILABLE, 'Voices and screens need WebRTC, and this peer has another transport');
  return new PeerMedia(new WebRTCMultiplayerPeer());
}
