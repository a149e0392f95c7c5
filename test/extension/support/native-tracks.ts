/** A Node program with two native connections and a track between them. It has to end by itself, however it closes. */
import { PerfectNegotiation } from '../../../src/extension/media/perfect-negotiation.js';
import type { RtpPort } from '../../../src/extension/media/rtp-port.js';
import { WebRTCPeerConnection } from '../../../src/extension/webrtc-peer-connection.js';

const [how = 'both'] = process.argv.slice(2);
const ON_LOOPBACK = { libdatachannel: { bindAddress: '127.0.0.1' } };
const [a, b] = [0, 1].map(() => new WebRTCPeerConnection({ configuration: ON_LOOPBACK })) as [
  WebRTCPeerConnection,
  WebRTCPeerConnection,
];
const negotiations = new Map<WebRTCPeerConnection, PerfectNegotiation>();
for (const [from, to] of [
  [a, b],
  [b, a],
] as const) {
  from.createDataChannel('game', { negotiated: true, id: 1 });
  from.session_description_created.connect((type, sdp) => {
    from.setLocalDescription(type, sdp);
    to.setRemoteDescription(type, sdp);
  });
  from.ice_candidate_created.connect((media, index, name) => void to.addIceCandidate(media, index, name));
  const send = (message: Parameters<PerfectNegotiation['receive']>[0]): void =>
    void negotiations.get(to)?.receive(message);
  negotiations.set(from, new PerfectNegotiation(from, { polite: from === a, send }));
}
a.createOffer();

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`never came true: ${holds}`);
    a.poll();
    b.poll();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

await until(() => a.isPeerConnected() && b.isPeerConnected());
const [from, to] = [a, b].map((connection) => connection.extension?._openRtp?.()) as [RtpPort, RtpPort];
const sender = from.addSender(0);
if (sender === null) throw new Error('no sender');
sender.streams = ['voice'];
negotiations.get(a)?.request();
await until(() => sender.isLive && to.receivers.length === 1);
let packets = 0;
for (const receiver of to.receivers) {
  receiver.onPacket = () => {
    packets += 1;
  };
}
const packet = Uint8Array.of(0x80, sender.payloadType, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0xff);
new DataView(packet.buffer).setUint32(8, sender.ssrc);
await until(() => {
  sender.send(packet);
  return packets > 0;
});
if (how !== 'remote') a.close();
if (how !== 'local') b.close();
if (how === 'remote') await until(() => a.getConnectionState() === 5);
if (how === 'local') await until(() => b.getConnectionState() === 5);
console.log('done');
