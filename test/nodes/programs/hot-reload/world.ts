import { MultiplayerPeer, replicate, WebRTCMultiplayerPeer, WebRTCPeerConnection } from 'scenewire';
import { LoopbackNetwork } from 'scenewire/testing';
import { attach, type ThreeNetwork } from 'scenewire/three';
import { Object3D, Scene } from 'three';

/** What stays when the game is edited: the scene and its loop, and a host, which nobody sees. */
export const scene = new Scene();
const link = new LoopbackNetwork();
const hostScene = new Scene();
const host = attach(hostScene, { heartbeat: null });
const hostPeer = new WebRTCMultiplayerPeer();
hostPeer.createServer();
host.multiplayer.multiplayerPeer = hostPeer;
const hostBox = new Object3D();
hostBox.name = 'Box';
hostScene.add(hostBox);
replicate(hostBox, { position: { mode: 'always' } });

const made: ThreeNetwork[] = [];
const counts = { frames: 0, polls: 0 };
let version = 0;
let loop = (_timeMs: number): void => {};

const turn = (timeMs: number): void => {
  counts.frames += 1;
  hostBox.position.x += 1;
  host.loop.tick();
  loop(timeMs);
  requestAnimationFrame(turn);
};
requestAnimationFrame(turn);

/** A version of the game is there: it plays with the host. */
export function play(network: ThreeNetwork, of: number): void {
  made.push(network);
  version = of;
  network.tree.process_frame.connect(() => (counts.polls += 1));
  const wrapped = network.wrap(() => {});
  loop = (timeMs) => wrapped(timeMs, null);
  const id = made.length + 1;
  const peer = new WebRTCMultiplayerPeer();
  peer.createClient(id);
  const connection = (): WebRTCPeerConnection => new WebRTCPeerConnection({ extension: link.Extension });
  const [here, there] = [connection(), connection()];
  for (const [from, to] of [
    [here, there],
    [there, here],
  ] as const) {
    from.session_description_created.connect((type, sdp) => {
      from.setLocalDescription(type, sdp);
      to.setRemoteDescription(type, sdp);
    });
    from.ice_candidate_created.connect((media, index, name) => void to.addIceCandidate(media, index, name));
  }
  hostPeer.addPeer(here, id);
  peer.addPeer(there, MultiplayerPeer.TARGET_PEER_SERVER);
  network.multiplayer.multiplayerPeer = peer;
  here.createOffer();
}

Object.assign(globalThis, {
  page: {
    state: () => ({
      version,
      made: made.length,
      attached: made.filter((network) => network.isAttached).length,
      peers: [...host.multiplayer.getPeers()],
      objects: scene.children.length,
      isFollowing: Math.abs((scene.getObjectByName('Box')?.position.x ?? 0) - hostBox.position.x) < 10,
      ...counts,
    }),
  },
});
