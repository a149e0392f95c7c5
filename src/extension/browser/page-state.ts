import type { PageListener } from '../page-listener.js';

/** Follows the page; returns the function that ends this. Does nothing where there is no page. */
export function followPageState(listener: PageListener): () => void {
  if (typeof document === 'undefined') return () => {};
  const onVisibility = (): void => listener.hidden(document.visibilityState === 'hidden');
  const onFreeze = (): void => listener.frozen();
  const onResume = (): void => listener.resumed();
  const onShow = (event: PageTransitionEvent): void => {
    if (event.persisted) listener.resumed();
  };
  const onLeave = (): void => listener.leaving();
  document.addEventListener('visibilitychange', onVisibility);
  document.addEventListener('freeze', onFreeze);
  document.addEventListener('resume', onResume);
  addEventListener('pageshow', onShow);
  addEventListener('pagehide', onLeave);
  if (document.visibilityState === 'hidden') listener.hidden(true);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    document.removeEventListener('freeze', onFreeze);
    document.removeEventListener('resume', onResume);
    removeEventListener('pageshow', onShow);
    removeEventListener('pagehide', onLeave);
  };
}
