import { Err } from '../core/err.js';
import { fail, messageOf, pushError, quoted } from '../core/fail.js';
import { PacketBudget } from '../core/packet-queue.js';
import { ConnectionEvents } from './connection-events.js';
import { Negotiation } from './negotiation.js';
import { WebRTCDataChannel } from './webrtc-data-channel.js';
import type { WebRTCDataChannelExtension } from './webrtc-data-channel-extension.js';
import type { ConnectionConfig } from './webrtc-options.js';
import type { ReceivedChannel, WebRTCPeerConnectionExtension } from './webrtc-peer-connection-extension.js';
import {
  ChannelState,
  ConnectionState,
  GatheringState,
  type IceCandidate,
  IceConnectionState,
  type OfferOptions,
  type SessionDescriptionType,
  SignalingState,
} from './webrtc-types.js';

/** Channels the other side may have open here. More are refused: each costs memory that a stranger decides on. */
const MAX_RECEIVED_CHANNELS = 64;
/** What all of them may hold unread, in terms of what one channel may: a stranger chooses on how many to send. */
const RECEIVED_SHARES = 2;

/**
 * One life of a connection, from `initialize()` to the next one: the back end, what it reported, and the states the
 * user reads. A new life starts with a new object, so nothing late from an old back end can reach it.
 */
export class ConnectionLifetime {
  readonly extension: WebRTCPeerConnectionExtension;
  config: ConnectionConfig;
  readonly events: ConnectionEvents;
  readonly negotiation = new Negotiation();
  /** Local and received, oldest first; those that ended are gone. */
  channels: readonly WebRTCDataChannel[] = [];
  connection: ConnectionState = ConnectionState.STATE_NEW;
  gathering: GatheringState = GatheringState.GATHERING_STATE_NEW;
  ice: IceConnectionState = IceConnectionState.ICE_STATE_NEW;
  /** Named to the other side in every description, besides those of the back end. */
  readonly features = new Set<string>();
  /** What makes the next poll in a stable signaling state emit `negotiation_needed`. */
  needsNegotiation: 'channel' | 'restart' | null = null;
  /** Channels of the other side that were one too many. */
  refusedChannels = 0;
  /** Ended here, so that nothing is to be told any more. */
  wasShut = false;
  readonly #receivedBudget: PacketBudget;
  #received = 0;

