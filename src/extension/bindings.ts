import { Err } from '../core/err.js';
import { messageOf, pushError } from '../core/fail.js';
import type { WebRTCDataChannel } from './webrtc-data-channel.js';
import { WebRTCPeerConnection } from './webrtc-peer-connection.js';
import type { ExtensionClass } from './webrtc-peer-connection-extension.js';
import {
  type ChannelState,
  type ConnectionState,
  type DataChannelOptions,
  type GatheringState,
  type IceCandidate,
  type IceConnectionState,
  type IceServer,
  type OfferOptions,
  type ProxyConfig,
  type RtcConfiguration,
  type SelectedCandidatePair,
  type SessionDescription,
  type SignalingState,
  type WebRTCStats,
  WriteMode,
} from './webrtc-types.js';

/** Identifies a connection or a channel. Positive, unique for the life of the process, never used again. */
export type Handle = number;
export const INVALID_HANDLE = 0;

export function isHandleValid(handle: unknown): handle is Handle {
  return Number.isSafeInteger(handle) && (handle as number) > INVALID_HANDLE;
}

export interface RtcConnectionConfig {
  version: 1;
  iceServers: readonly IceServer[];
  proxyConfig?: ProxyConfig | null;
  iceTransportPolicy?: 'all' | 'relay';
  /** Further members of `RtcConfiguration`. */
  backend?: RtcConfiguration;
}

export interface RtcStates {
  connection: ConnectionState;
  gathering: GatheringState;
  signaling: SignalingState;
  ice: IceConnectionState;
}

/** All are required; each gets the context of its connection as last argument. */
export interface RtcConnectionCallbacks<C> {
  version: 1;
  context: C;
  onError(message: string, context: C): void;
  onConnected(context: C): void;
  onDisconnected(context: C): void;
  onDataChannelReceived(channel: Handle, context: C): void;
  onLocalDescriptionCreated(type: 'offer' | 'answer', sdp: string, context: C): void;
  onLocalIceCandidateFound(candidate: IceCandidate, context: C): void;
  onIceGatheringCompleted(context: C): void;
  onStateChanged(states: RtcStates, context: C): void;
}

export interface RtcDataChannelCallbacks<C> {
  version: 1;
  context: C;
  onOpened(context: C): void;
  onClosed(context: C): void;
  onMessage(data: Uint8Array, isText: boolean, context: C): void;
}

export interface RtcDataChannelInfo {
  id: number;
  ordered: boolean;
  maxPacketLifeTime: number;
  maxRetransmits: number;
  protocol: string;
  negotiated: boolean;
  readyState: ChannelState;
  bufferedAmount: number;
}

export interface RtcResult<T> {
  error: Err;
  value: T;
}

export interface RtcCreated {
  error: Err;
  handle: Handle;
}

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
const CHANNEL_CALLBACKS = ['onOpened', 'onClosed', 'onMessage'] as const;

// One per process: handles of two tables must never be the same.
let lastHandle = INVALID_HANDLE;

/**
 * The flat, handle-based form of the connection, for scripting layers and workers: numbers in, codes out. Every call
 * takes the handle first; nothing throws; callbacks run inside `connectionProcessEvents` of their own handle only.
 */
export class PeerConnectionBindings {
  readonly #extension: ExtensionClass | undefined;
  readonly #connections = new Map<Handle, WebRTCPeerConnection>();
  readonly #channels = new Map<Handle, WebRTCDataChannel>();
  readonly #calls = new WeakMap<WebRTCDataChannel, RtcDataChannelCallbacks<unknown>>();
  readonly #handles = new Map<WebRTCDataChannel, Handle>();
  readonly #owners = new Map<WebRTCDataChannel, WebRTCPeerConnection>();

  constructor(extension?: ExtensionClass) {
    this.#extension = extension;
  }

