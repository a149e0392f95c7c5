import type { SceneMultiplayer } from 'scenewire';
import type { NetworkOverlay } from 'scenewire/overlay';
import { button } from '../../shared/dom.js';
import { icon } from './icon.js';

/** Shows what the network does, on a click or with F9. Who never looks does not load it. */
export function networkButton(multiplayer: SceneMultiplayer<never>): HTMLElement {
  let overlay: Promise<NetworkOverlay> | null = null;
  const load = async (): Promise<NetworkOverlay> => {
    const { showOverlay } = await import('scenewire/overlay');
    return showOverlay(multiplayer, { corner: 'bottom-right' });
  };
  const toggle = async (): Promise<void> => {
    if (overlay === null) overlay = load();
    else (await overlay).toggle();
  };
  addEventListener('keydown', ({ key, repeat }) => {
    // Once it is there it hears the key itself.
    if (key === 'F9' && !repeat && overlay === null) void toggle();
  });
  const made = button(icon('network'), () => void toggle());
  made.ariaLabel = made.title = 'Network (F9)';
  return made;
}
