/// <reference lib="esnext.disposable" preserve="true" />
import { DefaultExtension } from '#default-extension';
import { Err } from '../core/err.js';
import { fail, quoted } from '../core/fail.js';
import { isFeatureName, withoutAnnouncement } from './announcement.js';
import { guarded } from './back-end-calls.js';
import { ConnectionLife } from './connection-life.js';
import { LIFE, openLife } from './connection-queries.js';
import { ConnectionTracks } from './connection-tracks.js';
import { parseCandidate, readCandidate } from './negotiation.js';
import { fromSignalingJson, isCandidate } from './session-description.js';
import type { WebRTCDataChannel } from './webrtc-data-channel.js';
import { mergeConfiguration, parseChannelOptions, parseConfiguration, parseOfferOptions } from './webrtc-options.js';
import { type ExtensionClass, WebRTCPeerConnectionExtension } from './webrtc-peer-connection-extension.js';
import {
  ConnectionState,
  type DataChannelOptions,
  type IceCandidate,
  type IceServer,
  type LegacyIceServer,
  type OfferOptions,
  type ProxyConfig,
  type RtcConfiguration,
  type SessionDescriptionType,
  SignalingState,
} from './webrtc-types.js';

export interface WebRTCPeerConnectionInit {
  /** The back end of this connection; the default one when left out. */
  extension?: ExtensionClass | undefined;
  configuration?: RtcConfiguration | undefined;
}

// PERF: one function, so that an idle poll makes no closure.
const pump = (extension: WebRTCPeerConnectionExtension): void => extension._poll();

const NO_EXTENSION = 'The class does not extend WebRTCPeerConnectionExtension';

// One per process, see `setDefaultExtension`.
let defaultExtension: ExtensionClass = DefaultExtension;

/**
 * A connection to one other peer. Calls return an `Err` and never throw; everything that comes back arrives as a signal
 * inside `poll()`, which belongs into the frame. One `poll()` delivers what was queued when it began.
 * @example
 * ```ts run
 * import { WebRTCPeerConnection } from 'scenewire';
 *
 * const [here, there] = [new WebRTCPeerConnection(), new WebRTCPeerConnection()];
 * for (const [one, other] of [[here, there], [there, here]] as const) {
 *   one.createDataChannel('game', { negotiated: true, id: 1 });
 *   one.session_description_created.connect((type, sdp) => {
 *     one.setLocalDescription(type, sdp);
 *     other.setRemoteDescription(type, sdp); // elsewhere: by your signalling
 *   });
 *   one.ice_candidate_created.connect((media, index, name) => other.addIceCandidate(media, index, name));
 *   one.connected.connect(() => console.log('connected'));
 * }
 * here.createOffer();
 *
 * const frames = setInterval(() => {
 *   for (const connection of [here, there]) connection.poll();
 *   if (!here.isPeerConnected() || !there.isPeerConnected()) return;
 *   for (const connection of [here, there]) connection.close();
 *   clearInterval(frames);
 * }, 16);
 * // → connected
 * // → connected
 * ```
 */
export class WebRTCPeerConnection extends ConnectionTracks {
  readonly #Extension: ExtensionClass;
  /** @internal What the constructor's `initialize` gave. */
  readonly initialError: Err;
  #polling = false;

  /** Ready to use with an empty configuration; `initialize` starts over with another one. */
  constructor(init: WebRTCPeerConnectionInit = {}) {
    super();
    this.#Extension = init.extension ?? defaultExtension;
    this.initialError = this.initialize(init.configuration);
  }

  static create(): WebRTCPeerConnection {
    return new WebRTCPeerConnection();
  }

  /** The factory of MagicLeap: the connection is never null, and closed when `error` is not OK. */
  static createRemote(
    iceServers: readonly (IceServer | LegacyIceServer)[],
    proxyConfig: ProxyConfig | null = null,
  ): { error: Err; connection: WebRTCPeerConnection } {
    const connection = new WebRTCPeerConnection({ configuration: { iceServers, proxyConfig } });
    return { error: connection.initialError, connection };
  }

  /** The back end of connections made from now on; null restores the bundled one. */
  static setDefaultExtension(extension: ExtensionClass | null): Err {
    if (extension !== null && !isExtensionClass(extension)) {
      return fail(Err.ERR_INVALID_PARAMETER, NO_EXTENSION);
    }
    defaultExtension = extension ?? DefaultExtension;
    return Err.OK;
  }

