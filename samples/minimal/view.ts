import { form, make, setText, textInput } from '../shared/dom.js';
import type { Peer } from './sim.js';

/** The card of one peer: its states, the lines it got, and a line to write in. */
export class PeerCard {
  readonly #peer: Peer;
  readonly #connection = make('dd');
  readonly #signaling = make('dd');
  readonly #lines = make('ul', 'lines');
  readonly #form: HTMLFormElement;

  constructor(peer: Peer, parent: Element) {
    this.#peer = peer;
    this.#lines.setAttribute('aria-label', `Received by ${peer.name}`);
    const states = make('dl', 'states', make('dt', '', 'Connection'), this.#connection);
    states.append(make('dt', '', 'Signaling'), this.#signaling);
    const input = textInput(`Say something as ${peer.name}`);
    this.#form = form(input, 'Send', () => {
      peer.say(input.value);
      input.value = '';
    });
    const card = make('section', 'card', make('h2', '', peer.name), states, this.#lines, this.#form);
    card.id = peer.name.toLowerCase();
    parent.append(card);
  }

  /** Shows what is. Called once per frame; the page is touched only where something changed. */
  update(): void {
    const { connection, signaling, canSend } = this.#peer.status;
    setText(this.#connection, connection);
    setText(this.#signaling, signaling);
    const send = this.#form.querySelector('button');
    if (send !== null) send.disabled = !canSend;
    for (const line of this.#peer.received.slice(this.#lines.childElementCount))
      this.#lines.append(make('li', '', line));
  }
}
