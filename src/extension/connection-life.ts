import { Err } from '../core/err.js';
import { fail, quoted } from '../core/fail.js';
import { withAnnouncement, withoutIdentity } from './announcement.js';
import { guarded } from './back-end-calls.js';
import { ConnectionChannels } from './connection-channels.js';
import type { ConnectionObject } from './connection-object.js';
import type { LazyIdentity } from './lazy-identity.js';
import { LazyMedia } from './lazy-media.js';
import type { MediaHost } from './media/media-host.js';
import { noRenegotiation } from './negotiation.js';
import { WebRTCDataChannel } from './webrtc-data-channel.js';
import type { ChannelConfig, ConnectionConfig } from './webrtc-options.js';
import type {
  FailedStep,
  PeerConnectionSink,
  WebRTCPeerConnectionExtension,
} from './webrtc-peer-connection-extension.js';
import {
  ConnectionState,
  type GatheringState,
  type IceCandidate,
  type IceConnectionState,
  type OfferOptions,
  type SessionDescriptionType,
} from './webrtc-types.js';

/**
 * One life of a connection, from `initialize()` to the next one: the back end, its channels, and what it reports. A new
 * life starts with a new object, so nothing late from an old back end can reach it. A listener may end it at any point;
 * that empties the queue, so a delivery simply ends.
 */
export class ConnectionLife extends ConnectionChannels implements PeerConnectionSink, MediaHost {
  readonly extension: WebRTCPeerConnectionExtension;
  /** Named to the other side in every description, besides those of the back end. */
  readonly features = new Set<string>();
  /** Who is at both ends, where somebody asked for it. */
  identity: LazyIdentity | null = null;
  readonly media = new LazyMedia(this);
  /** An answer waits until it is known whose it is. */
  #isAnswerKept = false;

  constructor(signals: ConnectionObject, extension: WebRTCPeerConnectionExtension, config: ConnectionConfig) {
    super(signals, config);
    this.extension = extension;
  }

  /** Publishes what has arrived, then emits what was queued when the poll began. */
  deliver(): void {
    this.identity?.poll();
    if (this.isHolding) return;
    this.media.poll();
    if (this.reports.size === 0 && this.arrivals === 0 && this.needsNegotiation === null) return;
    this.arrivals = 0;
    for (const channel of this.channels) channel.publishArrivals();
    this.emitNegotiationNeeded();
    this.reports.drain();
    for (const channel of this.channels) channel.announceArrivals();
  }

  /** A call of the back end that may throw. */
  guarded<T>(otherwise: T, call: (extension: WebRTCPeerConnectionExtension) => T): T {
    return guarded(this.extension, otherwise, call);
  }

  /** Asks the back end for something, and notes what follows from its OK. */
  ask(call: (extension: WebRTCPeerConnectionExtension) => Err, accept: () => void): Err {
    return this.reports.during(() => {
      const err = this.guarded<Err>(Err.FAILED, call);
      if (err === Err.OK) accept();
      return err;
    });
  }

  createChannel(label: string, config: ChannelConfig): WebRTCDataChannel | null {
    const extension = this.guarded(null, (backEnd) => backEnd._createDataChannel(label, config));
    if (extension === null) {
      fail(Err.FAILED, `The back end cannot create the data channel ${quoted(label)}`);
      return null;
    }
    if (this.channels.length === 0) this.needsNegotiation ??= 'channel';
    const { maxMessageSize } = this.extension.capabilities;
    return this.add(new WebRTCDataChannel(this, extension, { ...config, label, maxPacketSize: maxMessageSize }, false));
  }

  createOffer(options: OfferOptions): Err {
    const problem = this.#checkOffer(options);
    if (problem !== Err.OK) return problem;
    this.round = null;
    return this.ask(
      (extension) => extension._createOffer(options),
      () => this.expectDescription('offer'),
    );
  }

  #checkOffer({ renegotiate, iceRestart }: OfferOptions): Err {
    const { capabilities } = this.extension;
    const { established, creating } = this.negotiation;
    if (this.connection !== ConnectionState.STATE_NEW) {
      const settled = established && !this.isClosed && this.connection !== ConnectionState.STATE_CONNECTING;
      if (!settled || !(renegotiate || iceRestart))
        return fail(Err.FAILED, 'An offer can only be created in STATE_NEW');
      if (!capabilities.renegotiation) return noRenegotiation();
    }
    if (iceRestart && !capabilities.iceRestart) return fail(Err.ERR_UNAVAILABLE, 'This back end cannot restart ICE');
    if (!this.isStable || creating !== null || this.#isAnswerKept)
      return fail(Err.FAILED, 'A negotiation is under way');
    const empty = this.channels.length === 0 && !established && !this.media.part?.hasLocalTracks;
    return empty ? fail(Err.FAILED, 'An offer needs a data channel or a track first') : Err.OK;
  }

  createAnswer(): Err {
    const err = this.ask(
      (extension) => extension._createAnswer(),
      () => this.expectDescription('answer'),
    );
    // Without `autoAnswer` the user may ask again.
    if (err !== Err.OK && this.config.autoAnswer) this.giveUpRound();
    return err;
  }

