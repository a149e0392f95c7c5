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
  #count = 0;

  add(native: PeerConnection, media: string, name: string): Err {
    const address = name.split(/\s+/)[4] ?? '';
    if (isIP(address) === 0) {
      // A look-up would take a thread for each, and .local names are not known to it. The peer's checks reach us anyway.
      log.debug(`A remote candidate with a host name is left out: ${address}`);
      return Err.OK;
    }
    this.#count += 1;
    if (this.#count > MAX_REMOTE_CANDIDATES) return fail(Err.ERR_OUT_OF_MEMORY, 'Too many remote candidates');
    this.postponed.add(name, () => void attempt(() => native.addRemoteCandidate(name, media)));
    return Err.OK;
  }
}
