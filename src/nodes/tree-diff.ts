import type { Unsubscribe } from '../multiplayer/scene/scene-host.js';
import type { TreeWatcher } from './scene-adapter.js';

/** What is asked of the engine's tree. */
export interface TreeShape<N extends object> {
  isInsideTree(node: N): boolean;
  getParent(node: N): N | null;
  getChildren(node: N): readonly N[];
  /** Whether it can never come back. */
  isGone?(node: N): boolean;
}

interface Place<N> {
  parent: N | null;
  children: readonly N[];
}

/**
 * Finds nodes that came and went by comparing, once per frame: engines tell of that in part, late, twice, or not at all.
 * Looks only at nodes that were tracked, and at their children.
 * @example
 * ```ts run
 * import { TreeDiff } from 'scenewire';
 *
 * interface Thing { parent: Thing | null; children: Thing[] }
 * const root: Thing = { parent: null, children: [] };
 * const isInside = (thing: Thing): boolean => thing === root || (thing.parent !== null && isInside(thing.parent));
 *
 * const diff = new TreeDiff<Thing>({
 *   isInsideTree: isInside,
 *   getParent: (thing) => thing.parent,
 *   getChildren: (thing) => thing.children,
 * }, root);
 * diff.watch({ entered: () => console.log('something came'), exiting: () => console.log('something went') });
 * root.children.push({ parent: root, children: [] });
 * diff.poll(); // once per frame
 * // → something came
 * ```
 */
export class TreeDiff<N extends object> {
  readonly #shape: TreeShape<N>;
  readonly #inside = new Map<N, Place<N>>();
  /** Tracked, but not inside: nothing here may keep them alive. */
  #waiting: WeakRef<N>[] = [];
  readonly #known = new WeakSet<N>();
  #watcher: TreeWatcher<N> | null = null;

  constructor(shape: TreeShape<N>, root: N) {
    this.#shape = shape;
    this.track(root);
  }

  watch(watcher: TreeWatcher<N>): Unsubscribe {
    this.#watcher = watcher;
    return () => {
      this.#watcher = null;
    };
  }

  track(node: N): void {
    if (this.#known.has(node)) return;
    this.#known.add(node);
    if (this.#shape.isInsideTree(node)) this.#inside.set(node, this.#placeOf(node));
    else this.#waiting.push(new WeakRef(node));
  }

  poll(): void {
    this.#inside.forEach(this.#compare);
    if (this.#waiting.length > 0) this.#welcome();
  }

  // PERF: bound once; what runs each frame makes no closures and no iterators.
  readonly #compare = (place: Place<N>, node: N): void => {
    if (!this.#shape.isInsideTree(node)) {
      this.#inside.delete(node);
      if (this.#shape.isGone?.(node) !== true) this.#waiting.push(new WeakRef(node));
      this.#watcher?.exiting(node);
      return;
    }
    const parent = this.#shape.getParent(node);
    if (parent !== place.parent) {
      place.parent = parent;
      this.#watcher?.exiting(node);
      this.#watcher?.entered(node);
    }
    this.#compareChildren(place, this.#shape.getChildren(node));
  };

  #compareChildren(place: Place<N>, now: readonly N[]): void {
    const before = place.children;
    if (isSame(before, now)) return;
    place.children = [...now];
    for (const child of before) if (!this.#shape.isInsideTree(child)) this.#watcher?.exiting(child);
    const known = new Set(before);
    for (const child of place.children) if (!known.has(child)) this.#watcher?.entered(child);
  }

  #welcome(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const ref of waiting) {
      const node = ref.deref();
      if (node === undefined || this.#shape.isGone?.(node) === true) continue;
      if (this.#shape.isInsideTree(node)) {
        this.#inside.set(node, this.#placeOf(node));
        this.#watcher?.entered(node);
      } else this.#waiting.push(ref);
    }
  }

  #placeOf(node: N): Place<N> {
    return { parent: this.#shape.getParent(node), children: [...this.#shape.getChildren(node)] };
  }
}

function isSame<T>(before: readonly T[], now: readonly T[]): boolean {
  if (before.length !== now.length) return false;
  for (let at = 0; at < now.length; at += 1) if (before[at] !== now[at]) return false;
  return true;
}
