/**
 * A client of a game, in a process of its own: it polls every frame. On the orders "leave" and "close" it goes, and on
 * "stall" it stands still for so many milliseconds.
 */
import { setErrorHandler, WebRTCMultiplayerPeer, WebRTCPeerConnection } from 'scenewire';
import { configuration, say } from '../../hostile/programs/handshake.js';
import { listen, post } from '../../hostile/programs/mail.js';

const FRAME_MS = 16;
const CLIENT = 7;

const connection = new WebRTCPeerConnection({ configuration });
const peer = new WebRTCMultiplayerPeer();
setErrorHandler((text) => say(`error ${text}`));
connection.session_description_created.connect((type, sdp) => {
  connection.setLocalDescription(type, sdp);
  post({ kind: 'description', type, sdp });
});
connection.ice_candidate_created.connect((media, index, name) => post({ kind: 'candidate', media, index, name }));
peer.peer_connected.connect(() => say('connected'));
peer.createClient(CLIENT);
peer.addPeer(connection, 1);

const stop = listen(
  (letter) => {
    if (letter.kind === 'description') connection.setRemoteDescription(letter.type, letter.sdp);
    else connection.addIceCandidate(letter.media, letter.index, letter.name);
  },
  (order) => {
    const [what, ms] = order.split(' ');
    if (what === 'leave') peer.disconnectPeer(1);
    if (what === 'close') peer.close();
    if (what === 'stall') for (const until = performance.now() + Number(ms); performance.now() < until; );
  },
);
const frames = setInterval(() => {
  peer.poll();
  peer.flush();
  if (peer.getConnectionStatus() !== WebRTCMultiplayerPeer.CONNECTION_DISCONNECTED) return;
  // What was said last may still be on its way.
  clearInterval(frames);
  setTimeout(() => peer.close(), 200);
  stop();
}, FRAME_MS);
say('ready');
