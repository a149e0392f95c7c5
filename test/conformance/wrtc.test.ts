import * as scenewire from 'scenewire';
import type { StreamSource, TrackSource } from 'scenewire/media';
import * as testing from 'scenewire/testing';
import { loadWrtc, type Wrtc } from '../support/wrtc.js';
import { everything } from './suite/sections.js';
import { conformance } from './support/arrangement.js';
import { Lab } from './support/lab.js';
import type { TrackMaker } from './support/lab-media.js';
import { LocalWorld } from './support/world.js';

/** Tracks that say nothing. What the package collects too early, such as a source whose track is sent, ends the process. */
function silence({
  MediaStream,
  nonstandard: { RTCAudioSource, RTCVideoSource },
}: Wrtc<TrackSource, StreamSource>): TrackMaker {
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
      const wrtc = loadWrtc<TrackSource, StreamSource>();
      const extension = scenewire.BrowserPeerConnection.using(wrtc.RTCPeerConnection);
      const maker = silence(wrtc);
      const world = new LocalWorld('wrtc', () => new Lab({ scenewire, testing, extension, maker }));
      return [world, world];
    },
  },
  everything,
);
