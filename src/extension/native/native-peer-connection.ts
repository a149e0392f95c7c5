import type { DataChannel, PeerConnection, RtcConfig } from 'node-datachannel';
import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import { readAnnouncement } from '../announcement.js';
import type { RtpPort } from '../media/rtp-port.js';
import { isNativeDescription, splitCandidates } from '../session-description.js';
import type { WebRTCDataChannelExtension } from '../webrtc-data-channel-extension.js';
import type { ChannelConfig, ConnectionConfig } from '../webrtc-options.js';
import { NO_CAPABILITIES, WebRTCPeerConnectionExtension } from '../webrtc-peer-connection-extension.js';
import {
  ConnectionState,
  GatheringState,
  IceConnectionState,
  type RtcCapabilities,
  type SelectedCandidatePair,
  type SessionDescriptionType,
  UNSET,
  type WebRTCStats,
} from '../webrtc-types.js';
import { HeldCandidates, LATE_CANDIDATES, TOLD_CANDIDATES } from './candidate-timing.js';
import { DtlsRole } from './dtls-role.js';
import { MessageTurns } from './message-turns.js';
import { type Addon, loadAddon } from './native-addon.js';
import { toNativeChannelInit, toNativeConfig } from './native-config.js';
import { NativeDataChannel, readReceivedChannel } from './native-data-channel.js';
import { attempt, closeConnection, countNatives, keepAlive, keepLost, letGo, tryTo } from './native-lifetime.js';
import { NativeMedia } from './native-media.js';
import { withPlans } from './native-sdp.js';
import {
  CONNECTION_STATES,
  GATHERING_STATES,
  ICE_STATES,
  readIceProgress,
  readSelectedPair,
  readStats,
} from './native-states.js';
import { RemoteCandidates } from './remote-candidates.js';

/** Channels that were closed before we heard of them; a peer that makes more is not playing. */
const MAX_LOST_CHANNELS = 16;

/**
 * The back end on node-datachannel. The addon's connection is made when the negotiation begins, and never asked to set
 * its local description first: that call ends the process where creating a channel or setting the remote description,
 * which do the same work, throw.
 */
export class NativePeerConnection extends WebRTCPeerConnectionExtension {
  override readonly capabilities: RtcCapabilities = {
    ...NO_CAPABILITIES,
    renegotiation: true,
    receivedChannelReliability: false,
    maxDataChannelId: 1023,
  };
  override readonly announces: readonly string[] = [LATE_CANDIDATES, TOLD_CANDIDATES];
  readonly #turns = new MessageTurns();
  readonly #channels = new Set<NativeDataChannel>();
  #addon!: Addon;
  #config!: RtcConfig;
  #role!: DtlsRole;
  #native: PeerConnection | null = null;
  #own = new HeldCandidates();
  /** Whether an offer and an answer have met. */
  #established = false;
  #ice: IceConnectionState = IceConnectionState.ICE_STATE_NEW;
  #wantsAnswer = false;
  #answer: string | null = null;
  readonly #remote = new RemoteCandidates();
  /** The description of the other side that was accepted last. */
  #remoteText = '';
  /** Its tracks, where somebody passes them on. */
  #media: NativeMedia | null = null;
  /** An offer was asked for; and one that the library made unasked, since tracks were added in the middle of an exchange. */
  #isOffering = false;
  #unasked: string | null = null;
  #lostChannels = 0;

  /** Channels that only the addon's cleanup can free, which needs a moment without any connection (docs/native.md). */
  static get lostChannels(): number {
    return countNatives().lost;
  }

  override _initialize(config: ConnectionConfig): Err {
    const addon = loadAddon();
    if (typeof addon === 'number') return addon;
    const native = toNativeConfig(config);
    if (typeof native === 'number') return native;
    this.#addon = addon;
    this.#config = native;
    this.#role = new DtlsRole(config);
    return Err.OK;
  }

