import { pushError, quoted } from '../core/fail.js';
import { withAnnouncement } from './announcement.js';
import type { ConnectionEvent } from './connection-events.js';
import type { ConnectionLifetime } from './connection-lifetime.js';
import type { ConnectionObject } from './connection-object.js';
import type { WebRTCDataChannel } from './webrtc-data-channel.js';
import type { FailedStep } from './webrtc-peer-connection-extension.js';
import { ConnectionState, GatheringState, IceConnectionState, SignalingState } from './webrtc-types.js';

const { STATE_CONNECTED: CONNECTED, STATE_DISCONNECTED: DISCONNECTED, STATE_FAILED: FAILED } = ConnectionState;
const { STATE_CONNECTING: CONNECTING, STATE_CLOSED: CLOSED } = ConnectionState;
const { GATHERING_STATE_COMPLETE: COMPLETE } = GatheringState;

/**
 * Delivers one poll: publishes what has arrived, then emits what was queued when the poll began. A listener may close
 * or re-initialize the connection at any point; that empties the queue, so the delivery simply ends.
 */
export function deliverQueued(connection: ConnectionObject, life: ConnectionLifetime): void {
  life.events.arrivals = 0;
  for (const channel of life.channels) channel.publishArrivals();
  const stable = life.negotiation.state === SignalingState.SIGNALING_STATE_STABLE;
  if (life.needsNegotiation !== null && stable) {
    life.needsNegotiation = null;
    connection.negotiation_needed.emit();
  }
  life.events.queue.drain((event) => deliver(connection, life, event));
  for (const channel of life.channels) channel.announceArrivals();
}

function deliver(connection: ConnectionObject, life: ConnectionLifetime, event: ConnectionEvent): void {
  switch (event.kind) {
    case 'description':
      deliverDescription(connection, life, event.type, event.sdp);
      break;
    case 'candidate':
      life.negotiation.addLocalCandidate({
        sdpMid: event.media,
        sdpMLineIndex: event.index,
        candidate: event.name,
      });
      connection.ice_candidate_created.emit(event.media, event.index, event.name);
      break;
    case 'connection':
      deliverConnectionState(connection, life, event.state);
      break;
    case 'announce-connection':
      if (life.isClosed) break;
      connection.connection_state_changed.emit(event.state);
      break;
    case 'announce-signaling':
      if (life.isClosed) break;
      connection.signaling_state_changed.emit(event.state);
      break;
    case 'gathering':
      if (event.state === life.gathering) break;
      life.gathering = event.state;
      connection.gathering_state_changed.emit(event.state);
      if (event.state === COMPLETE && !life.wasShut) connection.ice_gathering_completed.emit();
      break;
    case 'ice':
      if (event.state === life.ice || life.isClosed) break;
      life.ice = event.state;
      connection.ice_connection_state_changed.emit(event.state);
      break;
    case 'call':
      event.call();
      break;
    case 'failed':
      deliverFailure(connection, life, event.step, event.message);
      break;
    case 'channel':
      deliverChannel(connection, life, event.channel);
      break;
    default:
      deliverChannelEvent(connection, life, event);
  }
}

/** The other side opened a channel: it is known, open, and what it has brought already can be read. */
function deliverChannel(connection: ConnectionObject, life: ConnectionLifetime, channel: WebRTCDataChannel): void {
  deliverFirstSign(connection, life);
  if (life.wasShut) return;
  // Reported before the end of the connection and behind it in the queue.
  if (life.isClosed) {
    channel.shut();
    return;
  }
  life.addChannel(channel);
  channel.publishArrivals();
  connection.data_channel_received.emit(channel);
  channel.deliverOpened();
}

function deliverChannelEvent(
  connection: ConnectionObject,
  life: ConnectionLifetime,
  event: Extract<ConnectionEvent, { channel: WebRTCDataChannel }>,
): void {
  const { channel } = event;
  if (event.kind === 'channel-opened') {
    deliverFirstSign(connection, life);
    channel.deliverOpened();
  }
  if (event.kind === 'channel-closed') closeChannel(life, channel);
  if (event.kind === 'channel-failed') reportChannelFailure(connection, channel, `: ${event.message}`);
  if (event.kind === 'channel-overflow') {
    channel.endOverflowed();
    reportChannelFailure(connection, channel, ' was closed: too many unread packets');
  }
}

