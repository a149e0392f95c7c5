import type { Pairing } from './pairing.js';

/** Whoever leaves says so on its connection as well, which has the better reason. It gets this long to arrive. */
const FAREWELL_MS = 2000;
/** A Godot that plays is hardly ever silent for so long; one that was killed would seem to be there for half a minute. */
const SILENCE_MS = 5000;

interface Departure {
  readonly at: number;
  /** A word of it in the game shows that it is there after all. */
  readonly unlessHeard: boolean;
}

/** Members that are gone by the lobby's word while their connections stand, and when those end at the latest. */
export class Departures {
  readonly #leaving = new Map<Pairing, Departure>();

  saidGoodbye(pairing: Pairing, now: number): void {
    this.#leaving.set(pairing, { at: now + FAREWELL_MS, unlessHeard: false });
  }

  vanished(pairing: Pairing, now: number): void {
    this.#leaving.set(pairing, { at: now + SILENCE_MS, unlessHeard: true });
  }

  heard(pairing: Pairing | undefined): void {
    if (pairing !== undefined && this.#leaving.get(pairing)?.unlessHeard) this.#leaving.delete(pairing);
  }

  forget(pairing: Pairing): void {
    this.#leaving.delete(pairing);
  }

  clear(): void {
    this.#leaving.clear();
  }

  get areAwaited(): boolean {
    return this.#leaving.size > 0;
  }

  /** Those whose time is over, once. Where the lobby itself went away, its word was none about them. */
  takeDue(now: number, isLobbyLost: boolean): Pairing[] {
    const due: Pairing[] = [];
    for (const [pairing, { at, unlessHeard }] of this.#leaving) {
      if (now < at) continue;
      this.#leaving.delete(pairing);
      if (!unlessHeard || !isLobbyLost) due.push(pairing);
    }
    return due;
  }
}
