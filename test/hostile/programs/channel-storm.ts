/** A peer of bad manners, without the library: on the order "go" it opens channels and closes them in the same breath. */
import { type DataChannel, PeerConnection } from 'node-datachannel';
import { configuration, say } from './handshake.js';
import { listen, post } from './mail.js';

const channels = Number(process.argv[2]);
const kept: DataChannel[] = [];
const connection = new PeerConnection('storm', { iceServers: [], ...configuration.libdatachannel });
connection.onStateChange(() => {});
connection.onLocalDescription((sdp, type) => post({ kind: 'description', type: type as 'offer', sdp }));
connection.onLocalCandidate((name, media) =>
  post({ kind: 'candidate', media, index: 0, name: name.replace(/^a=/, '') }),
);

function open(label: string): DataChannel {
  const channel = connection.createDataChannel(label);
  kept.push(channel);
  channel.onClosed(() => {});
  return channel;
}

listen(
  (letter) => {
    if (letter.kind === 'description') connection.setRemoteDescription(letter.sdp, letter.type);
    else connection.addRemoteCandidate(letter.name, letter.media);
  },
  (order) => {
    if (order !== 'go') return;
    for (let i = 0; i < channels; i += 1) open(`zombie ${i}`).close();
    say('gone');
  },
);
open('first').onOpen(() => say('open'));
