import type { ConnectionEvent, ConnectionFigures } from '../monitor/connection-log.js';
import type { NetworkFigures } from '../monitor/network-figures.js';
import { make, setText } from './elements.js';
import { PeerCard } from './peer-card.js';
import type { Job, View } from './view.js';

/** Everybody in the game, a card each. */
export class PeersView implements View {
  readonly title = 'Peers';
  readonly element: HTMLElement;
  readonly #list = make('ul', 'peers');
  readonly #empty = make('p', 'empty');
  /** Connections whose peers are not in the game. */
  readonly #arriving = make('p', 'arriving');
  readonly #cards = new Map<number, PeerCard>();

  constructor() {
    this.element = make('div', '', this.#list, this.#arriving, this.#empty);
  }

  note({ peers, isConnected }: NetworkFigures): void {
    for (const [id, card] of this.#cards) {
      if (peers.some((peer) => peer.id === id)) continue;
      card.element.remove();
      this.#cards.delete(id);
    }
    for (const peer of peers) this.#cardOf(peer.id).note(peer);
    setText(this.#empty, peers.length > 0 ? '' : isConnected ? 'Nobody else is here.' : 'Not connected.');
  }

  *jobs({ peers, connections, events }: NetworkFigures): Iterable<Job> {
    for (const peer of peers) yield () => this.#cards.get(peer.id)?.show(peer);
    const arriving = connections.filter(({ id }) => !peers.some((peer) => peer.id === id));
    yield () => setText(this.#arriving, arriving.map((one) => stateText(one, events)).join('\n'));
  }

  #cardOf(id: number): PeerCard {
    const known = this.#cards.get(id);
    if (known !== undefined) return known;
    const made = new PeerCard();
    this.#cards.set(id, made);
    this.#list.append(made.element);
    return made;
  }
}

/** How far it has come, and what happened to it last. */
function stateText(
  { id, connection, ice, gathering, signaling }: ConnectionFigures,
  events: readonly ConnectionEvent[],
): string {
  const last = events.findLast(({ peer }) => peer === id)?.what ?? '';
  return `Peer ${id}: ${connection}, ICE ${ice}, gathering ${gathering}, signaling ${signaling}; last: ${last}`;
}
