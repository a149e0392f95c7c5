import type { SceneNode } from './scene-host.js';

/** What one peer may have us remember. Beyond that its calls still arrive, since they carry the path themselves. */
const MAX_PATHS = 131_072;
const MAX_PATH_UNITS = 4 << 20;
/** A peer that is over its budget has its list cleared of what is gone after so many announcements, not after each. */
const SWEEP_PAUSE = 1024;

class AnnouncedPath {
  readonly path: string;
  // Weak: a node that was disposed of must not stay in memory for as long as the peer does.
  node: WeakRef<SceneNode>;

  constructor(path: string, node: SceneNode) {
    this.path = path;
    this.node = new WeakRef(node);
  }
}

/** The nodes one peer has given numbers to. */
export class AnnouncedPaths {
  readonly #byId = new Map<number, AnnouncedPath>();
  #units = 0;
  #refused = 0;

  has(id: number): boolean {
    return this.#byId.has(id);
  }

  /** False when the peer has named too many. Those that are gone make room: `isGone` is asked for each. */
  add(
    id: number,
    path: string,
    node: SceneNode,
    isGone: (path: string, node: SceneNode | undefined) => boolean,
  ): boolean {
    if (!this.#hasRoom(path) && this.#refused % SWEEP_PAUSE === 0) this.#sweep(isGone);
    if (!this.#hasRoom(path)) {
      this.#refused += 1;
      return false;
    }
    this.#refused = 0;
    this.#units += path.length;
    this.#byId.set(id, new AnnouncedPath(path, node));
    return true;
  }

  node(id: number): SceneNode | undefined {
    return this.#byId.get(id)?.node.deref();
  }

  pathOf(id: number): string | undefined {
    return this.#byId.get(id)?.path;
  }

  /** Another node has taken the place of the one that was announced. */
  replace(id: number, node: SceneNode): void {
    const known = this.#byId.get(id);
    if (known !== undefined) known.node = new WeakRef(node);
  }

  #hasRoom(path: string): boolean {
    return this.#byId.size < MAX_PATHS && this.#units + path.length <= MAX_PATH_UNITS;
  }

  #sweep(isGone: (path: string, node: SceneNode | undefined) => boolean): void {
    for (const [id, { path, node }] of this.#byId) {
      if (!isGone(path, node.deref())) continue;
      this.#byId.delete(id);
      this.#units -= path.length;
    }
  }
}