  /** What `new` uses now, for example to wrap it in a bad link. */
  static getDefaultExtension(): ExtensionClass {
    return defaultExtension;
  }

  /** Starts over: what was is closed and the state is STATE_NEW. With a bad configuration nothing changes. */
  initialize(configuration: RtcConfiguration = {}): Err {
    if (!isExtensionClass(this.#Extension)) return fail(Err.ERR_INVALID_PARAMETER, NO_EXTENSION);
    const extension = guarded(this.#Extension, null, (Extension) => new Extension());
    if (extension === null) return Err.FAILED;
    const config = parseConfiguration(configuration, extension.capabilities);
    if (typeof config === 'number') return config;
    const life = new ConnectionLife(this, extension, config);
    const err = life.guarded<Err>(Err.FAILED, () => {
      extension._attach(life);
      return extension._initialize(config);
    });
    if (err !== Err.OK) return err;
    this[LIFE]?.shut();
    this[LIFE] = life;
    return Err.OK;
  }

  /** Delivers signals and publishes packets. Call it once per frame. ERR_BUSY inside a listener of this connection. */
  poll(): Err {
    const life = this[LIFE];
    if (life === null) return Err.ERR_UNCONFIGURED;
    if (this.#polling) return Err.ERR_BUSY;
    this.#polling = true;
    try {
      if (!life.isClosed) life.guarded(undefined, pump);
      life.deliver();
    } finally {
      this.#polling = false;
    }
    return Err.OK;
  }

  /** Ends the connection and all its channels, without a signal. Any number of times, in any state. */
  close(): void {
    this[LIFE]?.shut();
  }

  /** `close()` plus release of the back end; `initialize()` revives the object. */
  destroy(): Err {
    if (this[LIFE] === null) return Err.ERR_UNCONFIGURED;
    this.close();
    this[LIFE] = null;
    return Err.OK;
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  /** A channel, or null. Only in STATE_NEW. The connection keeps it; nobody else has to. */
  createDataChannel(label: string, options: DataChannelOptions = {}): WebRTCDataChannel | null {
    const life = this[LIFE];
    if (life === null) return null;
    if (life.connection !== ConnectionState.STATE_NEW) {
      fail(Err.FAILED, 'A data channel can only be created in STATE_NEW');
      return null;
    }
    const ids = new Set(life.channels.map((channel) => channel.getId()));
    const config = parseChannelOptions(label, options, life.extension.capabilities, ids);
    if (typeof config === 'number') return null;
    return life.createChannel(label, config);
  }

  /** Starts an offer; it arrives as `session_description_created`. Needs a channel or a track, and STATE_NEW unless it renegotiates. */
  createOffer(options: OfferOptions = {}): Err {
    const life = this[LIFE];
    if (life === null) return Err.ERR_UNCONFIGURED;
    const parsed = parseOfferOptions(options);
    if (typeof parsed === 'number') return parsed;
    return life.media.after(() => life.createOffer(parsed)) ?? Err.OK;
  }

  /** Starts an answer, with `autoAnswer: false` only. */
  createAnswer(): Err {
    const life = openLife(this);
    if (life === null) return Err.ERR_UNCONFIGURED;
    const { state, creating, created } = life.negotiation;
    const due = state === SignalingState.SIGNALING_STATE_HAVE_REMOTE_OFFER && creating === null && created === null;
    if (life.config.autoAnswer || !due) return fail(Err.FAILED, 'No answer is due');
    return life.createAnswer();
  }

  /** Applies what `session_description_created` brought; candidates start. "rollback" takes a local offer back. */
  setLocalDescription(type: string, sdp: string): Err {
    const life = openLife(this);
    if (life === null) return Err.ERR_UNCONFIGURED;
    const problem = life.negotiation.checkLocal(type, sdp, life.extension.capabilities);
    if (problem !== Err.OK) return problem;
    const checked = type as SessionDescriptionType;
    const bare = withoutAnnouncement(sdp);
    return life.ask(
      (extension) => extension._setLocalDescription(checked, life.media.part?.read(bare) ?? bare),
      () => life.acceptLocal(checked, sdp),
    );
  }

  /** Applies what the other side sent. An offer makes the answer, unless `autoAnswer` is false. */
  setRemoteDescription(type: string, sdp: string): Err {
    const life = openLife(this);
    if (life === null) return Err.ERR_UNCONFIGURED;
    const { capabilities } = life.extension;
    const problem = life.negotiation.checkRemote(type, sdp, life.connection, capabilities);
    if (problem !== Err.OK) return problem;
    // A rollback of theirs was refused.
    const checked = type as Exclude<SessionDescriptionType, 'rollback'>;
    if (type === 'offer') life.round = null;
    const err = life.describeRemote(checked, sdp);
    return err === Err.OK && type === 'offer' && life.config.autoAnswer ? life.createAnswer() : err;
  }

  /** A raw SDP text or MagicLeap's JSON. */
  setRemoteOffer(offer: string): Err {
    return this.#setRemoteText('offer', offer);
  }

  /** A raw SDP text or MagicLeap's JSON. */
  setRemoteAnswer(answer: string): Err {
    return this.#setRemoteText('answer', answer);
  }

  /** A candidate of the other side. It may come before its description; an empty name is the end of candidates. */
  addIceCandidate(media: string, index: number, name: string): Err {
    const life = openLife(this);
    if (life === null) return Err.ERR_UNCONFIGURED;
    const candidate = parseCandidate(media, index, name);
    if (candidate === null) return fail(Err.ERR_INVALID_PARAMETER, 'A candidate needs a media id, an index and a name');
    if (candidate.candidate === '') return Err.OK;
    if (!isCandidate(candidate.candidate)) {
      return fail(Err.FAILED, `This is no candidate: ${quoted(candidate.candidate)}`);
    }
    return life.takesCandidates ? life.addRemoteCandidate(candidate) : life.negotiation.keepEarly(candidate);
  }

  addRemoteIceCandidate(candidate: IceCandidate): Err {
    const { sdpMid, sdpMLineIndex, candidate: name } = readCandidate(candidate);
    return this.addIceCandidate(sdpMid as string, sdpMLineIndex as number, name as string);
  }

  /** New ICE servers. Where the back end cannot change them later: only in STATE_NEW without channels. */
  updateIce(config: Pick<RtcConfiguration, 'iceServers' | 'iceTransportPolicy'>): Err {
    const life = openLife(this);
    if (life === null) return Err.ERR_UNCONFIGURED;
    const merged = mergeConfiguration(life.config, config);
    if (typeof merged === 'number') return merged;
    if (!life.extension.capabilities.reconfigure) {
      const untouched = life.connection === ConnectionState.STATE_NEW && life.channels.length === 0;
      return untouched ? this.initialize(merged) : Err.ERR_UNAVAILABLE;
    }
    const parsed = parseConfiguration(merged, life.extension.capabilities);
    if (typeof parsed === 'number') return parsed;
    const err = life.guarded<Err>(Err.FAILED, (extension) => extension._updateIce(parsed));
    if (err === Err.OK) life.config = parsed;
    return err;
  }

  /** Asks for new ICE credentials with the next offer; `negotiation_needed` says when to make it. */
  restartIce(): Err {
    const life = openLife(this);
    if (life === null) return Err.ERR_UNCONFIGURED;
    if (!life.extension.capabilities.iceRestart) return Err.ERR_UNAVAILABLE;
    const err = life.guarded<Err>(Err.FAILED, (extension) => extension._restartIce());
    if (err === Err.OK) life.needsNegotiation = 'restart';
    return err;
  }

  /** Names a feature to the other side, in the descriptions created from now on. Stacks that don't know it ignore it. */
  announceFeature(name: string): Err {
    const life = openLife(this);
    if (life === null) return Err.ERR_UNCONFIGURED;
    if (!isFeatureName(name)) return fail(Err.ERR_INVALID_PARAMETER, 'A feature is a short word');
    life.features.add(name);
    return Err.OK;
  }

  protected override deferCall(call: () => void): void {
    this[LIFE]?.callLater(call);
  }

  #setRemoteText(type: 'offer' | 'answer', text: string): Err {
    const parsed =
      typeof text === 'string' && text.trimStart().startsWith('{') ? fromSignalingJson(text) : { type, sdp: text };
    if (parsed?.type !== type) return fail(Err.ERR_INVALID_PARAMETER, `The text is no ${type}`);
    return this.setRemoteDescription(type, parsed.sdp);
  }
}

function isExtensionClass(value: unknown): boolean {
  return typeof value === 'function' && value.prototype instanceof WebRTCPeerConnectionExtension;
}
