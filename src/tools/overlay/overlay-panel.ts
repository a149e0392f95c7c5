import type { NetworkFigures, PeerFigures } from '../monitor/network-figures.js';
import { button, make, saveText, setClass, setText } from './elements.js';
import { showMs, showRate, showShare } from './figure-text.js';
import { OVERLAY_STYLE } from './overlay-style.js';
import type { Job, View } from './view.js';

interface PanelOptions {
  readonly corner: string;
  readonly isCollapsed: boolean;
  hide(): void;
  /** All of it as text. */
  dump(): string;
  /** Another tab is looked at, or it was opened. */
  changed(): void;
}

/** Events that a game listens for, and that are not meant for it when they happen in here. */
const OWN_EVENTS = [
  'keydown',
  'keyup',
  'keypress',
  'pointerdown',
  'pointerup',
  'wheel',
  'click',
  'touchstart',
] as const;

const COPY = 'Copy';

/** The frame around the views: a bar with the totals, tabs, and what the chosen one shows. */
export class OverlayPanel {
  readonly host = make('div');
  readonly #options: PanelOptions;
  readonly #views: readonly View[];
  readonly #section = make('section');
  readonly #total = make('span', 'total');
  readonly #tabs: readonly HTMLButtonElement[];
  readonly #body = make('div');
  readonly #copy = button(COPY, 'Copy all of it as JSON', () => void this.#copyAll());
  readonly #collapse: HTMLButtonElement;
  readonly #tablist = make('div');
  readonly #choices = make('div', 'choices');
  #chosen = 0;
  #isCollapsed: boolean;
  #isShown = false;

  constructor(views: readonly View[], options: PanelOptions) {
    this.#views = views;
    this.#options = options;
    this.#isCollapsed = options.isCollapsed;
    this.#tabs = views.map(({ title }, at) => this.#tab(title, at));
    this.#tablist.append(...this.#tabs);
    this.#tablist.setAttribute('role', 'tablist');
    this.#tablist.setAttribute('aria-label', 'Views of the network');
    this.#body.setAttribute('role', 'tabpanel');
    this.#body.id = 'panel';
    this.#body.tabIndex = 0;
    this.#collapse = button('–', 'Collapse', () => this.#setCollapsed(!this.#isCollapsed));
    this.#build();
    this.#setCollapsed(this.#isCollapsed);
    this.#choose(0);
  }

  setShown(isShown: boolean): void {
    this.#isShown = isShown;
    this.#tellViews();
  }

  /** One line for everything: the worst round trip and loss, and what goes through. */
  showTotals({ isConnected, peers, receivedPerSecond, sentPerSecond }: NetworkFigures): void {
    const rtt = Math.max(...measured(peers, 'rttMs'));
    const loss = Math.max(...measured(peers, 'lossIn'), ...measured(peers, 'lossOut'));
    const quality = [rtt >= 0 ? showMs(rtt) : '', loss >= 0 ? showShare(loss) : ''].filter((text) => text !== '');
    const rates = `↓ ${showRate(receivedPerSecond)} ↑ ${showRate(sentPerSecond)}`;
    setText(this.#total, isConnected ? [...quality, rates].join(' · ') : 'not connected');
  }

  jobs(figures: NetworkFigures): Iterable<Job> {
    return this.#isCollapsed ? [] : (this.#views[this.#chosen] as View).jobs(figures);
  }

  #build(): void {
    const { corner, hide } = this.#options;
    const close = button('×', 'Hide the network overlay', hide);
    // Where there is no key to bring it back, there is none to hide it either.
    close.className = 'hide';
    const bar = make('div', 'bar', make('h2', '', 'Network'), this.#total, this.#collapse, close);
    this.#choices.append(this.#tablist, this.#copy);
    this.#section.append(bar, this.#choices, this.#body);
    this.#section.setAttribute('aria-label', 'Network');
    this.host.dataset.corner = corner;
    this.host.dataset.scenewire = 'overlay';
    const root = this.host.attachShadow({ mode: 'open' });
    adoptStyle(root);
    root.append(this.#section);
    for (const name of OWN_EVENTS) this.#section.addEventListener(name, keepOwn, { passive: true });
  }

  /** For a report: into the clipboard, or where a page has none into a file. */
  async #copyAll(): Promise<void> {
    const text = this.#options.dump();
    try {
      await navigator.clipboard.writeText(text);
      setText(this.#copy, 'Copied');
    } catch {
      saveText(text, 'network.json', 'application/json');
      setText(this.#copy, 'Saved');
    }
    setTimeout(() => setText(this.#copy, COPY), 1500);
  }

  #tab(title: string, at: number): HTMLButtonElement {
    const tab = button(title, title, () => this.#choose(at));
    tab.setAttribute('role', 'tab');
    tab.setAttribute('aria-controls', 'panel');
    tab.addEventListener('keydown', ({ key }) => {
      const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
      if (step === 0) return;
      this.#choose((at + step + this.#tabs.length) % this.#tabs.length);
      this.#tabs[this.#chosen]?.focus();
    });
    return tab;
  }

  #choose(at: number): void {
    this.#chosen = at;
    for (const [i, tab] of this.#tabs.entries()) {
      tab.setAttribute('aria-selected', String(i === at));
      tab.tabIndex = i === at ? 0 : -1;
    }
    const view = this.#views[at] as View;
    this.#body.setAttribute('aria-label', view.title);
    this.#body.replaceChildren(view.element);
    this.#tellViews();
    this.#options.changed();
  }

  #setCollapsed(isCollapsed: boolean): void {
    this.#isCollapsed = isCollapsed;
    setClass(this.#section, 'collapsed', isCollapsed);
    this.#choices.hidden = isCollapsed;
    this.#body.hidden = isCollapsed;
    this.#collapse.setAttribute('aria-expanded', String(!isCollapsed));
    this.#collapse.setAttribute('aria-label', isCollapsed ? 'Expand' : 'Collapse');
    this.#collapse.title = isCollapsed ? 'Expand' : 'Collapse';
    setText(this.#collapse, isCollapsed ? '+' : '–');
    this.#tellViews();
    this.#options.changed();
  }

  #tellViews(): void {
    for (const [at, view] of this.#views.entries()) {
      view.setShown?.(this.#isShown && !this.#isCollapsed && at === this.#chosen);
    }
  }
}

/** What a stylesheet of its own brings along passes strict content policies, which inline styles do not. */
function adoptStyle(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(OVERLAY_STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(make('style', '', OVERLAY_STYLE));
  }
}

const keepOwn = (event: Event): void => event.stopPropagation();

const measured = (peers: readonly PeerFigures[], name: 'rttMs' | 'lossIn' | 'lossOut'): number[] =>
  peers.map((peer) => peer[name]).filter((value) => value >= 0);
