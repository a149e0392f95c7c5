import type { SceneNode, Unsubscribe } from '../scene/scene-host.js';
import type { Spawner } from './replicator.js';
import { SwapSet } from './swap-set.js';
import type { SynchronizerState } from './synchronizer-state.js';

/** A node that was spawned, by us or by another peer, or that synchronizers look after. */
export class TrackedNode {
  readonly node: SceneNode;
  /** Those with this node as their root, in the order in which they entered the tree. */
  readonly synchronizers = new SwapSet<SynchronizerState>();
  /** Who spawned it: one of ours, or the copy here of the one at the other peer. */
  spawner: Spawner | null = null;
  /** We spawned it, and it is ready: peers may have it. */
  isSpawned = false;
  /** Given when it is told to a peer for the first time; 0 before. */
  netId = 0;
  /** The peer that spawned it here; 0 for nodes of our own. */
  remotePeer = 0;
  /** The spawned node of ours it is inside of, without which no peer can have it. */
  outer: TrackedNode | null = null;
  readonly inner = new Set<TrackedNode>();
  /** Ends the waiting for it to be ready. */
  stopWaiting: Unsubscribe | null = null;

  constructor(node: SceneNode) {
    this.node = node;
  }

  /** Whether nothing keeps it here any more. */
  get isLoose(): boolean {
    return this.spawner === null && this.synchronizers.size === 0;
  }

  leaveOuter(): void {
    this.outer?.inner.delete(this);
    this.outer = null;
  }
}