  connectionCreate<C>(config: RtcConnectionConfig, callbacks: RtcConnectionCallbacks<C>): RtcCreated {
    return guarded({ error: Err.ERR_INVALID_PARAMETER, handle: INVALID_HANDLE }, () => {
      const complete = config.version === 1 && hasAll(callbacks, CONNECTION_CALLBACKS);
      if (!complete) return { error: Err.ERR_INVALID_PARAMETER, handle: INVALID_HANDLE };
      const connection = new WebRTCPeerConnection(this.#extension && { extension: this.#extension });
      const { iceServers, proxyConfig = null, iceTransportPolicy = 'all' } = config;
      const error = connection.initialize({ ...config.backend, iceServers, proxyConfig, iceTransportPolicy });
      if (error !== Err.OK) {
        connection.destroy();
        return { error, handle: INVALID_HANDLE };
      }
      lastHandle += 1;
      this.#connections.set(lastHandle, connection);
      this.#install(connection, bound(callbacks, CONNECTION_CALLBACKS));
      return { error: Err.OK, handle: lastHandle };
    });
  }

  /** Delivers what has happened: this is what makes the callbacks run. ERR_BUSY inside one of them. */
  connectionProcessEvents(connection: Handle): Err {
    return this.#onConnection(connection, (found) => found.poll());
  }

  connectionCreateOffer(connection: Handle, options: OfferOptions = {}): Err {
    return this.#onConnection(connection, (found) => found.createOffer(options));
  }

  connectionCreateAnswer(connection: Handle): Err {
    return this.#onConnection(connection, (found) => found.createAnswer());
  }

  connectionSetLocalDescription(connection: Handle, type: string, sdp: string): Err {
    return this.#onConnection(connection, (found) => found.setLocalDescription(type, sdp));
  }

  connectionSetRemoteDescription(connection: Handle, type: string, sdp: string): Err {
    return this.#onConnection(connection, (found) => found.setRemoteDescription(type, sdp));
  }

  /** Raw SDP or JSON. */
  connectionSetRemoteOffer(connection: Handle, offer: string): Err {
    return this.#onConnection(connection, (found) => found.setRemoteOffer(offer));
  }

  /** Raw SDP or JSON. */
  connectionSetRemoteAnswer(connection: Handle, answer: string): Err {
    return this.#onConnection(connection, (found) => found.setRemoteAnswer(answer));
  }

  connectionAddRemoteIceCandidate(connection: Handle, candidate: IceCandidate): Err {
    return this.#onConnection(connection, (found) => found.addRemoteIceCandidate(candidate));
  }

  connectionIsConnected(connection: Handle): RtcResult<boolean> {
    return this.#read(this.#connections, connection, false, (found) => found.isPeerConnected());
  }

  connectionHasFailed(connection: Handle): RtcResult<boolean> {
    return this.#read(this.#connections, connection, false, (found) => found.hasFailed());
  }

  connectionGetState(connection: Handle): RtcResult<RtcStates | null> {
    return this.#read(this.#connections, connection, null, readStates);
  }

  connectionGetDescription(connection: Handle, local: boolean): RtcResult<SessionDescription | null> {
    return this.#read(this.#connections, connection, null, (found) =>
      local ? found.getLocalDescription() : found.getRemoteDescription(),
    );
  }

  connectionGetSelectedCandidatePair(connection: Handle): RtcResult<SelectedCandidatePair | null> {
    return this.#read(this.#connections, connection, null, (found) => found.getSelectedCandidatePair());
  }

  connectionGetStats(connection: Handle): Promise<WebRTCStats> {
    const found = this.#connections.get(connection);
    if (found !== undefined) return found.getStats();
    const nothing = { bytesSent: 0, bytesReceived: 0, roundTripTimeMs: -1, selectedPair: null };
    return Promise.resolve({ error: Err.ERR_DOES_NOT_EXIST, ...nothing });
  }

  connectionUpdateIce(connection: Handle, config: Pick<RtcConfiguration, 'iceServers' | 'iceTransportPolicy'>): Err {
    return this.#onConnection(connection, (found) => found.updateIce(config));
  }

  connectionRestartIce(connection: Handle): Err {
    return this.#onConnection(connection, (found) => found.restartIce());
  }