  override _createDataChannel(label: string, config: ChannelConfig): WebRTCDataChannelExtension {
    const channel = this.#makeChannel(label, config);
    this.#channels.add(channel);
    return channel;
  }

  override _createOffer(): Err {
    if (this.#native !== null) return this.#offerAgain(this.#native);
    this.#own = new HeldCandidates();
    this.#isOffering = true;
    // The first channel makes the offer.
    return this.#guarded('make an offer', () => this.#createChannels(this.#begin()));
  }

  override _createAnswer(): Err {
    this.#wantsAnswer = true;
    // Before the answer is told, since the other side checks at once when it has that.
    this.#remote.postponed.onAnswering(this.#native?.localDescription()?.sdp ?? '', this.#remoteText);
    this.#reportAnswer();
    return Err.OK;
  }

  override _setLocalDescription(type: SessionDescriptionType): Err {
    const native = this.#native;
    if (type === 'rollback' && native !== null && this.#established) {
      this.#unasked = null;
      return tryTo('roll back', () => native.setLocalDescription('rollback'));
    }
    if (type === 'rollback') this.#beginAnew();
    else if (type === 'offer') this.#own.onOffered();
    return Err.OK;
  }

  override _setRemoteDescription(type: SessionDescriptionType, sdp: string): Err {
    // Candidates in the text would start ICE before our channels exist.
    const { text, candidates } = splitCandidates(sdp);
    const err = type === 'offer' ? this.#acceptOffer(text) : this.#acceptAnswer(text);
    if (err !== Err.OK) return err;
    this.#remoteText = text;
    this.#media?.accepted(text, type);
    for (const { media, name } of candidates) this._addIceCandidate(media, 0, name);
    return Err.OK;
  }

  override _addIceCandidate(media: string, _index: number, name: string): Err {
    const native = this.#native;
    if (native === null) return Err.FAILED;
    return this.#remote.add(native, media, name);
  }

  /** Later changes of it come with one of the connection. */
  override _poll(): void {
    this.#own.look();
    if (this.#native !== null && this.#ice < IceConnectionState.ICE_STATE_COMPLETED) this.#readIceState(this.#native);
  }

  override _close(): void {
    this.#shut();
  }

  override _getSelectedCandidatePair(): SelectedCandidatePair | null {
    return readSelectedPair(this.#native);
  }

  override async _getStats(): Promise<WebRTCStats> {
    const native = this.#native;
    return native === null ? super._getStats() : readStats(native);
  }

  override _openRtp(): RtpPort | null {
    if (this.#native !== null) this.#media ??= new NativeMedia(this.#addon, this.#native, this.#remoteText);
    return this.#media;
  }

  #acceptOffer(text: string): Err {
    this.#wantsAnswer = false;
    this.#answer = null;
    const again = this.#native;
    // Not even its maker knows of it: the library made it by itself, or it was asked for and is not told of yet.
    if (again !== null && hasOffered(again)) attempt(() => again.setLocalDescription('rollback'));
    this.#isOffering = false;
    this.#unasked = null;
    if (again !== null) return tryTo('accept the offer', () => again.setRemoteDescription(text, 'offer'));
    this.#own.release();
    const isNative = isNativeDescription(text);
    const err = this.#guarded('accept the offer', () => {
      const native = this.#begin();
      native.setRemoteDescription(this.#role.answered(text), 'offer');
      // Before the description they would make an offer of ours.
      this.#createChannels(native);
    });
    // With a relay of ours, checks take a turn for each way: none are to be had at once.
    const tells = !this.#role.hasRelay && readAnnouncement(text).includes(TOLD_CANDIDATES);
    if (err === Err.OK && isNative) this.#remote.postponed.begin(tells);
    return err;
  }

  #acceptAnswer(text: string): Err {
    // A good answer is still welcome after a bad one.
    const err = tryTo('accept the answer', () => this.#native?.setRemoteDescription(text, 'answer'));
    if (err !== Err.OK) return err;
    this.#unasked = null;
    this.#established = true;
    this.#own.onAnswered(() => readIceProgress(this.#native), readAnnouncement(text));
    return Err.OK;
  }

  /** Safe in these states only; in others the library ends the process. */
  #offerAgain(native: PeerConnection): Err {
    this.#isOffering = true;
    if (this.#unasked !== null) {
      this.#reportOffer(this.#unasked);
      return Err.OK;
    }
    // Behind an answer the library makes one for a track that came meanwhile, and tells of it in another turn.
    if (hasOffered(native)) return Err.OK;
    const settled = attempt(() => native.signalingState() === 'stable' && native.state() === 'connected');
    if (!settled) {
      this.#isOffering = false;
      return fail(Err.FAILED, 'A connection can be negotiated again only while it stands');
    }
    return tryTo('make an offer', () => native.setLocalDescription('offer'));
  }

  #reportOffer(text: string): void {
    this.#isOffering = false;
    this.#unasked = null;
    const written = this.#written(text, 'offer');
    // Between ends that have met, the roles are given.
    this.sink.sessionDescriptionCreated('offer', this.#established ? written : this.#role.offered(written));
  }

  #written(text: string, type: 'offer' | 'answer'): string {
    return this.#media?.written(text, type) ?? withPlans(text, () => ({ direction: 'inactive' }));
  }

