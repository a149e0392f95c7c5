import { WebRTCPeerConnection } from '../../../src/extension/webrtc-peer-connection.js';
import { PeerMedia } from '../../../src/multiplayer/media/peer-media.js';
import type { MultiplayerPeer } from '../../../src/multiplayer/multiplayer-peer.js';
import { WebRTCMultiplayerPeer } from '../../../src/multiplayer/webrtc-multiplayer-peer.js';
import { WrtcExtension } from '../../extension/support/wrtc.js';

/** Members of one game in this process, with real connections; what they tell each other goes by hand until all stand. */
export class MediaGame {
  readonly members = new Map<number, WebRTCMultiplayerPeer>();
  /** Polled as well. */
  readonly others: MultiplayerPeer[] = [];
  /** Of all `PeerMedia`, as "who: what". */
  readonly heard: string[] = [];

  /** Joins a mesh; `native` members have the native back end, which has no tracks. */
  meet(id: number, { link, native = false }: { link?: false; native?: boolean } = {}): WebRTCMultiplayerPeer {
    const peer = new WebRTCMultiplayerPeer(link === false ? { link } : {});
    peer.createMesh(id);
    for (const [other, member] of this.members) this.#join(other, member, id, peer, native);
    this.members.set(id, peer);
    return peer;
  }

  /** A server, or whoever comes to it. `peer` is what comes in place of one of its own. */
  serve(peer = new WebRTCMultiplayerPeer()): WebRTCMultiplayerPeer {
    peer.createServer();
    this.members.set(1, peer);
    return peer;
  }

  visit(id: number, { native = false }: { native?: boolean } = {}): WebRTCMultiplayerPeer {
    const peer = new WebRTCMultiplayerPeer();
    peer.createClient(id);
    this.#join(id, peer, 1, this.members.get(1) as WebRTCMultiplayerPeer, native);
    this.members.set(id, peer);
    return peer;
  }

  listen(peer: MultiplayerPeer): PeerMedia {
    const media = new PeerMedia(peer);
    const who = peer.getUniqueId();
    const namesOf = (streams: readonly { id: string }[]): string => streams.map(({ id }) => id).join();
    media.peer_added.connect((id) => this.heard.push(`${who}: peer ${id}`));
    media.peer_removed.connect((id) => this.heard.push(`${who}: no peer ${id}`));
    media.track_added.connect((id, streams) => this.heard.push(`${who}: +${id} ${namesOf(streams)}`));
    media.track_removed.connect((id, streams) => this.heard.push(`${who}: -${id} ${namesOf(streams)}`));
    return media;
  }

  async until(holds: () => boolean, patienceMs = 30_000): Promise<void> {
    const end = performance.now() + patienceMs;
    while (!holds()) {
      if (performance.now() > end) throw new Error(`never came true: ${holds}; heard ${this.heard.join(' | ')}`);
      for (const member of this.members.values()) member.poll();
      for (const other of this.others) other.poll();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async spin(frames: number): Promise<void> {
    let left = frames;
    await this.until(() => {
      left -= 1;
      return left < 0;
    });
  }

  get isComplete(): boolean {
    return [...this.members.values()].every((peer) =>
      [...peer.getPeers().values()].every(({ connected }) => connected),
    );
  }

  close(): void {
    for (const member of this.members.values()) member.close();
  }

  #join(a: number, first: WebRTCMultiplayerPeer, b: number, second: WebRTCMultiplayerPeer, isNative: boolean): void {
    const one = new WebRTCPeerConnection({ extension: WrtcExtension });
    const two = new WebRTCPeerConnection(isNative ? {} : { extension: WrtcExtension });
    const tie = (from: WebRTCPeerConnection, to: WebRTCPeerConnection): void => {
      from.session_description_created.connect((type, sdp) => {
        from.setLocalDescription(type, sdp);
        to.setRemoteDescription(type, sdp);
      });
      from.ice_candidate_created.connect((media, index, name) => void to.addIceCandidate(media, index, name));
    };
    tie(one, two);
    tie(two, one);
    first.addPeer(one, b);
    second.addPeer(two, a);
    one.createOffer();
  }
}
