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
  if (typeof document === 'undefined') return () => {};
  const onVisibility = (): void => peer.setHidden?.(document.visibilityState === 'hidden');
  // Also for the back-forward cache: connections do not survive it.
  const onLeave = (): void => peer.close();
  document.addEventListener('visibilitychange', onVisibility);
  addEventListener('pagehide', onLeave);
  onVisibility();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    removeEventListener('pagehide', onLeave);
  };
}