  addRemoteCandidate(given: IceCandidate): Err {
    const problem = this.negotiation.checkRemoteCandidate();
    if (problem !== Err.OK) return problem;
    const resolved = this.negotiation.resolve(given);
    const { sdpMid, sdpMLineIndex, candidate } = resolved;
    const err = this.guarded<Err>(Err.FAILED, (extension) =>
      extension._addIceCandidate(sdpMid, sdpMLineIndex, candidate),
    );
    if (err === Err.OK) this.negotiation.addRemoteCandidate(resolved);
    return err;
  }

  /** Their calls returned OK long ago, so a refusal can only be told by signal. */
  addEarlyCandidates(): void {
    for (const candidate of this.negotiation.takeEarlyCandidates()) {
      if (this.addRemoteCandidate(candidate) !== Err.OK) {
        this.failed('candidate', `A remote candidate was refused: ${quoted(candidate.candidate)}`);
      }
    }
  }

  override get isAtRest(): boolean {
    return super.isAtRest && !this.#isAnswerKept;
  }

  /** Whether the back end has what remote candidates belong to. */
  get takesCandidates(): boolean {
    return this.negotiation.hasRemote && !this.#isAnswerKept;
  }

  /**
   * What the other side describes itself as. An answer decides whom the connection is with, so the back end gets one that
   * says something new when it is known whose it is: nothing goes to somebody else, not even a voice.
   */
  describeRemote(type: Exclude<SessionDescriptionType, 'rollback'>, sdp: string): Err {
    const apply = (accept: () => void): Err =>
      this.ask((extension) => extension._setRemoteDescription(type, withoutIdentity(sdp)), accept);
    if (this.#isAnswerKept) return fail(Err.FAILED, 'A negotiation is under way');
    const { established, remote } = this.negotiation;
    const before = established ? (remote?.sdp ?? '') : '';
    if (type === 'offer' || !this.identity?.isUsed || this.identity.desk?.isSame(sdp, before)) {
      return apply(() => {
        this.acceptRemote(type, sdp);
        this.addEarlyCandidates();
      });
    }
    this.#isAnswerKept = true;
    this.acceptRemote(type, sdp, () => {
      this.#isAnswerKept = false;
      if (this.isClosed || apply(() => this.addEarlyCandidates()) === Err.OK) return;
      this.failed('remote', 'The answer of the other side was refused');
    });
    return Err.OK;
  }

  override acceptRemote(
    type: Exclude<SessionDescriptionType, 'rollback'>,
    sdp: string,
    whenLookedAt: () => void = () => {},
  ): void {
    super.acceptRemote(type, sdp);
    if (this.identity !== null) {
      this.isHolding = true;
      this.identity.ask((desk) => desk.verify(type, sdp, whenLookedAt));
    } else if (sdp.includes('a=identity:')) {
      this.reports.push(() => this.signals.identity_result.emit(Err.ERR_UNAVAILABLE, null));
    }
  }

  /** Ends this life and tells it: with whoever did not prove who it is goes everything that it has said already. */
  shutOut(): void {
    if (this.wasShut) return;
    this.shut();
    this.signals.connection_state_changed.emit(this.connection);
    this.signals.signaling_state_changed.emit(this.negotiation.state);
  }

  /** Ends this life here: no signal of it comes any more. */
  shut(): void {
    this.wasShut = true;
    if (!this.isClosed) this.end();
    this.shutChannels();
    this.reports.shut();
  }

  sessionDescriptionCreated(type: 'offer' | 'answer', created: string): void {
    this.reports.report(() => {
      const { negotiation } = this;
      // Not asked for any more: rolled back, or a remote offer was accepted meanwhile.
      if (negotiation.creating !== type) return;
      const announced = withAnnouncement(this.media.part?.written(created) ?? created, [
        ...this.extension.announces,
        ...this.features,
      ]);
      const deliver = (sdp: string): void => {
        negotiation.creating = null;
        negotiation.created = { type, sdp };
        if (this.round === null) this.signals.session_description_created.emit(type, sdp);
        else this.round.onDescription(type, sdp);
      };
      if (this.identity === null) deliver(announced);
      else this.identity.ask((desk) => desk.describe(type, announced, deliver));
    });
  }

  iceCandidateCreated(media: string, index: number, name: string): void {
    this.reports.report(() => {
      this.negotiation.addLocalCandidate({ sdpMid: media, sdpMLineIndex: index, candidate: name });
      if (this.round === null) this.signals.ice_candidate_created.emit(media, index, name);
      else this.round.onCandidate(media, index, name);
    }, true);
  }

  connectionStateChanged(state: ConnectionState): void {
    this.reports.report(() => this.follow(state));
  }

  gatheringStateChanged(state: GatheringState): void {
    this.reports.report(() => this.followGathering(state), true);
  }

  iceConnectionStateChanged(state: IceConnectionState): void {
    this.reports.report(() => this.followIce(state));
  }

  tracksChanged(): void {
    this.media.use((media) => media.noteReceived());
  }

  failed(step: FailedStep, message: string): void {
    this.reports.report(() => this.followFailure(step, message));
  }

  protected closeBackEnd(): void {
    this.media.part?.end();
    this.guarded(undefined, (extension) => extension._close());
  }
}
