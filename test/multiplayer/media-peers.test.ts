import { afterEach, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { WebRTCPeerConnection } from '../../src/extension/webrtc-peer-connection.js';
import { PeerMedia } from '../../src/multiplayer/media/peer-media.js';
import { WebRTCMultiplayerPeer } from '../../src/multiplayer/webrtc-multiplayer-peer.js';
import { audioTrack, videoTrack, WrtcExtension } from '../extension/support/wrtc.js';

/** Members of one mesh in this process, with real connections; what they tell each other goes by hand until all stand. */
class Mesh {
  readonly members = new Map<number, WebRTCMultiplayerPeer>();

  add(id: number, link: false | object = {}): WebRTCMultiplayerPeer {
    const peer = new WebRTCMultiplayerPeer({ link });
    peer.createMesh(id);
    for (const [other, member] of this.members) this.#join(other, member, id, peer);
    this.members.set(id, peer);
    return peer;
  }

  async until(holds: () => boolean, patienceMs = 15_000): Promise<void> {
    const end = performance.now() + patienceMs;
    while (!holds()) {
      if (performance.now() > end) throw new Error(`never came true: ${holds}`);
      for (const member of this.members.values()) member.poll();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  close(): void {
    for (const member of this.members.values()) member.close();
  }

  #join(a: number, first: WebRTCMultiplayerPeer, b: number, second: WebRTCMultiplayerPeer): void {
    const one = new WebRTCPeerConnection({ extension: WrtcExtension });
    const two = new WebRTCPeerConnection({ extension: WrtcExtension });
    for (const [from, to] of [
      [one, two],
      [two, one],
    ] as const) {
      from.session_description_created.connect((type, sdp) => {
        from.setLocalDescription(type, sdp);
        to.setRemoteDescription(type, sdp);
      });
      from.ice_candidate_created.connect((media, index, name) => void to.addIceCandidate(media, index, name));
    }
    first.addPeer(one, b);
    second.addPeer(two, a);
    one.createOffer();
  }
}

let mesh = new Mesh();
afterEach(() => {
  mesh.close();
  mesh = new Mesh();
});

it('tracks go to members that take them, added while the game runs, without signalling', async () => {
  const [one, two, three] = [mesh.add(1), mesh.add(2), mesh.add(3)];
  await mesh.until(() => one.getPeers().size === 2 && [...one.getPeers().values()].every(({ connected }) => connected));
  const first = new PeerMedia(one);
  const second = new PeerMedia(two);
  const heard: string[] = [];
  second.track_added.connect((id, streams, track) => heard.push(`${id} ${streams.map((s) => s.id)} ${track.kind}`));
  second.track_removed.connect((id, streams, track) => heard.push(`-${id} ${streams.map((s) => s.id)} ${track.kind}`));
  const voice = audioTrack();
  expect(first.addLocalTrack(voice)).toBe(Err.OK);
  await mesh.until(() => heard.length === 1);
  expect(heard).toEqual(['1 voice 0']);
  expect(first.getPeers()).toEqual([2]);
  expect(three.getPeers().get(1)?.connection.getRemoteStreams()).toEqual([]);
  // both at once
  second.addLocalTrack(audioTrack());
  first.addLocalTrack(videoTrack());
  await mesh.until(() => heard.length === 2 && first.getTracks(2).length === 1);
  first.removeLocalTrack(voice);
  await mesh.until(() => heard.length === 3);
  expect(heard).toEqual(['1 voice 0', '1 screen 1', '-1 voice 0']);
  second.close();
  await mesh.until(() => first.getPeers().length === 0 && first.getTracks(2).length === 0);
});

it('whoever is first at having a PeerMedia finds the other one, however much later it comes', async () => {
  const [one, two] = [mesh.add(1), mesh.add(2)];
  await mesh.until(() => one.getPeers().get(2)?.connected === true && two.getPeers().get(1)?.connected === true);
  const first = new PeerMedia(one);
  // What it says now reaches a side that has nobody to hear it.
  for (let n = 0; n < 50; n += 1) {
    one.poll();
    two.poll();
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  const second = new PeerMedia(two);
  await mesh.until(() => first.getPeers().length === 1 && second.getPeers().length === 1);
  second.close();
  await mesh.until(() => first.getPeers().length === 0);
  const third = new PeerMedia(two);
  await mesh.until(() => first.getPeers().length === 1 && third.getPeers().length === 1);
});
