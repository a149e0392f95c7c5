import { BrowserPeerConnection } from '../../../src/extension/browser/browser-peer-connection.js';
import { LIFE } from '../../../src/extension/connection-queries.js';
import { openMedia } from '../../../src/extension/media/connection-media.js';
import type { TrackSource } from '../../../src/extension/media/media-types.js';
import { WebRTCPeerConnection } from '../../../src/extension/webrtc-peer-connection.js';
import type { ExtensionClass } from '../../../src/extension/webrtc-peer-connection-extension.js';
import { loadWrtc } from '../../support/wrtc.js';

interface Stream {
  id: string;
  getTracks(): TrackSource[];
}

/** W3C's interface in Node, with real tracks. */
export const wrtc = loadWrtc<TrackSource, Stream>();

/** What the package collects too early, such as a source whose track is sent, ends the process. */
const kept = new Set<object>();

export function keep<T extends object>(object: T): T {
  kept.add(object);
  return object;
}

export const WrtcExtension: ExtensionClass = BrowserPeerConnection.using(wrtc.RTCPeerConnection);

export const audioTrack = (): TrackSource => keep(keep(new wrtc.nonstandard.RTCAudioSource()).createTrack());
export const videoTrack = (): TrackSource => keep(keep(new wrtc.nonstandard.RTCVideoSource()).createTrack());

/** Two connections in this process that negotiate by themselves, as often as it takes. */
export class TrackPair {
  readonly a = new WebRTCPeerConnection({ extension: WrtcExtension });
  readonly b = new WebRTCPeerConnection({ extension: WrtcExtension });
  frames = 0;
  /** How often one of them made an offer. */
  offers = 0;
  readonly #heard = new Map<WebRTCPeerConnection, string[]>();

  constructor() {
    this.#tie(this.a, this.b);
    this.#tie(this.b, this.a);
  }

  /** What was told of tracks and streams. */
  heard(name: 'a' | 'b'): readonly string[] {
    return this.#heard.get(this[name]) ?? [];
  }

  /** The part that is loaded on demand is there, in both. */
  async loaded(): Promise<void> {
    for (const connection of [this.a, this.b]) {
      const life = connection[LIFE];
      if (life !== null) life.media.part ??= openMedia(life);
    }
  }

  async connect(): Promise<void> {
    this.a.createDataChannel('game');
    this.a.createOffer();
    await this.until(() => this.a.isPeerConnected() && this.b.isPeerConnected());
  }

  async until(holds: () => boolean, patienceMs = 15_000): Promise<void> {
    const end = performance.now() + patienceMs;
    while (!holds()) {
      if (performance.now() > end) throw new Error(`never came true: ${holds}\n${this.heard('a')}\n${this.heard('b')}`);
      await this.spin(1);
    }
  }

  async spin(frames: number): Promise<void> {
    for (let frame = 0; frame < frames; frame += 1) {
      this.frames += 1;
      this.a.poll();
      this.b.poll();
      await nextFrame();
    }
  }

  close(): void {
    this.a.close();
    this.b.close();
  }

  #tie(from: WebRTCPeerConnection, to: WebRTCPeerConnection): void {
    const heard: string[] = [];
    this.#heard.set(from, heard);
    from.session_description_created.connect((type, sdp) => {
      if (type === 'offer') this.offers += 1;
      from.setLocalDescription(type, sdp);
      to.setRemoteDescription(type, sdp);
    });
    from.ice_candidate_created.connect((media, index, name) => void to.addIceCandidate(media, index, name));
    from.negotiation_needed.connect(() => {
      if (from.isPeerConnected()) from.createOffer({ renegotiate: true });
    });
    const namesOf = (streams: readonly { id: string }[]): string => streams.map(({ id }) => id).join();
    from.stream_added.connect(({ id }) => heard.push(`+stream ${id}`));
    from.stream_removed.connect(({ id }) => heard.push(`-stream ${id}`));
    from.track_added.connect((streams, { kind }) => heard.push(`+${KINDS[kind]} ${namesOf(streams)}`));
    from.track_removed.connect((streams, { kind }) => heard.push(`-${KINDS[kind]} ${namesOf(streams)}`));
  }
}

const KINDS = ['audio', 'video'] as const;
const nextFrame = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));
