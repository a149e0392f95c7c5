import { button, form, make, textInput } from '../../shared/dom.js';
import { MAX_NAME } from '../game/kart.js';
import { cssColour, KART_COLOURS } from '../look/palette.js';
import { loadProfile, type Profile, saveProfile } from './profile.js';
import { RoomList, type RoomSource } from './room-list.js';

export const VIEWS = { three: 'three.js', babylon: 'Babylon.js', react: 'react-three-fiber' } as const;
export type ViewName = keyof typeof VIEWS;

export interface TitleActions {
  practise(): void;
  createRoom(): void;
  joinRoom(code: string): void;
  /** `address` is that of a dedicated server. */
  joinServer(address: string): void;
  readonly listRooms: RoomSource;
}

/** The first thing one sees: who one is, the ways to play, and which engine draws. */
export class TitleCard {
  readonly element: HTMLElement;
  readonly profile: Profile = loadProfile();
  readonly rooms: RoomList;
  readonly #status = make('p', 'status');

  constructor(view: ViewName, actions: TitleActions) {
    this.rooms = new RoomList(actions.listRooms, (code) => actions.joinRoom(code));
    const code = textInput('Code', 'code');
    const server = textInput('The address of a server', '', `ws://${location.hostname || '127.0.0.1'}:9081`);
    this.element = make(
      'section',
      'card',
      make('h1', '', 'Kart Arena'),
      this.#makeName(),
      this.#makeSwatches(),
      make('h2', '', 'Play together'),
      make(
        'div',
        'row',
        button('Create a room', () => actions.createRoom(), 'main'),
      ),
      form(code, 'Join', () => actions.joinRoom(code.value)),
      this.rooms.element,
      this.#status,
      make('h2', '', 'Or alone, or on a server'),
      make(
        'div',
        'row',
        button('Play against bots', () => actions.practise()),
      ),
      form(server, 'Join a server', () => actions.joinServer(server.value)),
      make('h2', '', 'Drawn by'),
      makeViews(view),
    );
  }

  say(text: string, isError = false): void {
    this.#status.textContent = text;
    this.#status.classList.toggle('error', isError);
  }

  #makeName(): HTMLElement {
    const input = textInput('Your name', '', this.profile.driver);
    input.maxLength = MAX_NAME;
    input.setAttribute('autocomplete', 'nickname');
    input.addEventListener('input', () => {
      this.profile.driver = input.value;
      saveProfile(this.profile);
    });
    return input;
  }

  #makeSwatches(): HTMLElement {
    const swatches = KART_COLOURS.map(({ name, hex }, index) => {
      const swatch = button('', () => {
        this.profile.colour = index;
        saveProfile(this.profile);
        mark();
      });
      swatch.className = 'swatch';
      swatch.style.setProperty('--colour', cssColour(hex));
      swatch.ariaLabel = `A ${name} kart`;
      return swatch;
    });
    const mark = (): void => {
      for (const [index, swatch] of swatches.entries()) swatch.ariaPressed = String(index === this.profile.colour);
    };
    mark();
    return make('div', 'swatches', ...swatches);
  }
}

/** Another engine is another page: the address says which. */
function makeViews(current: ViewName): HTMLElement {
  const buttons = Object.entries(VIEWS).map(([name, label]) => {
    const one = button(label, () => {
      const address = new URL(location.href);
      address.searchParams.set('view', name);
      location.assign(address);
    });
    one.ariaPressed = String(name === current);
    return one;
  });
  return make('div', 'row', ...buttons);
}
