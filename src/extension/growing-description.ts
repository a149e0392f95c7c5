import { withCandidates } from './session-description.js';
import type { IceCandidate, SessionDescription, SessionDescriptionType } from './webrtc-types.js';

/** A description and the candidates that came since. The text with both is only made when somebody reads it. */
export class GrowingDescription {
  readonly #given: SessionDescription;
  #candidates: IceCandidate[] = [];
  /** What was read last; null when candidates came since. */
  #read: SessionDescription | null;

  constructor(type: SessionDescriptionType, sdp: string) {
    this.#given = this.#read = { type, sdp };
  }

  /** The text without the candidates that came since. */
  get givenSdp(): string {
    return this.#given.sdp;
  }

  get candidateCount(): number {
    return this.#candidates.length;
  }

  add(candidate: IceCandidate): void {
    this.#candidates.push(candidate);
    this.#read = null;
  }

  read(): SessionDescription {
    this.#read ??= { type: this.#given.type, sdp: withCandidates(this.#given.sdp, this.#candidates) };
    return this.#read;
  }
}
