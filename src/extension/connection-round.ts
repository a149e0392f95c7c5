import type { FailedStep } from './webrtc-peer-connection-extension.js';

/** Whoever else than the listeners of its signals carries what a connection has to say in one exchange. */
export interface RoundOwner {
  onDescription(type: 'offer' | 'answer', sdp: string): void;
  onCandidate(media: string, index: number, name: string): void;
  /** A step of it that had been accepted failed. */
  onFailure(step: FailedStep): void;
}
