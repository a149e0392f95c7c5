import { createRequire } from 'node:module';
import * as scenewire from 'scenewire';
import type { StreamSource, TrackSource } from 'scenewire/media';
import * as testing from 'scenewire/testing';
import { everything } from './suite/sections.js';
import { conformance } from './support/arrangement.js';
import { Lab } from './support/lab.js';
import type { TrackMaker } from './support/lab-media.js';
import { LocalWorld } from './support/world.js';

interface Wrtc {
  RTCPeerConnection: new () => object;
  MediaStream: new (tracks: readonly TrackSource[]) => StreamSource;
  nonstandard: Record<'RTCAudioSource' | 'RTCVideoSource', new () => { createTrack(): TrackSource }>;
}

/** Tracks that say nothing. What the package collects too early, such as a source whose track is sent, ends the process. */
function silence({ MediaStream, nonstandard: { RTCAudioSource, RTCVideoSource } }: Wrtc): TrackMaker {
  const kept: object[] = [];
  return {
    track(kind) {
      const source = kind === 'audio' ? new RTCAudioSource() : new RTCVideoSource();
      const track = source.createTrack();
      kept.push(source, track);
      return track;
    },
    stream(tracks) {
      const stream = new MediaStream(tracks);
      kept.push(stream);
      return stream;
    },
  };
}

/** The browser's back end on another W3C-shaped implementation, in Node. */
conformance(
  {
    name: 'wrtc',
    alone: true,
    tracks: ['full', 'full'],
    async open() {
      const wrtc = createRequire(import.meta.url)('@roamhq/wrtc') as Wrtc;
      const extension = scenewire.BrowserPeerConnection.using(wrtc.RTCPeerConnection);
      const maker = silence(wrtc);
      const world = new LocalWorld('wrtc', () => new Lab({ scenewire, testing, extension, maker }));
      return [world, world];
    },
  },
  everything,
);
