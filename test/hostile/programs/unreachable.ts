/** Two connections that agree and never hear of each other's addresses. Nobody closes them: they fail, and that is all. */
import { WebRTCPeerConnection } from 'scenewire';
import { configuration, say } from './handshake.js';

const a = new WebRTCPeerConnection({ configuration });
const b = new WebRTCPeerConnection({ configuration });
for (const [from, to] of [
  [a, b],
  [b, a],
] as const) {
  from.session_description_created.connect((type, sdp) => {
    from.setLocalDescription(type, sdp);
    to.setRemoteDescription(type, sdp);
  });
  from.connection_state_changed.connect((state) => say(`${from === a ? 'a' : 'b'} ${state}`));
}
a.createDataChannel('game');
a.createOffer();
const timer = setInterval(() => {
  a.poll();
  b.poll();
  if (a.hasFailed() && b.hasFailed()) clearInterval(timer);
}, 20);
