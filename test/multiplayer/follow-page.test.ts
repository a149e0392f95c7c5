import { followPage } from 'scenewire';
import { afterEach, expect, it, vi } from 'vitest';

/** A page as far as it is followed: one that is left for good is tried in a browser, see page-lifecycle-chromium. */
function openPage(visibilityState: 'visible' | 'hidden'): { see(state: 'visible' | 'hidden'): void; leave(): void } {
  const page = Object.assign(new EventTarget(), { visibilityState });
  const around = new EventTarget();
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', around.addEventListener.bind(around));
  vi.stubGlobal('removeEventListener', around.removeEventListener.bind(around));
  return {
    see: (state) => {
      page.visibilityState = state;
      page.dispatchEvent(new Event('visibilitychange'));
    },
    leave: () => around.dispatchEvent(new Event('pagehide')),
  };
}

/** A peer that notes what it is told. */
function listener() {
  const told: (string | boolean)[] = [];
  return { told, setHidden: (hidden: boolean) => void told.push(hidden), close: () => void told.push('closed') };
}

afterEach(() => void vi.unstubAllGlobals());

it('followPage tells a peer that its page is hidden, seen again and left, until that is ended', () => {
  const page = openPage('visible');
  const peer = listener();
  const unfollow = followPage(peer);
  expect(peer.told).toEqual([]);
  page.see('hidden');
  page.see('visible');
  page.leave();
  expect(peer.told).toEqual([true, false, 'closed']);
  unfollow();
  page.see('hidden');
  page.leave();
  expect(peer.told).toHaveLength(3);
});

it('followPage tells at once of a page that is hidden already', () => {
  openPage('hidden');
  const peer = listener();
  followPage(peer);
  expect(peer.told).toEqual([true]);
});

it('followPage does nothing where there is no page, and asks for no more than close()', () => {
  followPage({ close: () => expect.unreachable() })();
  const page = openPage('hidden');
  followPage({ close: () => {} });
  page.see('visible');
});
