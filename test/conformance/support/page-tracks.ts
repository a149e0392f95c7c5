import type { TrackSource } from 'scenewire/media';
import { analysedPeak, microphone, recordedPeak, toneOf } from '../../support/page-sound.js';
import type { Senses, TrackMaker } from './lab-media.js';

const REDRAWN_EVERY_MS = 40;
/** What Firefox's microphone of tests says. */
const FAKE_MICROPHONE_HERTZ = 1000;

/** On a machine without sound nothing that is played in Firefox gets anywhere, and its context never runs. */
const isFirefox = navigator.userAgent.includes('Firefox');

/** One for the page: browsers have few to give. */
let context: AudioContext | null = null;
const videos = new Map<TrackSource, HTMLVideoElement>();

/** Tracks that need nobody's leave: what a page plays and draws itself. */
export const pageTracks: TrackMaker = {
  track: (kind) => (kind === 'audio' ? tone(440) : picture('black')),
  stream: (tracks) => new MediaStream(tracks as MediaStreamTrack[]),
};

export const pageSenses: Senses = {
  async say(hertz) {
    return isFirefox ? { track: await microphone(), hertz: FAKE_MICROPHONE_HERTZ } : { track: tone(hertz), hertz };
  },
  async hear(track) {
    if (isFirefox) return recordedPeak(track as MediaStreamTrack);
    context ??= new AudioContext();
    return analysedPeak(context, track as MediaStreamTrack);
  },
  draw: picture,
  see(track) {
    const video = videos.get(track) ?? show(track as MediaStreamTrack);
    videos.set(track, video);
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
    const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
    pen.drawImage(video, 0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  },
};

function tone(hertz: number): MediaStreamTrack {
  context ??= new AudioContext();
  return toneOf(context, hertz);
}

function picture(colour: string): MediaStreamTrack {
  const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 64 });
  const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
  const [track] = canvas.captureStream().getVideoTracks() as [MediaStreamTrack];
  // A picture that nobody draws on is not sent.
  const redraw = setInterval(() => {
    if (track.readyState === 'ended') clearInterval(redraw);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 64, 64);
  }, REDRAWN_EVERY_MS);
  return track;
}

function show(track: MediaStreamTrack): HTMLVideoElement {
  const video = Object.assign(document.createElement('video'), { muted: true, srcObject: new MediaStream([track]) });
  void video.play();
  return video;
}
