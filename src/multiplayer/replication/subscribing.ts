import { PATH_ID_FLAG } from './commands.js';
import type { PeerView, Subscription } from './peer-view.js';
import type { ReplicatedWorld } from './replicated-world.js';
import type { SynchronizerState } from './synchronizer-state.js';

/**
 * Whether the peer knows what the id of this synchronizer means: it has the node that was spawned with it, or it has
 * confirmed the path, which is announced here when that has not happened.
 */
export function openSubscription(world: ReplicatedWorld, view: PeerView, subscription: Subscription): boolean {
  if (subscription.isOpen) return true;
  const { state } = subscription;
  const tracked = world.tracked(state.root);
  // It may have no number yet, but it will have one.
  if (tracked !== undefined && view.outbox.has(tracked)) return false;
  if (state.netId !== 0) {
    subscription.id = state.netId;
    // It keeps its number when the spawner of its node goes.
    subscription.isOpen = tracked === undefined || !tracked.isSpawned || view.has(tracked);
    return subscription.isOpen;
  }
  const { paths } = world.context;
  const pathId = paths.announce(state.synchronizer, view.id);
  subscription.id = (pathId | PATH_ID_FLAG) >>> 0;
  subscription.isOpen = pathId !== 0 && paths.isConfirmed(state.synchronizer, view.id);
  return subscription.isOpen;
}

/** Keeps the peer up to date with it from now on, or no longer. */
export function subscribe(view: PeerView, state: SynchronizerState, isVisible: boolean): void {
  if (isVisible === (view.subscriptions.get(state) !== undefined)) return;
  if (isVisible) view.subscriptions.add(state);
  else view.subscriptions.delete(state);
}