function deliverDescription(
  connection: ConnectionObject,
  life: ConnectionLifetime,
  type: 'offer' | 'answer',
  created: string,
): void {
  const { negotiation } = life;
  // Not asked for any more: rolled back, or a remote offer was accepted meanwhile.
  if (negotiation.creating !== type) return;
  const sdp = withAnnouncement(created, [...life.extension.announces, ...life.features]);
  negotiation.creating = null;
  negotiation.created = { type, sdp };
  connection.session_description_created.emit(type, sdp);
}

function deliverConnectionState(connection: ConnectionObject, life: ConnectionLifetime, to: ConnectionState): void {
  const from = life.connection;
  if (to === from || to < CONNECTED || from === CLOSED) return;
  if (to === DISCONNECTED && from !== CONNECTED) return;
  if (to === CLOSED) deliverRemoteClose(connection, life);
  else enterState(connection, life, to);
}

/** An open channel shows that the connection stands, also where the platform says so only afterwards. */
function deliverFirstSign(connection: ConnectionObject, life: ConnectionLifetime): void {
  if (life.connection === CONNECTING) enterState(connection, life, CONNECTED);
}

/** The other side is gone. An established connection reads DISCONNECTED before CLOSED, as on every back end. */
function deliverRemoteClose(connection: ConnectionObject, life: ConnectionLifetime): void {
  // Some back ends close themselves after a failure; the verdict stays.
  if (life.connection === FAILED) return;
  if (life.connection === CONNECTED) enterState(connection, life, DISCONNECTED);
  for (const channel of life.channels) closeChannel(life, channel);
  if (life.isClosed) return;
  life.endByRemote();
  connection.connection_state_changed.emit(CLOSED);
  // A listener may have closed the connection, or started another life of it.
  if (!life.wasShut) connection.signaling_state_changed.emit(SignalingState.SIGNALING_STATE_CLOSED);
  if (!life.wasShut) connection.ice_connection_state_changed.emit(IceConnectionState.ICE_STATE_CLOSED);
}

function enterState(connection: ConnectionObject, life: ConnectionLifetime, to: ConnectionState): void {
  const from = life.connection;
  life.connection = to;
  connection.connection_state_changed.emit(to);
  if (life.connection !== to) return;
  if (to === CONNECTED) connection.connected.emit();
  else if (from === CONNECTED) connection.disconnected.emit();
}

function deliverFailure(
  connection: ConnectionObject,
  life: ConnectionLifetime,
  step: FailedStep,
  message: string,
): void {
  const { negotiation } = life;
  // Nothing is being made any more: its failure was told already, or nobody waits for it.
  if (life.isClosed || (step === 'create' && negotiation.creating === null)) return;
  const answering = negotiation.state === SignalingState.SIGNALING_STATE_HAVE_REMOTE_OFFER;
  if (step === 'local' || step === 'remote') {
    negotiation.restore();
    life.announceSignaling();
  }
  const hopeless = step === 'create' || (step === 'remote' && answering);
  if (hopeless) life.giveUpRound();
  reportFailure(connection, message);
  if (hopeless && life.connection === CONNECTING) enterState(connection, life, FAILED);
}

/** Its last packets are told of before its end. */
function closeChannel(life: ConnectionLifetime, channel: WebRTCDataChannel): void {
  channel.announceArrivals();
  if (life.wasShut) return;
  life.removeChannel(channel);
  channel.deliverClosed();
}

function reportChannelFailure(connection: ConnectionObject, channel: WebRTCDataChannel, what: string): void {
  const text = `Channel ${quoted(channel.getLabel())}${what}`;
  reportFailure(connection, text);
  channel.onFailed?.(text);
}

/** `error_occurred` for who listens; for who does not, the error hook, so that nothing fails in silence. */
function reportFailure(connection: ConnectionObject, message: string): void {
  if (connection.error_occurred.hasConnections()) connection.error_occurred.emit(message);
  else pushError(message);
}
