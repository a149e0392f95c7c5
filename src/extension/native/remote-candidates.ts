import { isIP } from 'node:net';
import type { PeerConnection } from 'node-datachannel';
import { Err } from '../../core/err.js';
import { fail } from '../../core/fail.js';
import { getLogger } from '../../core/log.js';
import { PostponedCandidates } from './candidate-timing.js';
import { attempt } from './native-lifetime.js';

/** Adding one costs time that grows with the square of their number. */
const MAX_REMOTE_CANDIDATES = 64;

const log = getLogger('native');

/** The other side's candidates on their way to ICE. */
export class RemoteCandidates {
  readonly postponed = new PostponedCandidates();
  /** Each description of a later round tells of all of them again, in each of its sections. */
  readonly #known = new Set<string>();
  /** Who knows them; one that begins anew knows none. */
  #knower: PeerConnection | null = null;

  add(native: PeerConnection, media: string, name: string): Err {
    // Component, protocol, priority, address, port and type.
    const parts = name.split(/\s+/).slice(1, 8);
    const address = parts[3] ?? '';
    if (isIP(address) === 0) {
      // A look-up would take a thread for each, and .local names are not known to it. The peer's checks reach us anyway.
      log.debug(`A remote candidate with a host name is left out: ${address}`);
      return Err.OK;
    }
    if (this.#knower !== native) this.#known.clear();
    this.#knower = native;
    const candidate = parts.join(' ');
    if (this.#known.has(candidate)) return Err.OK;
    if (this.#known.size === MAX_REMOTE_CANDIDATES) {
      // Later rounds bring new ones for each new section. A connection that stands needs none of them.
      if (attempt(() => native.state()) === 'connected') return Err.OK;
      return fail(Err.ERR_OUT_OF_MEMORY, 'Too many remote candidates');
    }
    this.#known.add(candidate);
    this.postponed.add(name, () => void attempt(() => native.addRemoteCandidate(name, media)));
    return Err.OK;
  }
}
