import { WebRTCMultiplayerPeer, type WebRTCMultiplayerPeerOptions, WebRTCPeerConnection } from 'scenewire';
import { LossyPath } from './lossy-path.js';

/** How long something may take that is bound to happen. */
const PATIENCE_MS = 60_000;

const configuration = { libdatachannel: { bindAddress: '127.0.0.1' } };

export const turn = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A server and a client of node-datachannel; what the server sends goes through a path that can lose it. */
export interface NativePair {
  readonly server: WebRTCMultiplayerPeer;
  readonly client: WebRTCMultiplayerPeer;
  readonly path: LossyPath;
  close(): void;
}

export async function connectNatively(
  options: WebRTCMultiplayerPeerOptions = {},
  lifetime?: number,
): Promise<NativePair> {
  const path = await LossyPath.open();
  const [server, client] = [new WebRTCMultiplayerPeer(options), new WebRTCMultiplayerPeer(options)];
  const close = (): void => {
    for (const one of [server, client, path]) one.close();
  };
  const pair = { server, client, path, close };
  server.createServer();
  client.createClient(7);
  const [here, there] = [new WebRTCPeerConnection({ configuration }), new WebRTCPeerConnection({ configuration })];
  here.session_description_created.connect((type, sdp) => {
    here.setLocalDescription(type, sdp);
    there.setRemoteDescription(type, sdp);
  });
  there.session_description_created.connect((type, sdp) => {
    there.setLocalDescription(type, sdp);
    here.setRemoteDescription(type, sdp);
  });
  // The client's own candidates are kept back: it reaches the server through the path, and no other way.
  here.ice_candidate_created.connect(
    (media, index, name) => void there.addIceCandidate(media, index, path.disguise(name)),
  );
  server.addPeer(here, 7, lifetime);
  client.addPeer(there, 1, lifetime);
  here.createOffer();
  const deadline = performance.now() + PATIENCE_MS;
  while (client.getConnectionStatus() !== 2 || !server.getPeer(7)?.connected) {
    if (performance.now() > deadline) {
      pair.close();
      throw new Error('They never connected');
    }
    await turn(5);
    server.poll();
    client.poll();
  }
  return pair;
}
