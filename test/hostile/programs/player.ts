/**
 * A game's end of a connection: polls every frame and sends a state each time. With "offer" it begins. It says its states
 * and closes when it lost the other side, or on the order "close"; then it has to end by itself.
 */
import { ConnectionState, setErrorHandler, WebRTCPeerConnection } from 'scenewire';
import { configuration, say } from './handshake.js';
import { listen, post } from './mail.js';

const FRAME_MS = 16;

const connection = new WebRTCPeerConnection({ configuration });
setErrorHandler((text) => say(`error ${text}`));
connection.session_description_created.connect((type, sdp) => {
  connection.setLocalDescription(type, sdp);
  post({ kind: 'description', type, sdp });
});
connection.ice_candidate_created.connect((media, index, name) => post({ kind: 'candidate', media, index, name }));
connection.connection_state_changed.connect((state) => {
  say(`state ${state}`);
  if (state >= ConnectionState.STATE_DISCONNECTED) end();
});
connection.data_channel_received.connect((channel) => say(`channel ${channel.getLabel()}`));

const stop = listen(
  (letter) => {
    if (letter.kind === 'description') connection.setRemoteDescription(letter.type, letter.sdp);
    else connection.addIceCandidate(letter.media, letter.index, letter.name);
  },
  (order) => {
    if (order === 'close') end();
    if (order.startsWith('block')) block(Number(order.split(' ')[1]));
  },
);
const frames = setInterval(() => {
  connection.poll();
  for (const channel of connection.getDataChannels()) channel.putPacket(new Uint8Array(100));
}, FRAME_MS);

/** Holds the main thread up: what arrives meanwhile waits in the library underneath. */
function block(ms: number): void {
  say('blocking');
  const until = performance.now() + ms;
  while (performance.now() < until);
  say('unblocked');
}

function end(): void {
  clearInterval(frames);
  stop();
  connection.close();
  say('closed');
}

if (process.argv[2] === 'offer') {
  connection.createDataChannel('game');
  connection.createOffer();
}
say('ready');
