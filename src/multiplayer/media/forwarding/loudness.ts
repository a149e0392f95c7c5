/** How long somebody who was loud counts as loud. */
const FADES_MS = 1000;

/** The loudest of the last moments, in dB above silence. */
export class Loudness {
  #value = 0;
  #at = 0;

  note(value: number, now: number): void {
    if (value < this.at(now)) return;
    this.#value = value;
    this.#at = now;
  }

  at(now: number): number {
    return this.#value * Math.exp((this.#at - now) / FADES_MS);
  }
}
