import { createRequire } from 'node:module';
import { BrowserPeerConnection } from '../../../src/extension/browser/browser-peer-connection.js';
import type { TrackSource } from '../../../src/extension/media/media-types.js';
import type { ExtensionClass } from '../../../src/extension/webrtc-peer-connection-extension.js';

interface Wrtc {
  RTCPeerConnection: new () => object;
  MediaStream: new (tracks?: readonly TrackSource[]) => { id: string; getTracks(): TrackSource[] };
  nonstandard: {
    RTCAudioSource: new () => { createTrack(): TrackSource; onData(data: object): void };
    RTCVideoSource: new () => { createTrack(): TrackSource };
  };
}

/** W3C's interface in Node, with real tracks. */
export const wrtc = createRequire(import.meta.url)('@roamhq/wrtc') as Wrtc;

export const WrtcExtension: ExtensionClass = BrowserPeerConnection.using(wrtc.RTCPeerConnection);

export const audioTrack = (): TrackSource => new wrtc.nonstandard.RTCAudioSource().createTrack();
export const videoTrack = (): TrackSource => new wrtc.nonstandard.RTCVideoSource().createTrack();