  #begin(): PeerConnection {
    const native = new this.#addon.PeerConnection('scenewire', this.#config);
    this.#native = native;
    keepAlive(native);
    native.onStateChange((state) => void attempt(() => this.#onState(native, state)));
    // Not onIceStateChange: the addon's last report of it can run on freed memory when both ends close at once.
    native.onGatheringStateChange((state) => void attempt(() => this.#onGatheringState(native, state)));
    native.onSignalingStateChange(() => {});
    native.onLocalDescription((sdp, type) => void attempt(() => this.#onDescription(native, sdp, type)));
    native.onLocalCandidate((name, media) => void attempt(() => this.#onCandidate(native, name, media)));
    native.onDataChannel((channel) => void attempt(() => this.#onDataChannel(native, channel)));
    // onTrack only for who takes them, see NativeMedia: what is handed out has to be closed, or the process never ends.
    return native;
  }

  /** Channels that ended are forgotten: a peer can open and close them for ever. */
  #makeChannel(label: string, config: ChannelConfig): NativeDataChannel {
    return new NativeDataChannel(label, config, this.#turns, (ended) => this.#channels.delete(ended));
  }

  #createChannels(native: PeerConnection): void {
    for (const channel of this.#channels) {
      if (channel.hasEnded) continue;
      channel.bind(native.createDataChannel(channel.label, toNativeChannelInit(channel.config)), false);
    }
  }

  /** A rolled back beginning starts over; what was is closed and not listened to any more. */
  #beginAnew(): void {
    const old = this.#native;
    this.#native = null;
    this.#established = false;
    this.#ice = IceConnectionState.ICE_STATE_NEW;
    this.#own.release();
    const open = this.#openChannels;
    for (const channel of this.#channels) channel.unbind();
    this.#media?.close();
    this.#media = null;
    this.#isOffering = false;
    this.#unasked = null;
    if (old !== null) closeConnection(old, open);
  }

  /** For the beginning: a throw may leave the library's connection half made, so it is given up. */
  #guarded(what: string, call: () => void): Err {
    const err = tryTo(what, call);
    if (err !== Err.OK) this.#beginAnew();
    return err;
  }

  #onState(native: PeerConnection, state: string): void {
    if (state === 'closed') letGo(native);
    if (this.#native !== native) return;
    this.#readIceState(native);
    const known = CONNECTION_STATES[state] ?? ConnectionState.STATE_NEW;
    if (state === 'connected') this.#remote.postponed.end();
    if (state !== 'closed') this.sink.connectionStateChanged(known);
    // The library ends neither its callbacks nor the process by itself. To close a channel forgets what waits in it.
    if (state !== 'closed' && state !== 'failed') return;
    this.#turns.afterMessages(() => {
      if (this.#native !== native) return;
      if (state === 'closed') this.sink.connectionStateChanged(known);
      this.#shut();
    });
  }

  /** Asked for, since it must not be listened to. */
  #readIceState(native: PeerConnection): void {
    const state = ICE_STATES[attempt(() => native.iceState()) ?? ''];
    if (state === undefined || state === this.#ice) return;
    this.#ice = state;
    this.sink.iceConnectionStateChanged(state);
  }

  #onGatheringState(native: PeerConnection, state: string): void {
    const known = GATHERING_STATES[state];
    if (known === undefined) return;
    // The last candidates are told through another queue of the addon, served in the same turn.
    const report = (): void => {
      if (this.#native === native) this.#own.report(() => this.sink.gatheringStateChanged(known));
    };
    if (known === GatheringState.GATHERING_STATE_COMPLETE) setImmediate(report);
    else this.sink.gatheringStateChanged(known);
  }

  #onDescription(native: PeerConnection, sdp: string, type: string): void {
    if (this.#native !== native) return;
    if (type !== 'offer' && type !== 'answer') return;
    // It is told in another turn: an offer may be taken back by now.
    if (type === 'offer' && !hasOffered(native)) return;
    const { text } = splitCandidates(sdp);
    if (type === 'offer') {
      if (this.#isOffering) this.#reportOffer(text);
      else this.#unasked = text;
      return;
    }
    this.#answer = this.#written(text, type);
    this.#reportAnswer();
  }

  #reportAnswer(): void {
    if (!this.#wantsAnswer || this.#answer === null) return;
    this.#wantsAnswer = false;
    this.#established = true;
    this.#remote.postponed.onAnswered();
    this.#media?.settled();
    this.sink.sessionDescriptionCreated('answer', this.#answer);
  }

  #onCandidate(native: PeerConnection, line: string, media: string): void {
    if (this.#native !== native) return;
    const name = line.replace(/^a=/, '');
    this.#own.report((note) => this.sink.iceCandidateCreated(media, 0, name + note));
  }

  #onDataChannel(native: PeerConnection, channel: DataChannel): void {
    const { label, config } = readReceivedChannel(channel);
    const received = this.#makeChannel(label, config);
    received.bind(channel, true);
    if (!channel.isOpen()) this.#loseChannel(channel);
    else if (this.#native !== native) setImmediate(() => received._close());
    else {
      const id = attempt(() => channel.getId()) ?? UNSET;
      const info = { ...config, label, id, maxPacketSize: channel.maxMessageSize() };
      this.#channels.add(received);
      if (!this.sink.dataChannelReceived(received, info)) setImmediate(() => received._close());
    }
  }

  /** Opened and closed by the peer before this turn: its closed event is gone for good. */
  #loseChannel(channel: DataChannel): void {
    keepLost(channel);
    this.#lostChannels += 1;
    setImmediate(() => attempt(() => channel.close()));
    if (this.#lostChannels === MAX_LOST_CHANNELS) {
      this.sink.connectionStateChanged(ConnectionState.STATE_FAILED);
      setImmediate(() => this.#shut());
    }
  }

  get #openChannels(): number {
    return [...this.#channels].filter((channel) => channel.isOpen).length;
  }

  /** Channels first: one whose connection is closed before it is not told that it is over. */
  #shut(): void {
    this.#own.release();
    this.#remote.postponed.end();
    const open = this.#openChannels;
    for (const channel of this.#channels) channel._close();
    this.#media?.close();
    if (this.#native !== null) closeConnection(this.#native, open);
  }
}

const hasOffered = (native: PeerConnection): boolean => attempt(() => native.signalingState()) === 'have-local-offer';
