import type { Candidate } from './attempt.js';
import { NO_ATTEMPT } from './attempt-number.js';

const MOST = 64;

/** Candidates that came before the offer that they belong to. */
export class EarlyCandidates {
  #attempt = NO_ATTEMPT;
  #kept: Candidate[] = [];

  /** False when there are too many. Those of another attempt make room. */
  keep(candidate: Candidate, attempt: number): boolean {
    if (attempt !== this.#attempt) this.#kept = [];
    this.#attempt = attempt;
    if (this.#kept.length >= MOST) return false;
    this.#kept.push(candidate);
    return true;
  }

  take(attempt: number): readonly Candidate[] {
    const kept = attempt === this.#attempt ? this.#kept : [];
    this.#kept = [];
    return kept;
  }
}
