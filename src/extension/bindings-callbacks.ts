import { describe } from './bindings-sources.js';
import type { RtcConnectionCallbacks, RtcDataChannelCallbacks, RtcStates } from './bindings-types.js';
import type { Handle } from './handles.js';
import type { WebRTCDataChannel } from './webrtc-data-channel.js';
import type { WebRTCPeerConnection } from './webrtc-peer-connection.js';

/** What flat callers have to hand in to hear of a connection and its channels, and which signal runs what. */

const CONNECTION_CALLBACKS = [
  'onError',
  'onConnected',
  'onDisconnected',
  'onDataChannelReceived',
  'onLocalDescriptionCreated',
  'onLocalIceCandidateFound',
  'onIceGatheringCompleted',
  'onStateChanged',
] as const;
const TRACK_CALLBACKS = ['onTrackAdded', 'onTrackRemoved'] as const;
const CHANNEL_CALLBACKS = ['onOpened', 'onClosed', 'onMessage', 'onError'] as const;

/** The callbacks, to be called as they are; null when some are missing. */
export function connectionCallbacks<C>(given: RtcConnectionCallbacks<C>): RtcConnectionCallbacks<C> | null {
  return bound(given, CONNECTION_CALLBACKS, TRACK_CALLBACKS);
}

export function channelCallbacks<C>(given: RtcDataChannelCallbacks<C>): RtcDataChannelCallbacks<C> | null {
  return bound(given, CHANNEL_CALLBACKS);
}

/** From now on what the connection signals runs the callbacks. */
export function callBack<C>(
  calls: RtcConnectionCallbacks<C>,
  connection: WebRTCPeerConnection,
  handleOf: (channel: WebRTCDataChannel) => Handle,
): void {
  const { context } = calls;
  const onState = (): void => calls.onStateChanged(readStates(connection), context);
  connection.error_occurred.connect((message) => calls.onError(message, context));
  connection.connected.connect(() => calls.onConnected(context));
  connection.disconnected.connect(() => calls.onDisconnected(context));
  connection.data_channel_received.connect((channel) => calls.onDataChannelReceived(handleOf(channel), context));
  connection.session_description_created.connect((type, sdp) => calls.onLocalDescriptionCreated(type, sdp, context));
  connection.ice_candidate_created.connect((sdpMid, sdpMLineIndex, candidate) =>
    calls.onLocalIceCandidateFound({ candidate, sdpMid, sdpMLineIndex }, context),
  );
  connection.ice_gathering_completed.connect(() => calls.onIceGatheringCompleted(context));
  connection.track_added.connect((streams, { handle, source }) =>
    calls.onTrackAdded?.(
      describe(handle, source),
      streams.map(({ id }) => id),
      context,
    ),
  );
  connection.track_removed.connect((_streams, { handle }) => calls.onTrackRemoved?.(handle, context));
  connection.connection_state_changed.connect(onState);
  connection.gathering_state_changed.connect(onState);
  connection.signaling_state_changed.connect(onState);
  connection.ice_connection_state_changed.connect(onState);
}

export function readStates(connection: WebRTCPeerConnection): RtcStates {
  return {
    connection: connection.getConnectionState(),
    gathering: connection.getGatheringState(),
    signaling: connection.getSignalingState(),
    ice: connection.getIceConnectionState(),
  };
}

function bound<T extends { version: number }>(
  given: T,
  required: readonly string[],
  optional: readonly string[] = [],
): T | null {
  const table = given as unknown as Record<string, ((...args: unknown[]) => void) | undefined>;
  if (given.version !== 1 || !required.every((name) => typeof table[name] === 'function')) return null;
  const calls = [...required, ...optional].map((name) => [name, table[name]?.bind(given)]);
  return { ...given, ...Object.fromEntries(calls) };
}
