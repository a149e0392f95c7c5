import { WebRTCPeerConnectionExtension } from '../webrtc-peer-connection-extension.js';
export class NativePeerConnection extends WebRTCPeerConnectionExtension {}