  /** Ends the connection and its channels; their handles are unknown afterwards. */
  connectionDestroy(connection: Handle): Err {
    return this.#onConnection(connection, (found) => {
      // Also those that ended before, which the connection no longer knows.
      for (const [channel, owner] of this.#owners) if (owner === found) this.#forget(channel);
      this.#connections.delete(connection);
      return found.destroy();
    });
  }

  dataChannelCreate(connection: Handle, label: string, options: DataChannelOptions = {}): RtcCreated {
    return guarded({ error: Err.FAILED, handle: INVALID_HANDLE }, () => {
      const found = this.#connections.get(connection);
      if (found === undefined) return { error: Err.ERR_DOES_NOT_EXIST, handle: INVALID_HANDLE };
      const channel = found.createDataChannel(label, options);
      return channel === null
        ? { error: Err.FAILED, handle: INVALID_HANDLE }
        : { error: Err.OK, handle: this.#handleOf(channel, found) };
    });
  }

  dataChannelSetCallbacks<C>(channel: Handle, callbacks: RtcDataChannelCallbacks<C>): Err {
    return this.#onChannel(channel, (found) => {
      if (!hasAll(callbacks, CHANNEL_CALLBACKS)) return Err.ERR_INVALID_PARAMETER;
      const calls = bound(callbacks, CHANNEL_CALLBACKS);
      const known = this.#calls.has(found);
      this.#calls.set(found, calls as RtcDataChannelCallbacks<unknown>);
      if (known) return Err.OK;
      const now = (): RtcDataChannelCallbacks<unknown> => this.#calls.get(found) as RtcDataChannelCallbacks<unknown>;
      found.opened.connect(() => now().onOpened(now().context));
      found.packet_received.connect(() => {
        while (found.getAvailablePacketCount() > 0)
          now().onMessage(found.getPacket(), found.wasStringPacket(), now().context);
      });
      return found.closed.connect(() => now().onClosed(now().context));
    });
  }

  dataChannelGetLabel(channel: Handle): RtcResult<string> {
    return this.#read(this.#channels, channel, '', (found) => found.getLabel());
  }

  dataChannelGetInfo(channel: Handle): RtcResult<RtcDataChannelInfo | null> {
    return this.#read(this.#channels, channel, null, readInfo);
  }

  dataChannelSend(channel: Handle, data: Uint8Array, isText: boolean): Err {
    return this.#onChannel(channel, (found) => {
      if (!(data instanceof Uint8Array)) return Err.ERR_INVALID_PARAMETER;
      found.writeMode = isText ? WriteMode.WRITE_MODE_TEXT : WriteMode.WRITE_MODE_BINARY;
      return found.putPacket(data);
    });
  }

  dataChannelClose(channel: Handle): Err {
    return this.#onChannel(channel, (found) => {
      found.close();
      return Err.OK;
    });
  }

  /** Closes the channel; its handle is unknown afterwards. */
  dataChannelDestroy(channel: Handle): Err {
    return this.#onChannel(channel, (found) => {
      found.close();
      this.#forget(found);
      return Err.OK;
    });
  }

  #install<C>(connection: WebRTCPeerConnection, calls: RtcConnectionCallbacks<C>): void {
    const { context } = calls;
    const onState = (): void => calls.onStateChanged(readStates(connection), context);
    connection.error_occurred.connect((message) => calls.onError(message, context));
    connection.connected.connect(() => calls.onConnected(context));
    connection.disconnected.connect(() => calls.onDisconnected(context));
    connection.data_channel_received.connect((channel) =>
      calls.onDataChannelReceived(this.#handleOf(channel, connection), context),
    );
    connection.session_description_created.connect((type, sdp) => calls.onLocalDescriptionCreated(type, sdp, context));
    connection.ice_candidate_created.connect((sdpMid, sdpMLineIndex, candidate) =>
      calls.onLocalIceCandidateFound({ candidate, sdpMid, sdpMLineIndex }, context),
    );
    connection.ice_gathering_completed.connect(() => calls.onIceGatheringCompleted(context));
    connection.connection_state_changed.connect(onState);
    connection.gathering_state_changed.connect(onState);
    connection.signaling_state_changed.connect(onState);
    connection.ice_connection_state_changed.connect(onState);
  }

  #handleOf(channel: WebRTCDataChannel, owner: WebRTCPeerConnection): Handle {
    const known = this.#handles.get(channel);
    if (known !== undefined) return known;
    lastHandle += 1;
    this.#handles.set(channel, lastHandle);
    this.#owners.set(channel, owner);
    this.#channels.set(lastHandle, channel);
    return lastHandle;
  }

  #forget(channel: WebRTCDataChannel): void {
    const handle = this.#handles.get(channel);
    this.#handles.delete(channel);
    this.#owners.delete(channel);
    if (handle !== undefined) this.#channels.delete(handle);
  }

  #onConnection(handle: Handle, call: (connection: WebRTCPeerConnection) => Err): Err {
    const found = this.#connections.get(handle);
    return found === undefined ? Err.ERR_DOES_NOT_EXIST : guarded<Err>(Err.ERR_INVALID_PARAMETER, () => call(found));
  }

  #onChannel(handle: Handle, call: (channel: WebRTCDataChannel) => Err): Err {
    const found = this.#channels.get(handle);
    return found === undefined ? Err.ERR_DOES_NOT_EXIST : guarded<Err>(Err.ERR_INVALID_PARAMETER, () => call(found));
  }

  #read<T, V>(table: ReadonlyMap<Handle, T>, handle: Handle, missing: V, read: (found: T) => V): RtcResult<V> {
    const found = table.get(handle);
    return found === undefined
      ? { error: Err.ERR_DOES_NOT_EXIST, value: missing }
      : { error: Err.OK, value: read(found) };
  }
}

function readStates(connection: WebRTCPeerConnection): RtcStates {
  return {
    connection: connection.getConnectionState(),
    gathering: connection.getGatheringState(),
    signaling: connection.getSignalingState(),
    ice: connection.getIceConnectionState(),
  };
}

function readInfo(channel: WebRTCDataChannel): RtcDataChannelInfo {
  return {
    id: channel.getId(),
    ordered: channel.isOrdered(),
    maxPacketLifeTime: channel.getMaxPacketLifeTime(),
    maxRetransmits: channel.getMaxRetransmits(),
    protocol: channel.getProtocol(),
    negotiated: channel.isNegotiated(),
    readyState: channel.getReadyState(),
    bufferedAmount: channel.getBufferedAmount(),
  };
}

function hasAll(callbacks: { version: number }, names: readonly string[]): boolean {
  const table = callbacks as unknown as Record<string, unknown>;
  return callbacks.version === 1 && names.every((name) => typeof table[name] === 'function');
}

function bound<T extends object>(callbacks: T, names: readonly string[]): T {
  const table = callbacks as unknown as Record<string, (...args: unknown[]) => void>;
  const calls = names.map((name) => [name, table[name]?.bind(callbacks)]);
  return { ...callbacks, ...Object.fromEntries(calls) };
}

/** Flat callers hand in anything, also objects whose members throw when they are read. */
function guarded<T>(otherwise: T, call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    pushError(`A flat call was given something unusable: ${messageOf(thrown)}`, Err.ERR_INVALID_PARAMETER);
    return otherwise;
  }
}
