import { Err } from '../core/err.js';
import { messageOf, pushError } from '../core/fail.js';
import { callBack, channelCallbacks, connectionCallbacks, readStates } from './bindings-callbacks.js';
import { FlatChannels } from './bindings-channels.js';
import { FlatSources } from './bindings-sources.js';
import type {
  RtcConnectionCallbacks,
  RtcConnectionConfig,
  RtcCreated,
  RtcDataChannelCallbacks,
  RtcDataChannelInfo,
  RtcResult,
  RtcSource,
  RtcStates,
  RtcTrackInfo,
} from './bindings-types.js';
import { type Handle, INVALID_HANDLE, makeHandle } from './handles.js';
import type { TrackSource } from './media/media-types.js';
import { noStats } from './no-stats.js';
import type { WebRTCDataChannel } from './webrtc-data-channel.js';
import { WebRTCPeerConnection } from './webrtc-peer-connection.js';
import type { ExtensionClass } from './webrtc-peer-connection-extension.js';
import {
  type DataChannelOptions,
  type IceCandidate,
  type OfferOptions,
  type RtcConfiguration,
  type SelectedCandidatePair,
  type SessionDescription,
  type WebRTCStats,
  WriteMode,
} from './webrtc-types.js';

/**
 * The flat, handle-based form of the connection, for scripting layers and workers: numbers in, codes out. Every call
 * takes the handle first; nothing throws; callbacks run inside `connectionProcessEvents` of their own handle only.
 * @example
 * ```ts
 * import { PeerConnectionBindings, type RtcConnectionCallbacks } from 'scenewire';
 *
 * declare const callbacks: RtcConnectionCallbacks<string>; // all of them, with a context of yours
 *
 * const bindings = new PeerConnectionBindings();
 * const { handle } = bindings.connectionCreate({ version: 1, iceServers: [] }, callbacks);
 * bindings.dataChannelCreate(handle, 'game', { negotiated: true, id: 1 });
 * bindings.connectionCreateOffer(handle);
 * bindings.connectionProcessEvents(handle); // once per frame: callbacks run in here
 * bindings.connectionDestroy(handle);
 * ```
 */
export class PeerConnectionBindings {
  readonly #extension: ExtensionClass | undefined;
  readonly #connections = new Map<Handle, WebRTCPeerConnection>();
  readonly #channels = new FlatChannels();
  readonly #sources = new FlatSources();

  constructor(extension?: ExtensionClass) {
    this.#extension = extension;
  }

  connectionCreate<C>(config: RtcConnectionConfig, callbacks: RtcConnectionCallbacks<C>): RtcCreated {
    return guarded({ error: Err.ERR_INVALID_PARAMETER, handle: INVALID_HANDLE }, () => {
      const calls = config.version === 1 ? connectionCallbacks(callbacks) : null;
      if (calls === null) return { error: Err.ERR_INVALID_PARAMETER, handle: INVALID_HANDLE };
      const { iceServers, proxyConfig = null, iceTransportPolicy = 'all' } = config;
      const configuration = { ...config.backend, iceServers, proxyConfig, iceTransportPolicy };
      const connection = new WebRTCPeerConnection({ extension: this.#extension, configuration });
      if (connection.initialError !== Err.OK) return { error: connection.initialError, handle: INVALID_HANDLE };
      const handle = makeHandle();
      this.#connections.set(handle, connection);
      callBack(calls, connection, (channel) => this.#channels.handleOf(channel, connection));
      return { error: Err.OK, handle };
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

  /** Of the connection. */
  connectionGetStats(connection: Handle): Promise<WebRTCStats> {
    return this.#connections.get(connection)?.getStats() ?? Promise.resolve(noStats(Err.ERR_DOES_NOT_EXIST));
  }

  /** What a browser gave, as a source of tracks. */
  sourceCreate(native: unknown): RtcResult<RtcSource | null> {
    return guarded({ error: Err.ERR_INVALID_PARAMETER, value: null }, () => this.#sources.create(native));
  }

  /** Its handle is unknown afterwards; what sends it goes on. */
  sourceDestroy(source: Handle): Err {
    return this.#sources.destroy(source);
  }

  connectionAddLocalSourceTrackEx(connection: Handle, source: Handle, info: RtcTrackInfo): Err {
    return this.#onSource(connection, source, (found, native) => {
      return info.version === 1 ? found.addLocalTrack(native, info.streams) : Err.ERR_INVALID_PARAMETER;
    });
  }

  connectionRemoveLocalSourceTrack(connection: Handle, source: Handle): Err {
    return this.#onSource(connection, source, (found, native) => found.removeLocalTrack(native));
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
      this.#channels.forgetAllOf(found);
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
        : { error: Err.OK, handle: this.#channels.handleOf(channel, found) };
    });
  }

  dataChannelSetCallbacks<C>(channel: Handle, callbacks: RtcDataChannelCallbacks<C>): Err {
    return this.#onChannel(channel, (found) => {
      const calls = channelCallbacks(callbacks);
      if (calls === null) return Err.ERR_INVALID_PARAMETER;
      this.#channels.setCallbacks(found, calls);
      return Err.OK;
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
      this.#channels.forget(found);
      return Err.OK;
    });
  }

  #onConnection(handle: Handle, call: (connection: WebRTCPeerConnection) => Err): Err {
    const found = this.#connections.get(handle);
    return found === undefined ? Err.ERR_DOES_NOT_EXIST : guarded<Err>(Err.ERR_INVALID_PARAMETER, () => call(found));
  }

  #onSource(
    connection: Handle,
    source: Handle,
    call: (connection: WebRTCPeerConnection, native: TrackSource) => Err,
  ): Err {
    const native = this.#sources.get(source);
    return this.#onConnection(connection, (found) =>
      native === undefined ? Err.ERR_DOES_NOT_EXIST : call(found, native),
    );
  }

  #onChannel(handle: Handle, call: (channel: WebRTCDataChannel) => Err): Err {
    const found = this.#channels.get(handle);
    return found === undefined ? Err.ERR_DOES_NOT_EXIST : guarded<Err>(Err.ERR_INVALID_PARAMETER, () => call(found));
  }

  #read<T, V>(
    table: { get(handle: Handle): T | undefined },
    handle: Handle,
    missing: V,
    read: (found: T) => V,
  ): RtcResult<V> {
    const found = table.get(handle);
    return found === undefined
      ? { error: Err.ERR_DOES_NOT_EXIST, value: missing }
      : { error: Err.OK, value: read(found) };
  }
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

/** Flat callers hand in anything, also objects whose members throw when they are read. */
function guarded<T>(otherwise: T, call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    pushError(`A flat call was given something unusable: ${messageOf(thrown)}`, Err.ERR_INVALID_PARAMETER);
    return otherwise;
  }
}
