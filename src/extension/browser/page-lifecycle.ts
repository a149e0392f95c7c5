import { followPageState } from './page-state.js';

/** What hears of the page: a multiplayer peer, for example. */
export interface PageFollower {
  close(): void;
  /** Nobody sees the page: browsers run it rarely now, and may freeze it. */
  setHidden?(hidden: boolean): void;
}

/**
 * Tells a multiplayer peer what happens to its page: that it is hidden or seen again, and that it goes, so that the
 * others learn at once that this player has left. Returns the function that ends this. Does nothing where there is no page.
 */
export function followPage(peer: PageFollower): () => void {
  return followPageState({
    hidden: (hidden) => peer.setHidden?.(hidden),
    frozen: () => {},
    resumed: () => {},
    // Also for the back-forward cache: connections do not survive it.
    leaving: () => peer.close(),
  });
}
