import { WebRTCMultiplayerPeer, WebRTCPeerConnection } from 'scenewire';
import { afterEach, expect, it } from 'vitest';
import { LossyPath } from './support/lossy-path.js';
import { readAll, send } from './support/webrtc-room.js';

const PACKETS = 100;
const LOSS_RATE = 0.2;
const configuration = { libdatachannel: { bindAddress: '127.0.0.1' } };

const toClose: { close(): void }[] = [];
afterEach(() => {
  for (const one of toClose.splice(0)) one.close();
});

const turn = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A server and a client of node-datachannel; what the server sends goes through a path that can lose it. */
async function connect(lifetime: number): Promise<[WebRTCMultiplayerPeer, WebRTCMultiplayerPeer, LossyPath]> {
  const path = await LossyPath.open();
  const [server, client] = [new WebRTCMultiplayerPeer(), new WebRTCMultiplayerPeer()];
  toClose.push(server, client, path);
  const [here, there] = [new WebRTCPeerConnection({ configuration }), new WebRTCPeerConnection({ configuration })];
  server.createServer();
  client.createClient(7);
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
  const deadline = performance.now() + 10_000;
  while (client.getConnectionStatus() !== 2 || !server.getPeer(7)?.connected) {
    if (performance.now() > deadline) throw new Error('They never connected');
    await turn(5);
    server.poll();
    client.poll();
  }
  return [server, client, path];
}

/** Sends packets in all three modes over a path that loses; gives what arrived, by mode and in order of arrival. */
async function arrivals(lifetime: number): Promise<{ got: [number[], number[], number[]]; lost: number }> {
  const [server, client, path] = await connect(lifetime);
  path.lossRate = LOSS_RATE;
  const padding = new Array(600).fill(0);
  const got: [number[], number[], number[]] = [[], [], []];
  let arrivedAt = performance.now();
  const frame = async (): Promise<void> => {
    await turn(2);
    server.poll();
    client.poll();
    for (const { mode, packet } of readAll(client)) {
      got[mode as 0 | 1 | 2].push(packet[0] ?? -1);
      arrivedAt = performance.now();
    }
  };
  for (let n = 0; n < PACKETS; n += 1) {
    for (const mode of [0, 1, 2] as const) {
      expect(send(server, 7, [n, ...padding], mode)).toBe(0);
      await frame();
    }
  }
  path.lossRate = 0;
  // Longer than the first retransmission timer of SCTP, which is a second.
  while (performance.now() - arrivedAt < 1500) await frame();
  return { got, lost: path.lost };
}

it.each([1, 0])(
  'C-13 D7 [native] with a lifetime of %i ms, unreliable packets that are lost are not sent again, reliable ones are',
  async (lifetime) => {
    const { got, lost } = await arrivals(lifetime);
    const [unreliable, ordered, reliable] = got;
    expect(lost).toBeGreaterThan(30);
    expect(reliable).toEqual(Array.from({ length: PACKETS }, (_, n) => n));
    for (const lossy of [unreliable, ordered]) {
      expect(new Set(lossy).size).toBe(lossy.length);
      expect(lossy.length).toBeGreaterThan(50);
      expect(lossy.length).toBeLessThan(94);
    }
    expect(ordered).toEqual([...ordered].sort((a, b) => a - b));
  },
);
