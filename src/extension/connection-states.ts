import { pushError } from '../core/fail.js';
import type { ConnectionObject } from './connection-object.js';
import type { RoundOwner } from './connection-round.js';
import { Negotiation } from './negotiation.js';
import { ReportQueue } from './report-queue.js';
import type { FailedStep } from './webrtc-peer-connection-extension.js';
import {
  ConnectionState,
  GatheringState,
  IceConnectionState,
  type SessionDescriptionType,
  SignalingState,
} from './webrtc-types.js';

const { STATE_NEW: NEW, STATE_CONNECTING: CONNECTING, STATE_CONNECTED: CONNECTED } = ConnectionState;
const { STATE_DISCONNECTED: DISCONNECTED, STATE_FAILED: FAILED, STATE_CLOSED: CLOSED } = ConnectionState;

/**
 * The states of one life of a connection as the user reads them, and every way from one to the next. A call changes them
 * at once and announces that with the next poll; what the back end reports changes them inside a poll.
 */
export abstract class ConnectionStates {
  readonly negotiation = new Negotiation();
  readonly reports = new ReportQueue();
  connection: ConnectionState = NEW;
  gathering: GatheringState = GatheringState.GATHERING_STATE_NEW;
  ice: IceConnectionState = IceConnectionState.ICE_STATE_NEW;
  /** What makes the next poll in a stable signaling state emit `negotiation_needed`. */
  needsNegotiation: 'channel' | 'restart' | null = null;
  /** Who gets the descriptions and candidates of this round; null is whoever listens to the signals. */
  round: RoundOwner | null = null;
  /** Ended here, so that nothing is to be told any more. */
  wasShut = false;
  readonly signals: ConnectionObject;

  constructor(signals: ConnectionObject) {
    this.signals = signals;
    this.reports.onPush = () => signals.onWaiting?.();
  }

  get isClosed(): boolean {
    return this.connection === CLOSED;
  }

  get isStable(): boolean {
    return this.negotiation.state === SignalingState.SIGNALING_STATE_STABLE;
  }

  /** No exchange is under way, and none has begun. */
  get isAtRest(): boolean {
    const { creating, created } = this.negotiation;
    return this.isStable && creating === null && created === null;
  }

  /** The back end is making a description; what it gathers meanwhile waits until that is set. */
  expectDescription(type: 'offer' | 'answer'): void {
    this.negotiation.creating = type;
    this.reports.hold();
    this.#begin();
  }

  acceptLocal(type: SessionDescriptionType, sdp: string): void {
    this.negotiation.acceptLocal(type, sdp);
    if (type === 'rollback' && !this.negotiation.established) this.#set(NEW);
    this.#announceRound();
    this.reports.release();
  }

  acceptRemote(type: Exclude<SessionDescriptionType, 'rollback'>, sdp: string): void {
    this.negotiation.acceptRemote(type, sdp);
    this.#announceRound();
    this.#begin();
  }

  /** No description of this round will be set: what waited for it is told now. */
  giveUpRound(): void {
    const { state } = this.negotiation;
    this.negotiation.giveUp();
    if (this.negotiation.state !== state) this.#announceSignaling();
    this.reports.release();
  }

  protected emitNegotiationNeeded(): void {
    if (this.needsNegotiation === null || !this.isStable) return;
    this.needsNegotiation = null;
    this.signals.negotiation_needed.emit();
  }

  /** The back end reported a state. */
  protected follow(to: ConnectionState): void {
    const from = this.connection;
    if (to === from || to < CONNECTED || from === CLOSED || (to === DISCONNECTED && from !== CONNECTED)) return;
    if (to === CLOSED) this.#endByRemote();
    else this.#enter(to);
  }

  /** An open channel shows that the connection stands, also where the platform says so only afterwards. */
  protected followFirstSign(): void {
    if (this.connection === CONNECTING) this.#enter(CONNECTED);
  }

  protected followGathering(state: GatheringState): void {
    if (state === this.gathering) return;
    this.gathering = state;
    this.signals.gathering_state_changed.emit(state);
    if (state === GatheringState.GATHERING_STATE_COMPLETE && !this.wasShut) this.signals.ice_gathering_completed.emit();
  }

  protected followIce(state: IceConnectionState): void {
    if (state === this.ice || this.isClosed) return;
    this.ice = state;
    this.signals.ice_connection_state_changed.emit(state);
  }

  /** A step that had been accepted failed. */
  protected followFailure(step: FailedStep, message: string): void {
    const { creating, state } = this.negotiation;
    // Nothing is being made any more: its failure was told already, or nobody waits for it.
    if (this.isClosed || (step === 'create' && creating === null)) return;
    if (step === 'local' || step === 'remote') {
      this.negotiation.restore();
      this.#announceSignaling();
    }
    const answering = state === SignalingState.SIGNALING_STATE_HAVE_REMOTE_OFFER;
    const hopeless = step === 'create' || (step === 'remote' && answering);
    if (hopeless) this.giveUpRound();
    this.tell(message);
    this.round?.onFailure(step);
    if (hopeless && this.connection === CONNECTING) this.#enter(FAILED);
  }

  /** `error_occurred` for who listens; for who does not, the error hook, so that nothing fails in silence. */
  tell(message: string): void {
    if (this.signals.error_occurred.hasConnections()) this.signals.error_occurred.emit(message);
    else pushError(message);
  }

  /** Its channels read CLOSED. */
  protected abstract closeChannels(): void;
  protected abstract closeBackEnd(): void;

  protected end(): void {
    this.connection = CLOSED;
    this.ice = IceConnectionState.ICE_STATE_CLOSED;
    this.negotiation.close();
    this.needsNegotiation = null;
    this.closeBackEnd();
  }

  /** The other side is gone. An established connection reads DISCONNECTED before CLOSED, as on every back end. */
  #endByRemote(): void {
    // Some back ends close themselves after a failure; the verdict stays.
    if (this.connection === FAILED) return;
    if (this.connection === CONNECTED) this.#enter(DISCONNECTED);
    this.closeChannels();
    if (this.isClosed) return;
    // What is queued is still delivered, and unread packets stay readable.
    this.reports.stopListening();
    this.end();
    this.signals.connection_state_changed.emit(CLOSED);
    // A listener may have closed the connection, or started another life of it.
    if (!this.wasShut) this.signals.signaling_state_changed.emit(SignalingState.SIGNALING_STATE_CLOSED);
    if (!this.wasShut) this.signals.ice_connection_state_changed.emit(IceConnectionState.ICE_STATE_CLOSED);
  }

  #enter(to: ConnectionState): void {
    const from = this.connection;
    this.connection = to;
    this.signals.connection_state_changed.emit(to);
    if (this.connection !== to) return;
    if (to === CONNECTED) this.signals.connected.emit();
    else if (from === CONNECTED) this.signals.disconnected.emit();
  }

  #begin(): void {
    if (this.connection === NEW) this.#set(CONNECTING);
  }

  /** Inside a call. */
  #set(state: ConnectionState): void {
    if (this.connection === state) return;
    this.connection = state;
    this.#announce(() => this.signals.connection_state_changed.emit(state));
  }

  /** A completed exchange covers the first channel; what was asked for meanwhile still needs another one. */
  #announceRound(): void {
    this.#announceSignaling();
    if (this.isStable && this.needsNegotiation === 'channel') this.needsNegotiation = null;
  }

  #announceSignaling(): void {
    const { state } = this.negotiation;
    this.#announce(() => this.signals.signaling_state_changed.emit(state));
  }

  #announce(emit: () => void): void {
    this.reports.push(() => {
      if (!this.isClosed) emit();
    });
  }
}