  constructor(extension: WebRTCPeerConnectionExtension, config: ConnectionConfig) {
    this.extension = extension;
    this.config = config;
    this.#receivedBudget = new PacketBudget({
      maxPackets: RECEIVED_SHARES * config.maxInboundPackets,
      maxBytes: RECEIVED_SHARES * config.maxInboundBytes,
    });
    this.events = new ConnectionEvents((channel, info) => this.#adopt(channel, info));
  }

  get isClosed(): boolean {
    return this.connection === ConnectionState.STATE_CLOSED;
  }

  /** Whether a poll has anything to do. */
  get hasNews(): boolean {
    return this.events.queue.size > 0 || this.events.arrivals > 0 || this.needsNegotiation !== null;
  }

  addChannel(channel: WebRTCDataChannel): void {
    this.channels = [...this.channels, channel];
  }

  removeChannel(channel: WebRTCDataChannel): void {
    if (!this.channels.includes(channel)) return;
    if (channel.wasReceived) this.#received -= 1;
    this.channels = this.channels.filter((other) => other !== channel);
  }

  /** Asks the back end for something, and notes what follows from its OK. */
  ask(call: (extension: WebRTCPeerConnectionExtension) => Err, accept: () => void): Err {
    this.events.beginCall();
    try {
      const err = this.guarded<Err>(Err.FAILED, call);
      if (err === Err.OK) accept();
      return err;
    } finally {
      this.events.endCall();
    }
  }

  /** Back ends should not throw; one that does must not reach the caller. */
  guarded<T>(otherwise: T, call: (extension: WebRTCPeerConnectionExtension) => T): T {
    try {
      return call(this.extension);
    } catch (thrown) {
      pushError(`The back end threw: ${messageOf(thrown)}`, Err.FAILED, thrown);
      return otherwise;
    }
  }

  /** Changes the state now and announces it at the next poll. */
  setConnection(state: ConnectionState): void {
    if (this.connection === state) return;
    this.connection = state;
    this.events.push({ kind: 'announce-connection', state });
  }

  checkOffer({ renegotiate, iceRestart }: OfferOptions): Err {
    const { capabilities } = this.extension;
    const again = renegotiate === true || iceRestart === true;
    if (this.connection !== ConnectionState.STATE_NEW) {
      const settled =
        this.negotiation.established && !this.isClosed && this.connection !== ConnectionState.STATE_CONNECTING;
      if (!again || !settled) return fail(Err.FAILED, 'An offer can only be created in STATE_NEW');
      if (!capabilities.renegotiation) return fail(Err.ERR_UNAVAILABLE, 'This back end cannot renegotiate');
    }
    if (iceRestart === true && !capabilities.iceRestart) return fail(Err.ERR_UNAVAILABLE, 'There is no ICE restart');
    if (this.negotiation.state !== SignalingState.SIGNALING_STATE_STABLE || this.negotiation.creating !== null) {
      return fail(Err.FAILED, 'A negotiation is under way');
    }
    if (this.channels.length === 0 && !this.negotiation.established)
      return fail(Err.FAILED, 'An offer needs a data channel first');
    return Err.OK;
  }

  /** The back end is making a description; what it gathers meanwhile waits until that is set. */
  expectDescription(type: 'offer' | 'answer'): void {
    this.negotiation.creating = type;
    this.events.hold();
    if (this.connection === ConnectionState.STATE_NEW) this.setConnection(ConnectionState.STATE_CONNECTING);
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

  /** No description of this round will be set: what waited for it is told now. */
  giveUpRound(): void {
    const { state } = this.negotiation;
    this.negotiation.giveUp();
    if (this.negotiation.state !== state) this.announceSignaling();
    this.events.release();
  }

  acceptLocal(type: SessionDescriptionType, sdp: string): void {
    this.negotiation.acceptLocal(type, sdp);
    if (type === 'rollback' && !this.negotiation.established) this.setConnection(ConnectionState.STATE_NEW);
    this.announceSignaling();
    this.settleNegotiation();
    this.events.release();
  }

  acceptRemote(type: SessionDescriptionType, sdp: string): void {
    this.negotiation.acceptRemote(type, sdp);
    this.announceSignaling();
    this.settleNegotiation();
    if (this.connection === ConnectionState.STATE_NEW) this.setConnection(ConnectionState.STATE_CONNECTING);
    for (const candidate of this.negotiation.takeEarlyCandidates()) this.#addEarlyCandidate(candidate);
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

  announceSignaling(): void {
    this.events.push({ kind: 'announce-signaling', state: this.negotiation.state });
  }

  /** A completed exchange covers the first channel; what was asked for meanwhile still needs another one. */
  settleNegotiation(): void {
    const stable = this.negotiation.state === SignalingState.SIGNALING_STATE_STABLE;
    if (stable && this.needsNegotiation === 'channel') this.needsNegotiation = null;
  }

  /** Ends this life here: no signal of it comes any more. */
  shut(): void {
    this.wasShut = true;
    if (!this.isClosed) this.#end();
    for (const channel of this.channels) channel.shut();
    this.channels = [];
    this.events.shut();
  }

  /** The other side ended it: what is queued is still delivered, and unread packets stay readable. */
  endByRemote(): void {
    if (this.isClosed) return;
    this.events.stopListening();
    this.#end();
  }

  /** Its call returned OK long ago, so a refusal can only be told by signal. */
  #addEarlyCandidate(candidate: IceCandidate): void {
    if (this.addRemoteCandidate(candidate) !== Err.OK) {
      this.events.failed('candidate', `A remote candidate was refused: ${quoted(candidate.candidate)}`);
    }
  }

  #end(): void {
    this.connection = ConnectionState.STATE_CLOSED;
    this.ice = IceConnectionState.ICE_STATE_CLOSED;
    this.negotiation.close();
    this.needsNegotiation = null;
    this.guarded(undefined, (extension) => extension._close());
  }

  #adopt(extension: WebRTCDataChannelExtension, info: ReceivedChannel): WebRTCDataChannel | null {
    if (this.#received >= MAX_RECEIVED_CHANNELS) {
      this.refusedChannels += 1;
      return null;
    }
    this.#received += 1;
    return new WebRTCDataChannel({
      extension,
      label: info.label,
      config: { ...info, negotiated: false },
      state: ChannelState.STATE_OPEN,
      maxPacketSize: info.maxPacketSize,
      limits: this.config,
      budget: this.#receivedBudget,
      host: this.events,
    });
  }
}
