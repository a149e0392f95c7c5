import type { PeerConnection } from 'node-datachannel';
import type { PeerConnectionSink } from '../webrtc-peer-connection-extension.js';
import { GatheringState, IceConnectionState } from '../webrtc-types.js';
import { HeldCandidates } from './candidate-timing.js';
import { attempt } from './native-lifetime.js';
import { GATHERING_STATES, ICE_STATES, readIceProgress } from './native-states.js';

/** What ICE of a connection has to tell: how far it is, and our own candidates, which an offerer holds for a while. */
export class IceReports {
  readonly #sink: () => PeerConnectionSink;
  #own = new HeldCandidates();
  #state: IceConnectionState = IceConnectionState.ICE_STATE_NEW;

  constructor(sink: () => PeerConnectionSink) {
    this.#sink = sink;
  }

  /** For an offer of ours. */
  hold(): void {
    this.#own = new HeldCandidates();
  }

  onOffered(): void {
    this.#own.onOffered();
  }

  /** `announced`: by the other side. */
  onAnswered(native: PeerConnection | null, announced: readonly string[]): void {
    this.#own.onAnswered(() => readIceProgress(native), announced);
  }

  /** Nothing is to be held any more. */
  release(): void {
    this.#own.release();
  }

  /** The connection starts over. */
  reset(): void {
    this.#state = IceConnectionState.ICE_STATE_NEW;
    this.release();
  }

  /** Later changes of the state come with one of the connection. */
  poll(native: PeerConnection | null): void {
    this.#own.look();
    if (native !== null && this.#state < IceConnectionState.ICE_STATE_COMPLETED) this.readState(native);
  }

  /** Asked for, since it must not be listened to. */
  readState(native: PeerConnection): void {
    const state = ICE_STATES[attempt(() => native.iceState()) ?? ''];
    if (state === undefined || state === this.#state) return;
    this.#state = state;
    this.#sink().iceConnectionStateChanged(state);
  }

  onGathering(name: string, isCurrent: () => boolean): void {
    const state = GATHERING_STATES[name];
    if (state === undefined) return;
    // The last candidates are told through another queue of the addon, served in the same turn.
    const report = (): void => {
      if (isCurrent()) this.#own.report(() => this.#sink().gatheringStateChanged(state));
    };
    if (state === GatheringState.GATHERING_STATE_COMPLETE) setImmediate(report);
    else this.#sink().gatheringStateChanged(state);
  }

  onCandidate(line: string, media: string): void {
    const name = line.replace(/^a=/, '');
    this.#own.report((note) => this.#sink().iceCandidateCreated(media, 0, name + note));
  }
}
