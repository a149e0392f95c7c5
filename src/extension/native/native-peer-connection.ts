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
  type RtcCapabilities,
  type SelectedCandidatePair,
  type SessionDescriptionType,
  type WebRTCStats,
} from '../webrtc-types.js';
import { AskedDescriptions } from './asked-descriptions.js';
import { LATE_CANDIDATES, TOLD_CANDIDATES } from './candidate-timing.js';
import { DtlsRole } from './dtls-role.js';
import { IceReports } from './ice-reports.js';
import { MessageTurns } from './message-turns.js';
import { type Addon, loadAddon } from './native-addon.js';
import { NativeChannels } from './native-channels.js';
import { toNativeConfig } from './native-config.js';
import { attempt, closeConnection, countNatives, keepAlive, letGo, tryTo } from './native-lifetime.js';
import { NativeMedia } from './native-media.js';
import { withPlans } from './native-sdp.js';
import { CONNECTION_STATES, hasOffered, readSelectedPair, readStats } from './native-states.js';
import { RemoteCandidates } from './remote-candidates.js';

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
  readonly #channels = new NativeChannels(this.#turns);
  #addon!: Addon;
  #config!: RtcConfig;
  #role!: DtlsRole;
  #native: PeerConnection | null = null;
  /** What was closed last, or is about to be. */
  #closing: PeerConnection | null = null;
  readonly #ice = new IceReports(() => this.sink);
  /** Whether an offer and an answer have met. */
  #established = false;
  readonly #asked = new AskedDescriptions();
  readonly #remote = new RemoteCandidates();
  /** The description of the other side that was accepted last. */
  #remoteText = '';
  /** Its tracks, where somebody passes them on. */
  #media: NativeMedia | null = null;

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
    return this.#channels.create(label, config);
  }

  override _createOffer(): Err {
    if (this.#native !== null) return this.#offerAgain(this.#native);
    this.#ice.hold();
    this.#asked.ask('offer');
    // The first channel makes the offer.
    return this.#guarded('make an offer', () => this.#channels.bind(this.#begin()));
  }

  override _createAnswer(): Err {
    // Before the answer is told, since the other side checks at once when it has that.
    const local = attempt(() => this.#native?.localDescription()?.sdp) ?? '';
    this.#remote.postponed.onAnswering(local, this.#remoteText);
    this.#reportAnswer(this.#asked.ask('answer'));
    return Err.OK;
  }

  override _setLocalDescription(type: SessionDescriptionType): Err {
    const native = this.#native;
    if (type === 'rollback' && native !== null && this.#established) {
      this.#asked.forget('offer');
      return tryTo('roll back', () => native.setLocalDescription('rollback'));
    }
    if (type === 'rollback') this.#beginAnew();
    else if (type === 'offer') this.#ice.onOffered();
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

  override _poll(): void {
    this.#ice.poll(this.#native);
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
    this.#asked.forget('answer');
    const again = this.#native;
    // Not even its maker knows of it: the library made it by itself, or it was asked for and is not told of yet.
    if (again !== null && hasOffered(again)) attempt(() => again.setLocalDescription('rollback'));
    this.#asked.forget('offer');
    if (again !== null) return tryTo('accept the offer', () => again.setRemoteDescription(text, 'offer'));
    this.#ice.release();
    const isNative = isNativeDescription(text);
    const err = this.#guarded('accept the offer', () => {
      const native = this.#begin();
      native.setRemoteDescription(this.#role.answered(text), 'offer');
      // Before the description they would make an offer of ours.
      this.#channels.bind(native);
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
    this.#asked.forget('offer');
    this.#established = true;
    this.#ice.onAnswered(this.#native, readAnnouncement(text));
    return Err.OK;
  }

  /** Safe in these states only; in others the library ends the process. */
  #offerAgain(native: PeerConnection): Err {
    const made = this.#asked.ask('offer');
    this.#reportOffer(made);
    // Behind an answer the library makes one for a track that came meanwhile, and tells of it in another turn.
    if (made !== null || hasOffered(native)) return Err.OK;
    const settled = attempt(() => native.signalingState() === 'stable' && native.state() === 'connected');
    if (!settled) {
      this.#asked.forget('offer');
      return fail(Err.FAILED, 'A connection can be negotiated again only while it stands');
    }
    return tryTo('make an offer', () => native.setLocalDescription('offer'));
  }

  #reportOffer(text: string | null): void {
    if (text === null) return;
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
    const isCurrent = (): boolean => this.#native === native;
    native.onStateChange((state) => void attempt(() => this.#onState(native, state)));
    // Not onIceStateChange: the addon's last report of it can run on freed memory when both ends close at once.
    native.onGatheringStateChange((state) => {
      if (isCurrent()) attempt(() => this.#ice.onGathering(state, isCurrent));
    });
    native.onSignalingStateChange(() => {});
    native.onLocalDescription((sdp, type) => void attempt(() => this.#onDescription(native, sdp, type)));
    native.onLocalCandidate((line, media) => {
      if (isCurrent()) attempt(() => this.#ice.onCandidate(line, media));
    });
    native.onDataChannel((channel) => void attempt(() => this.#onDataChannel(native, channel)));
    // onTrack only for who takes them, see NativeMedia: what is handed out has to be closed, or the process never ends.
    return native;
  }

  /** A rolled back beginning starts over; what was is closed and not listened to any more. */
  #beginAnew(): void {
    const old = this.#native;
    this.#native = null;
    this.#established = false;
    this.#ice.reset();
    const open = this.#channels.openCount;
    this.#channels.unbind();
    this.#media?.close();
    this.#media = null;
    this.#asked.forget('offer');
    if (old !== null) this.#closeOnce(old, open);
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
    this.#ice.readState(native);
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

  #onDescription(native: PeerConnection, sdp: string, type: string): void {
    if (this.#native !== native) return;
    if (type !== 'offer' && type !== 'answer') return;
    // It is told in another turn: an offer may be taken back by now.
    if (type === 'offer' && !hasOffered(native)) return;
    const asked = this.#asked.make(type, splitCandidates(sdp).text);
    if (type === 'offer') this.#reportOffer(asked);
    else this.#reportAnswer(asked);
  }

  #reportAnswer(text: string | null): void {
    if (text === null) return;
    this.#established = true;
    this.#remote.postponed.onAnswered();
    const written = this.#written(text, 'answer');
    this.#media?.settled();
    this.sink.sessionDescriptionCreated('answer', written);
  }

  #onDataChannel(native: PeerConnection, given: DataChannel): void {
    const received = this.#channels.receive(given, this.#native === native);
    if (received !== null) {
      const { channel, info } = received;
      if (!this.sink.dataChannelReceived(channel, info)) setImmediate(() => channel._close());
    } else if (this.#native === native && this.#channels.isOneTooManyLost) {
      this.sink.connectionStateChanged(ConnectionState.STATE_FAILED);
      setImmediate(() => this.#shut());
    }
  }

  /** Channels first: one whose connection is closed before it is not told that it is over. */
  #shut(): void {
    this.#ice.release();
    this.#remote.postponed.end();
    const open = this.#channels.openCount;
    this.#channels.close();
    this.#media?.close();
    if (this.#native !== null) this.#closeOnce(this.#native, open);
  }

  /** A second time there are no open channels, and the ends of the first time would not be waited for. */
  #closeOnce(native: PeerConnection, openChannels: number): void {
    if (native === this.#closing) return;
    this.#closing = native;
    closeConnection(native, openChannels);
  }
}
