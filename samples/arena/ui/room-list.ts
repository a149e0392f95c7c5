import type { RoomSummary } from 'scenewire/lobby';
import { button, make } from '../../shared/dom.js';

export type RoomSource = () => Promise<readonly RoomSummary[]>;

const REFRESH_MS = 4000;

/** Rooms that anybody may join. It asks again and again while it is shown. */
export class RoomList {
  readonly element = make('ul', 'list');
  readonly #source: RoomSource;
  readonly #join: (code: string) => void;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(source: RoomSource, join: (code: string) => void) {
    this.#source = source;
    this.#join = join;
  }

  start(): void {
    this.stop();
    void this.#refresh();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #refresh(): Promise<void> {
    const timer = setTimeout(() => void this.#refresh(), REFRESH_MS);
    this.#timer = timer;
    // Without a lobby there are no rooms; who wants one is told why.
    const rooms = await this.#source().catch(() => []);
    if (this.#timer !== timer) return;
    const rows = rooms.map((room) => this.#row(room));
    this.element.replaceChildren(...(rows.length > 0 ? rows : [make('li', 'none', 'No open rooms now')]));
  }

  #row({ name, meta, members, maxMembers }: RoomSummary): Element {
    const title = typeof meta['title'] === 'string' ? meta['title'] : name;
    const state = meta['playing'] === true ? 'playing' : 'waiting';
    const count = make('small', '', `${members} of ${maxMembers}, ${state}`);
    return make(
      'li',
      '',
      make('span', '', title),
      count,
      button('Join', () => this.#join(name)),
    );
  }
}
