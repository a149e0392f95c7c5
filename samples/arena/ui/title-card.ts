import { MAX_NAME } from '../game/kart.js';
import { cssColour, KART_COLOURS } from '../look/palette.js';
import { make } from './dom.js';
import { loadProfile, type Profile, saveProfile } from './profile.js';

export const VIEWS = { three: 'three.js', babylon: 'Babylon.js', react: 'react-three-fiber' } as const;
export type ViewName = keyof typeof VIEWS;

export interface TitleActions {
  practise(): void;
  /** `address` is that of a dedicated server. */
  joinServer(address: string): void;
}

/** The first thing one sees: who one is, which engine draws, and the ways to play. */
export class TitleCard {
  readonly element: HTMLElement;
  readonly profile: Profile = loadProfile();
  readonly #status = make('p', 'status');

  constructor(view: ViewName, actions: TitleActions) {
    const play = make('button', 'main', 'Play against bots');
    play.addEventListener('click', () => actions.practise());
    this.element = make(
      'section',
      'card',
      make('h1', '', 'Kart Arena'),
      this.#makeName(),
      this.#makeSwatches(),
      make('h2', '', 'Play'),
      make('div', 'row', play),
      make('h2', '', 'A dedicated server'),
      this.#makeServer(actions),
      make('h2', '', 'Drawn by'),
      makeViews(view),
      this.#status,
    );
  }

  say(text: string, isError = false): void {
    this.#status.textContent = text;
    this.#status.classList.toggle('error', isError);
  }

  #makeName(): HTMLElement {
    const input = make('input');
    Object.assign(input, { type: 'text', maxLength: MAX_NAME, placeholder: 'Your name', value: this.profile.driver });
    input.setAttribute('aria-label', 'Your name');
    input.setAttribute('autocomplete', 'nickname');
    input.addEventListener('input', () => {
      this.profile.driver = input.value;
      saveProfile(this.profile);
    });
    return input;
  }

  #makeSwatches(): HTMLElement {
    const buttons = KART_COLOURS.map(({ name, hex }, index) => {
      const button = make('button', 'swatch');
      button.type = 'button';
      button.style.setProperty('--colour', cssColour(hex));
      button.setAttribute('aria-label', `A ${name} kart`);
      button.addEventListener('click', () => {
        this.profile.colour = index;
        saveProfile(this.profile);
        mark();
      });
      return button;
    });
    const mark = (): void => {
      for (const [index, button] of buttons.entries()) button.ariaPressed = String(index === this.profile.colour);
    };
    mark();
    return make('div', 'swatches', ...buttons);
  }

  #makeServer(actions: TitleActions): HTMLElement {
    const input = make('input');
    input.type = 'text';
    input.inputMode = 'url';
    input.value = `ws://${location.hostname || '127.0.0.1'}:9080`;
    input.setAttribute('aria-label', 'The address of a server');
    const form = make('form', 'row', input, make('button', '', 'Join'));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      actions.joinServer(input.value);
    });
    return form;
  }
}

/** Another engine is another page: the address says which. */
function makeViews(current: ViewName): HTMLElement {
  const buttons = Object.entries(VIEWS).map(([name, label]) => {
    const button = make('button', '', label);
    button.type = 'button';
    button.ariaPressed = String(name === current);
    button.addEventListener('click', () => {
      const address = new URL(location.href);
      address.searchParams.set('view', name);
      location.assign(address);
    });
    return button;
  });
  return make('div', 'row', ...buttons);
}
