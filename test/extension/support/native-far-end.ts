/** The child process of `FarEnd`: answers one connection after the other. It ends when its parent lets go of it. */
import { createInterface } from 'node:readline';
import { type RtcConfiguration, WebRTCPeerConnection } from 'scenewire';
import type { FarOrder, FarReport, Letter } from './far-end.js';

const ends = new Map<number, WebRTCPeerConnection>();
const tell = (report: FarReport): void => void process.stdout.write(`${JSON.stringify(report)}\n`);

function begin(id: number, configuration: RtcConfiguration): void {
  const connection = new WebRTCPeerConnection({ configuration });
  ends.set(id, connection);
  const post = (letter: Letter): void => tell({ id, kind: 'mail', letter });
  connection.session_description_created.connect((type, sdp) => {
    connection.setLocalDescription(type, sdp);
    post({ kind: 'description', type, sdp });
  });
  connection.ice_candidate_created.connect((media, index, name) => post({ kind: 'candidate', media, index, name }));
  const channel = connection.createDataChannel('game', { negotiated: true, id: 1 });
  channel?.opened.connect(() => tell({ id, kind: 'open' }));
}

function receive(id: number, letter: Letter): void {
  const connection = ends.get(id);
  if (letter.kind === 'description') connection?.setRemoteDescription(letter.type, letter.sdp);
  else connection?.addIceCandidate(letter.media, letter.index, letter.name);
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const order = JSON.parse(line) as FarOrder;
    if (order.kind === 'begin') begin(order.id, order.configuration);
    if (order.kind === 'mail') receive(order.id, order.letter);
    if (order.kind !== 'end') return;
    ends.get(order.id)?.close();
    ends.delete(order.id);
  })
  .on('close', () => process.exit());
setInterval(() => {
  for (const connection of ends.values()) connection.poll();
}, 1);
