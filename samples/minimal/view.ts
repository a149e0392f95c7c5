import type { Peer } from './sim.js';

/** The card of one peer: its states, the lines it got, and a line to write in. */
export class PeerCard {
  readonly #peer: Peer;
  readonly #connection = element('dd', 'connection');
  readonly #signaling = element('dd', 'signaling');
  readonly #lines = element('ul', 'lines');
  readonly #input = element('input', 'text');
  readonly #button = element('button', 'send');

  constructor(peer: Peer, parent: Element) {
    this.#peer = peer;
    this.#lines.setAttribute('aria-label', `Received by ${peer.name}`);
    this.#input.placeholder = `Say something as ${peer.name}`;
    this.#input.setAttribute('aria-label', this.#input.placeholder);
    this.#button.textContent = 'Send';
    const card = element('section', 'card');
    card.id = peer.name.toLowerCase();
    card.append(text('h2', peer.name), this.#makeStates(), this.#lines, this.#makeForm());
    parent.append(card);
  }

  /** Shows what is. Called once per frame; the page is touched only where something changed. */
  update(): void {
    const { connection, signaling, canSend } = this.#peer.status;
    setText(this.#connection, connection);
    setText(this.#signaling, signaling);
    this.#button.disabled = !canSend;
    for (const line of this.#peer.received.slice(this.#lines.childElementCount)) this.#lines.append(text('li', line));
  }

  #makeStates(): Element {
    const list = element('dl', 'states');
    list.append(text('dt', 'Connection'), this.#connection, text('dt', 'Signaling'), this.#signaling);
    return list;
  }

  #makeForm(): Element {
    const form = element('form', 'say');
    form.append(this.#input, this.#button);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#input.value === '') return;
      this.#peer.say(this.#input.value);
      this.#input.value = '';
    });
    return form;
  }
}

function element<K extends keyof HTMLElementTagNameMap>(tag: K, className: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

function text(tag: keyof HTMLElementTagNameMap, content: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = content;
  return made;
}

function setText(target: Element, content: string): void {
  if (target.textContent !== content) target.textContent = content;
}
