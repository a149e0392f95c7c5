import type { Err } from '../core/err.js';
import { GodotObject } from '../core/godot-object.js';
import type { PeerIdentity } from './identity-types.js';
import type { WebRTCMediaStream } from './media/webrtc-media-stream.js';
import type { WebRTCMediaTrack } from './media/webrtc-media-track.js';
import type { WebRTCDataChannel } from './webrtc-data-channel.js';
import { ConnectionState, GatheringState, type IceConnectionState, SignalingState } from './webrtc-types.js';

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
  /** Who the other side is, or that it has not proved it: see `setIdentityProvider`. */
  identity_result: [error: Err, identity: PeerIdentity | null];
  /** What `requestIdentityAssertion` asked for. */
  identity_assertion_created: [assertion: string];
  /** The other side sends a track, in all of these streams. */
  track_added: [streams: readonly WebRTCMediaStream[], track: WebRTCMediaTrack];
  /** It does not any more; these are the streams it was in. */
  track_removed: [streams: readonly WebRTCMediaStream[], track: WebRTCMediaTrack];
  /** A stream of the other side that was not there, just before its first track. */
  stream_added: [stream: WebRTCMediaStream];
  /** A stream without tracks, just after it lost the last one. */
  stream_removed: [stream: WebRTCMediaStream];
};

/** What a connection shows of itself before it does anything: Godot's constants, and its signals. */
export abstract class ConnectionObject extends GodotObject<WebRTCPeerConnectionSignals> {
  static readonly STATE_NEW: 0 = ConnectionState.STATE_NEW;
  static readonly STATE_CONNECTING: 1 = ConnectionState.STATE_CONNECTING;
  static readonly STATE_CONNECTED: 2 = ConnectionState.STATE_CONNECTED;
  static readonly STATE_DISCONNECTED: 3 = ConnectionState.STATE_DISCONNECTED;
  static readonly STATE_FAILED: 4 = ConnectionState.STATE_FAILED;
  static readonly STATE_CLOSED: 5 = ConnectionState.STATE_CLOSED;
  static readonly GATHERING_STATE_NEW: 0 = GatheringState.GATHERING_STATE_NEW;
  static readonly GATHERING_STATE_GATHERING: 1 = GatheringState.GATHERING_STATE_GATHERING;
  static readonly GATHERING_STATE_COMPLETE: 2 = GatheringState.GATHERING_STATE_COMPLETE;
  static readonly SIGNALING_STATE_STABLE: 0 = SignalingState.SIGNALING_STATE_STABLE;
  static readonly SIGNALING_STATE_HAVE_LOCAL_OFFER: 1 = SignalingState.SIGNALING_STATE_HAVE_LOCAL_OFFER;
  static readonly SIGNALING_STATE_HAVE_REMOTE_OFFER: 2 = SignalingState.SIGNALING_STATE_HAVE_REMOTE_OFFER;
  static readonly SIGNALING_STATE_HAVE_LOCAL_PRANSWER: 3 = SignalingState.SIGNALING_STATE_HAVE_LOCAL_PRANSWER;
  static readonly SIGNALING_STATE_HAVE_REMOTE_PRANSWER: 4 = SignalingState.SIGNALING_STATE_HAVE_REMOTE_PRANSWER;
  static readonly SIGNALING_STATE_CLOSED: 5 = SignalingState.SIGNALING_STATE_CLOSED;

  abstract getConnectionState(): ConnectionState;

  /** @internal Something waits for the next poll: told in the middle of anything, to be noted and no more. */
  declare onWaiting?: (() => void) | undefined;

  readonly session_description_created = this.signal('session_description_created');
  readonly ice_candidate_created = this.signal('ice_candidate_created');
  readonly data_channel_received = this.signal('data_channel_received');
  readonly connected = this.signal('connected');
  readonly disconnected = this.signal('disconnected');
  readonly error_occurred = this.signal('error_occurred');
  readonly ice_gathering_completed = this.signal('ice_gathering_completed');
  readonly connection_state_changed = this.signal('connection_state_changed');
  readonly gathering_state_changed = this.signal('gathering_state_changed');
  readonly signaling_state_changed = this.signal('signaling_state_changed');
  readonly ice_connection_state_changed = this.signal('ice_connection_state_changed');
  readonly negotiation_needed = this.signal('negotiation_needed');
  readonly identity_result = this.signal('identity_result');
  readonly identity_assertion_created = this.signal('identity_assertion_created');
  readonly track_added = this.signal('track_added');
  readonly track_removed = this.signal('track_removed');
  readonly stream_added = this.signal('stream_added');
  readonly stream_removed = this.signal('stream_removed');
}
