import type { WebRTCPeerConnection } from 'scenewire';

export interface Scene {
  readonly a: WebRTCPeerConnection;
  readonly b: WebRTCPeerConnection;
  /** Of a native connection that is long gone. */
  readonly offer: string;
  readonly candidate: string;
  frames(count: number): Promise<void>;
  /** Signalling between the two. */
  join(): void;
}

type Order = (scene: Scene) => unknown[] | Promise<unknown[]>;

const everything = (pc: WebRTCPeerConnection, { offer, candidate }: Scene): unknown[] => [
  pc.createDataChannel('late'),
  pc.createOffer(),
  pc.createOffer({ renegotiate: true }),
  pc.createAnswer(),
  pc.setLocalDescription('offer', offer),
  pc.setLocalDescription('rollback', ''),
  pc.setRemoteDescription('offer', offer),
  pc.setRemoteDescription('answer', offer),
  pc.addIceCandidate('0', 0, candidate),
  pc.restartIce(),
  pc.updateIce({ iceServers: [] }),
  pc.poll(),
];

async function offering({ a, frames }: Scene): Promise<string> {
  let offer = '';
  a.session_description_created.connect((_type, sdp) => {
    offer = sdp;
  });
  a.createDataChannel('game');
  a.createOffer();
  for (let i = 0; i < 500 && offer === ''; i += 1) await frames(1);
  return offer;
}

/** Each of these, made on the library underneath, throws or ends the process. */
export const illegalOrders: Readonly<Record<string, Order>> = {
  'an offer without a channel': ({ a }) => [a.createOffer(), a.getConnectionState()],
  'an offer nobody made': ({ a, offer }) => [a.setLocalDescription('offer', offer)],
  'an answer in STABLE': ({ a, offer }) => [
    a.setLocalDescription('answer', offer),
    a.setRemoteDescription('answer', offer),
  ],
  'createAnswer in STABLE': ({ a }) => [a.createAnswer()],
  'a provisional answer': ({ a, offer }) => [
    a.setLocalDescription('pranswer', offer),
    a.setRemoteDescription('pranswer', offer),
  ],
  'a rollback in STABLE': ({ a }) => [a.setLocalDescription('rollback', ''), a.setRemoteDescription('rollback', '')],
  'a second offer': async (scene) => {
    await offering(scene);
    return [scene.a.createOffer(), scene.a.createOffer({ renegotiate: true }), scene.a.createDataChannel('late')];
  },
  'a remote offer while offering': async (scene) => {
    const own = await offering(scene);
    return [scene.a.setLocalDescription('offer', own), scene.a.setRemoteDescription('offer', scene.offer)];
  },
  'an offer as its own answer': async (scene) => {
    const own = await offering(scene);
    return [scene.a.setLocalDescription('offer', own), scene.a.setRemoteDescription('answer', own)];
  },
  'a rollback and another offer, twice': async (scene) => {
    const codes: unknown[] = [];
    for (let i = 0; i < 2; i += 1) {
      const own = await offering(scene);
      codes.push(scene.a.setLocalDescription('offer', own), scene.a.setLocalDescription('rollback', ''));
    }
    return codes;
  },
  'garbage for a description': ({ a, b }) => [
    a.setRemoteDescription('offer', 'garbage'),
    b.setRemoteDescription('offer', `v=0\r\n${'m=audio 9 RTP/AVP 0\r\n'.repeat(10_000)}`),
  ],
  'an offer of voice and pictures': async ({ a, offer, frames }) => {
    const media =
      'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=sendrecv\r\na=rtpmap:111 opus/48000/2\r\n';
    const code = a.setRemoteDescription('offer', `${offer}${media}`);
    await frames(20);
    globalThis.gc?.();
    return [code];
  },
  'a candidate before everything': ({ a, candidate }) => [
    a.addIceCandidate('0', 0, candidate),
    a.addIceCandidate('', 0, ''),
  ],
  'an answer twice': async (scene) => {
    const { a, b, frames } = scene;
    scene.join();
    a.createDataChannel('game');
    a.createOffer();
    await frames(40);
    const { sdp = '' } = b.getLocalDescription() ?? {};
    return [a.setRemoteDescription('answer', sdp), a.setLocalDescription('answer', sdp)];
  },
  'a new offer with other credentials, connected': async (scene) => {
    const { a, b, frames, offer } = scene;
    scene.join();
    a.createDataChannel('game');
    a.createOffer();
    for (let i = 0; i < 3000 && !(a.isPeerConnected() && b.isPeerConnected()); i += 1) await frames(1);
    const code = b.setRemoteDescription('offer', offer);
    await frames(20);
    const channel = a.getDataChannels()[0];
    return [code, channel?.putPacket(new Uint8Array(1)), b.getConnectionState()];
  },
  'everything after close': (scene) => {
    scene.a.close();
    return everything(scene.a, scene);
  },
  'everything after destroy': (scene) => {
    scene.a.destroy();
    return everything(scene.a, scene);
  },
  'packets on a channel of a closed connection': async (scene) => {
    const { a, b, frames } = scene;
    scene.join();
    const channel = a.createDataChannel('game');
    a.createOffer();
    for (let i = 0; i < 3000 && channel?.getReadyState() !== 1; i += 1) await frames(1);
    b.close();
    a.close();
    return [channel?.putPacket(new Uint8Array(1)), channel?.poll(), channel?.getBufferedAmount()];
  },
};

/** What each of them gives: codes, the channel that is not made, and states. */
export const illegalCodes: Readonly<Record<string, readonly (number | null)[]>> = {
  'an offer without a channel': [1, 0],
  'an offer nobody made': [1],
  'an answer in STABLE': [1, 1],
  'createAnswer in STABLE': [1],
  'a provisional answer': [2, 2],
  'a rollback in STABLE': [1, 1],
  'a second offer': [1, 1, null],
  'a remote offer while offering': [0, 1],
  'an offer as its own answer': [0, 1],
  'a rollback and another offer, twice': [0, 0, 0, 0],
  'garbage for a description': [1, 1],
  'an offer of voice and pictures': [0],
  'a candidate before everything': [0, 0],
  'an answer twice': [1, 1],
  'a new offer with other credentials, connected': [1, 0, 2],
  'everything after close': [null, 1, 1, 3, 3, 3, 3, 3, 3, 3, 3, 0],
  'everything after destroy': [null, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3],
  'packets on a channel of a closed connection': [3, 0, 0],
};
