import { WebRTCMediaStream } from '../../extension/media/webrtc-media-stream.js';
import type { WebRTCMediaTrack } from '../../extension/media/webrtc-media-track.js';
import { readForwardedName } from './forwarded-name.js';
import type { MediaPeer } from './media-peer.js';

/** A track of another peer. */
export interface ReceivedFromPeer {
  /** Who it came from; behind a forwarding server that is the server. */
  readonly from: MediaPeer;
  /** Whose it is. */
  readonly peerId: number;
  readonly streams: readonly WebRTCMediaStream[];
  readonly track: WebRTCMediaTrack;
  /** It came through a server, so its streams are made here. */
  readonly isForwarded: boolean;
}

/** The tracks of all peers, each with the one it is of. */
export class ReceivedTracks {
  all: readonly ReceivedFromPeer[] = [];

  add(from: MediaPeer, given: readonly WebRTCMediaStream[], track: WebRTCMediaTrack): ReceivedFromPeer {
    const forwarded = from.forwards ? readForwardedName(given[0]?.id ?? '') : null;
    const peerId = forwarded?.peerId ?? from.id;
    const streams = forwarded === null ? given : given.map(({ id }) => this.#streamOf(peerId, id));
    if (forwarded !== null) for (const stream of streams) stream.add(track);
    const received = { from, peerId, streams, track, isForwarded: forwarded !== null };
    this.all = [...this.all, received];
    return received;
  }

  /** Undefined when it was not there. */
  remove(track: WebRTCMediaTrack): ReceivedFromPeer | undefined {
    const found = this.all.find((received) => received.track === track);
    if (found === undefined) return undefined;
    this.all = this.all.filter((received) => received !== found);
    if (found.isForwarded) for (const stream of found.streams) stream.remove(track);
    return found;
  }

  /** Its tracks belong together under the name that its peer gave them. */
  #streamOf(peerId: number, name: string): WebRTCMediaStream {
    const id = readForwardedName(name)?.stream ?? name;
    const known = this.all.filter((received) => received.peerId === peerId).flatMap(({ streams }) => streams);
    return known.find((stream) => stream.id === id) ?? new WebRTCMediaStream(id);
  }
}
