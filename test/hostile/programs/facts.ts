/** What the library says of itself where its native back end cannot work; with "worker": in a worker thread. */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { Err, WebRTCPeerConnection } from 'scenewire';
import { say } from './handshake.js';

function facts(): object {
  const connections = [new WebRTCPeerConnection(), WebRTCPeerConnection.create(), new WebRTCPeerConnection()];
  const created = WebRTCPeerConnection.createRemote([]);
  const [pc] = connections as [WebRTCPeerConnection, ...WebRTCPeerConnection[]];
  return {
    imported: Err.OK,
    codes: [pc.initialize(), pc.poll(), created.error, pc.createOffer(), pc.destroy()],
    states: [pc.getConnectionState(), pc.getGatheringState(), pc.getSignalingState()],
    channel: pc.createDataChannel('game'),
  };
}

if (!isMainThread) {
  parentPort?.postMessage(facts());
} else if (process.argv[2] === 'worker') {
  new Worker(new URL(import.meta.url)).on('message', (seen) => say(`facts ${JSON.stringify(seen)}`));
} else {
  say(`facts ${JSON.stringify(facts())}`);
}
