import { button, form, make, setText, textInput } from '../shared/dom.js';
import type { Chat, Member, Presence } from './sim.js';

const PRESENCES: { readonly [presence in Presence]: string } = {
  connecting: 'connecting…',
  here: 'here',
  silent: 'not heard',
  gone: 'gone',
};

/** The page: the way into a room, and then the room. */
export class ChatView {
  readonly #chat: Chat;
  readonly #name = textInput('Your name');
  readonly #code = textInput('Code');
  readonly #text = textInput('Say something');
  readonly #status = make('p', 'status');
  readonly #door: HTMLElement;
  readonly #room: HTMLElement;
  readonly #roomCode = make('strong', 'code');
  readonly #members = make('ul', 'members');
  readonly #lines = make('ul', 'lines');

  /** `cut` cuts this page's line, or joins it again. */
  constructor(parent: Element, chat: Chat, cut: (isCut: boolean) => void) {
    this.#chat = chat;
    this.#code.value = location.hash.slice(1);
    this.#door = this.#makeDoor();
    this.#room = this.#makeRoom(cut);
    this.#room.hidden = true;
    this.#lines.setAttribute('aria-live', 'polite');
    parent.append(this.#door, this.#room);
  }

  /** Shows what is; the page is touched only where something changed. */
  update(): void {
    for (const { name, text } of this.#chat.lines.slice(this.#lines.childElementCount)) {
      const line = name === null ? make('li', 'event', text) : make('li', '', make('b', '', name), ` ${text}`);
      this.#lines.append(line);
      line.scrollIntoView({ block: 'nearest' });
    }
    const members = [...this.#chat.members.values()];
    while (this.#members.childElementCount > members.length) this.#members.lastElementChild?.remove();
    for (const [at, member] of members.entries()) this.#showMember(at, member);
  }

  #showMember(at: number, { name, presence, why }: Member): void {
    if (this.#members.children[at] === undefined) this.#members.append(make('li', '', make('span'), make('small')));
    const row = this.#members.children[at] as Element;
    row.className = presence;
    setText(row.children[0] as Element, name);
    setText(row.children[1] as Element, why || PRESENCES[presence]);
  }

  #makeDoor(): HTMLElement {
    const create = button('Create a room', () => this.#enter(() => this.#chat.create(this.#name.value)));
    const join = form(this.#code, 'Join', () => this.#enter(() => this.#chat.join(this.#code.value, this.#name.value)));
    return make('section', 'card', this.#name, create, join, this.#status);
  }

  #makeRoom(cut: (isCut: boolean) => void): HTMLElement {
    const box = make('input');
    box.type = 'checkbox';
    box.addEventListener('change', () => cut(box.checked));
    const say = form(this.#text, 'Send', () => {
      if (this.#chat.say(this.#text.value)) this.#text.value = '';
    });
    const side = make(
      'section',
      'card side',
      make('p', '', 'Others join with ', this.#roomCode),
      this.#members,
      make('label', '', box, ' Cut my line'),
    );
    return make('div', 'room', side, make('section', 'card', this.#lines, say));
  }

  async #enter(enter: () => Promise<void>): Promise<void> {
    setText(this.#status, 'Knocking…');
    try {
      await enter();
    } catch (thrown) {
      setText(this.#status, thrown instanceof Error ? thrown.message : String(thrown));
      return;
    }
    this.#roomCode.textContent = this.#chat.code;
    history.replaceState(null, '', `#${this.#chat.code}`);
    this.#door.hidden = true;
    this.#room.hidden = false;
    this.#text.focus();
  }
}
