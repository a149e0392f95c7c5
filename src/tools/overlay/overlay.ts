import { realClock } from '../../core/clock.js';
import type { SceneMultiplayer } from '../../multiplayer/scene/scene-multiplayer.js';
import type { NetworkFigures } from '../monitor/network-figures.js';
import { type MonitorOptions, NetworkMonitor } from '../monitor/network-monitor.js';
import { type NetworkDump, plain } from './dump.js';
import { ObjectsView } from './objects-view.js';
import { OverlayPanel } from './overlay-panel.js';
import { PacketsView } from './packets-view.js';
import { PeersView } from './peers-view.js';
import type { Job, View } from './view.js';

export interface OverlayOptions extends MonitorOptions {
  /** Where it stands. Default: top-right. */
  corner?: 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';
  /** The key that shows and hides it, as `KeyboardEvent.key` names it; null for none. Default: F9. */
  key?: string | null;
  /** Only a line with the totals, until somebody opens it. Default: false. */
  collapsed?: boolean;
  /** Whether it can be seen at once, or waits for the key. Default: true. */
  visible?: boolean;
  /** What it is put into. Default: the body of the page. */
  parent?: Element;
}

type Watched = SceneMultiplayer<never> | SceneMultiplayer;

/** What `attach` gives back, or the multiplayer itself. */
export type OverlayTarget = Watched | { readonly multiplayer: Watched; releaseWith?(release: () => void): void };

/**
 * Shows what the network does, on top of the game. It looks when there are new figures, draws a little in each frame, and
 * does nothing while it is hidden.
 * @example
 * ```ts
 * import type { SceneNetwork } from 'scenewire';
 * import { showOverlay } from 'scenewire/overlay';
 *
 * declare const network: SceneNetwork; // what attach(scene) gave
 *
 * const overlay = showOverlay(network, { corner: 'bottom-left', key: 'F8' });
 * overlay.toggle();
 * overlay.close();
 * ```
 */
export class NetworkOverlay {
  readonly #multiplayer: SceneMultiplayer;
  readonly #options: OverlayOptions;
  readonly #panel: OverlayPanel;
  readonly #views: readonly View[];
  readonly #packets: PacketsView;
  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== this.#options.key || event.repeat) return;
    event.preventDefault();
    this.toggle();
  };
  /** What the network holds of it, and no more than that: one that was closed can be forgotten. */
  readonly #ending: { close: (() => void) | null } = { close: () => this.close() };
  #monitor: NetworkMonitor | null = null;
  #jobs: Job[] = [];
  #request = 0;
  #isClosed = false;

  constructor(target: OverlayTarget, options: OverlayOptions = {}) {
    this.#multiplayer = ('multiplayer' in target ? target.multiplayer : target) as SceneMultiplayer;
    this.#options = { key: 'F9', corner: 'top-right', visible: true, ...options };
    const { clock = realClock } = options;
    this.#packets = new PacketsView(this.#multiplayer, clock);
    this.#views = [new PeersView(), new ObjectsView(), this.#packets];
    this.#panel = new OverlayPanel(this.#views, {
      corner: this.#options.corner ?? 'top-right',
      isCollapsed: options.collapsed === true,
      hide: () => this.hide(),
      dump: () => JSON.stringify(this.dump(), null, 1),
      // What the new tab shows is drawn at once.
      changed: () => this.#plan(),
    });
    (options.parent ?? document.body).append(this.#panel.host);
    if (this.#options.key !== null) addEventListener('keydown', this.#onKey, true);
    const ending = this.#ending;
    if ('multiplayer' in target) target.releaseWith?.(() => ending.close?.());
    if (this.#options.visible === false) this.#panel.host.hidden = true;
    else this.show();
  }

  /** The element it lives in. */
  get element(): HTMLElement {
    return this.#panel.host;
  }

  get isVisible(): boolean {
    return this.#monitor !== null;
  }

  /** What it shows now; null while it is hidden. */
  get figures(): NetworkFigures | null {
    return this.#monitor?.figures() ?? null;
  }

  /**
   * All that it shows, and what became of each connection, ready for `JSON.stringify`: for reports of what went wrong. Null
   * while it is hidden.
   */
  dump(): NetworkDump | null {
    const figures = this.figures;
    if (figures === null) return null;
    const { clock = realClock } = this.#options;
    const [at, atMs] = [new Date().toISOString(), clock.now()];
    return plain({ format: 'scenewire network', version: 1, at, atMs, ...figures, packets: this.#packets.texts() });
  }

  show(): void {
    if (this.#isClosed || this.#monitor !== null) return;
    this.#monitor = new NetworkMonitor(this.#multiplayer, this.#options);
    this.#panel.host.hidden = false;
    this.#panel.setShown(true);
    this.#plan();
    this.#request = requestAnimationFrame(this.#onFrame);
  }

  /** Nothing is counted any more, until it is shown again. */
  hide(): void {
    if (this.#monitor === null) return;
    cancelAnimationFrame(this.#request);
    this.#monitor.close();
    this.#monitor = null;
    this.#jobs = [];
    this.#panel.setShown(false);
    this.#panel.host.hidden = true;
  }

  toggle(): void {
    if (this.isVisible) this.hide();
    else this.show();
  }

  /** Takes it out of the page, for good. */
  close(): void {
    this.hide();
    this.#isClosed = true;
    this.#ending.close = null;
    removeEventListener('keydown', this.#onKey, true);
    for (const view of this.#views) view.close?.();
    this.#panel.host.remove();
  }

  /** @internal What it does in one frame: it looks whether there are new figures, and does one piece of drawing. */
  step(): void {
    if (this.#monitor?.update()) this.#plan();
    this.#jobs.shift()?.();
  }

  readonly #onFrame = (): void => {
    this.#request = requestAnimationFrame(this.#onFrame);
    this.step();
  };

  #plan(): void {
    const figures = this.#monitor?.figures();
    if (figures === undefined) return;
    for (const view of this.#views) view.note(figures);
    this.#jobs = [() => this.#panel.showTotals(figures), ...this.#panel.jobs(figures)];
  }
}

/** Shows the network of a scene on top of its page. F9 hides it and shows it again. */
export function showOverlay(target: OverlayTarget, options?: OverlayOptions): NetworkOverlay {
  return new NetworkOverlay(target, options);
}
