import { ConnectionState, GatheringState, IceConnectionState } from './webrtc-types.js';

/** The words of the W3C's states, and ours. */
export const CONNECTION_STATES = {
  new: ConnectionState.STATE_NEW,
  connecting: ConnectionState.STATE_CONNECTING,
  connected: ConnectionState.STATE_CONNECTED,
  disconnected: ConnectionState.STATE_DISCONNECTED,
  failed: ConnectionState.STATE_FAILED,
  closed: ConnectionState.STATE_CLOSED,
} as const;
export const GATHERING_STATES = {
  new: GatheringState.GATHERING_STATE_NEW,
  gathering: GatheringState.GATHERING_STATE_GATHERING,
  complete: GatheringState.GATHERING_STATE_COMPLETE,
} as const;
export const ICE_STATES = {
  new: IceConnectionState.ICE_STATE_NEW,
  checking: IceConnectionState.ICE_STATE_CHECKING,
  connected: IceConnectionState.ICE_STATE_CONNECTED,
  completed: IceConnectionState.ICE_STATE_COMPLETED,
  failed: IceConnectionState.ICE_STATE_FAILED,
  disconnected: IceConnectionState.ICE_STATE_DISCONNECTED,
  closed: IceConnectionState.ICE_STATE_CLOSED,
} as const;
