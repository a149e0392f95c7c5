import type { Signal } from '../core/signal.js';
import type { WebRTCDataChannel } from './webrtc-data-channel.js';
import type { ConnectionState, GatheringState, IceConnectionState, SignalingState } from './webrtc-types.js';

export type WebRTCPeerConnectionSignals = {
  /** Pass both values to `setLocalDescription` and send them to the other side. */
  session_description_created: [type: 'offer' | 'answer', sdp: string];
  /** Send the three values to the other side, which gives them to `addIceCandidate`. */
  ice_candidate_created: [media: string, index: number, name: string];
  /** The other side opened a channel that was not negotiated. It is open. */
  data_channel_received: [channel: WebRTCDataChannel];
  /** The connection stands; again after a recovery. */
  connected: [];
  /** An established connection was lost; once per loss, never for a local `close()`. */
  disconnected: [];
  /** Something failed after its call had returned OK. */
  error_occurred: [message: string];
  ice_gathering_completed: [];
  connection_state_changed: [state: ConnectionState];
  gathering_state_changed: [state: GatheringState];
  signaling_state_changed: [state: SignalingState];
  ice_connection_state_changed: [state: IceConnectionState];
  /** A new offer is due: make one with `createOffer`. */
  negotiation_needed: [];
};

/** The signals as fields: what a delivery needs of the connection it delivers for. */
export type ConnectionSignalFields = {
  readonly [K in keyof WebRTCPeerConnectionSignals]: Signal<WebRTCPeerConnectionSignals[K]>;
};
