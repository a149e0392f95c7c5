import type { Clock } from '../../core/clock.js';

/** What one peer may have us wait for. */
const MAX_PATHS = 1024;
const MAX_PATH_UNITS = 1 << 16;
/** A level that takes longer to load than this is no level. */
const PATIENCE_MS = 30_000;
/** How often it is looked whether the nodes are there by now. */
const LOOK_EVERY_MS = 100;

/** An announcement as it came. */
export interface AwaitedPath {
  readonly path: string;
  readonly checksum: string;
  readonly since: number;
}

/** Those of one peer, and how long they are together. */
class PeerPaths {
  readonly byId = new Map<number, AwaitedPath>();
  units = 0;
}

type Visitor = (peer: number, id: number, awaited: AwaitedPath) => void;

/**
 * Paths that scenewire peers have announced and that lead to no node yet: a level is being loaded. The announcement counts
 * when the node is there. Godot drops it, and it is never repeated.
 */
export class AwaitedPaths {
  readonly #clock: Clock;
  readonly #byPeer = new Map<number, PeerPaths>();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(peer: number, id: number): AwaitedPath | undefined {
    return this.#byPeer.get(peer)?.byId.get(id);
  }

  /** False when the peer has too many of them. */
  add(peer: number, id: number, path: string, checksum: string): boolean {
    const paths = this.#byPeer.get(peer) ?? new PeerPaths();
    if (paths.byId.size >= MAX_PATHS || paths.units + path.length > MAX_PATH_UNITS) return false;
    this.#byPeer.set(peer, paths);
    paths.byId.set(id, { path, checksum, since: this.#clock.now() });
    paths.units += path.length;
    return true;
  }

  delete(peer: number, id: number): void {
    const paths = this.#byPeer.get(peer);
    const awaited = paths?.byId.get(id);
    if (paths === undefined || awaited === undefined) return;
    paths.byId.delete(id);
    paths.units -= awaited.path.length;
    if (paths.byId.size === 0) this.#byPeer.delete(peer);
  }

  /** Now and then: `look` is called for each, and `giveUp` for those that have waited too long. */
  poll(look: Visitor, giveUp: Visitor): void {
    // PERF: as a rule there is none.
    if (this.#byPeer.size === 0) return;
    const now = this.#clock.now();
    if (now - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#lookedAt = now;
    for (const [peer, paths] of this.#byPeer) {
      for (const [id, awaited] of paths.byId) {
        if (now - awaited.since >= PATIENCE_MS) giveUp(peer, id, awaited);
        else look(peer, id, awaited);
      }
    }
  }

  forget(peer: number): void {
    this.#byPeer.delete(peer);
  }

  clear(): void {
    this.#byPeer.clear();
  }
}
