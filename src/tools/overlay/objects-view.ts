import type { MethodFigures, NetworkFigures, ObjectFigures } from '../monitor/network-figures.js';
import { make, Rows, setText } from './elements.js';
import { showRate } from './figure-text.js';
import type { Job, View } from './view.js';

const MOST_OBJECTS = 40;
const MOST_METHODS = 12;
const ROWS_PER_FRAME = 10;

/** Which nodes and which calls the bytes are for. */
export class ObjectsView implements View {
  readonly title = 'Objects';
  readonly element: HTMLElement;
  readonly #objects = new Rows('Objects', headings('Object', 'Owner'));
  readonly #methods = new Rows('Calls', headings('Call', 'Calls'));
  readonly #empty = make('p', 'empty');
  #self = 0;

  constructor() {
    this.element = make('div', '', this.#objects.element, this.#methods.element, this.#empty);
  }

  note({ self, objects, methods }: NetworkFigures): void {
    this.#self = self;
    this.#methods.element.hidden = methods.length === 0;
    setText(this.#empty, objects.length > 0 ? '' : 'No object has sent anything for a while.');
  }

  *jobs({ objects, methods }: NetworkFigures): Iterable<Job> {
    const shown = objects.slice(0, MOST_OBJECTS);
    for (let from = 0; from < shown.length; from += ROWS_PER_FRAME) {
      yield () => this.#showObjects(shown, from);
    }
    yield () => {
      this.#objects.hideFrom(shown.length);
      this.#showMethods(methods.slice(0, MOST_METHODS));
    };
  }

  #showObjects(objects: readonly ObjectFigures[], from: number): void {
    const most = rateOf(objects[0]);
    for (const [i, object] of objects.slice(from, from + ROWS_PER_FRAME).entries()) {
      const { path, owner, receivedPerSecond, sentPerSecond } = object;
      const who = owner === null ? '–' : owner === this.#self ? `${owner} (here)` : String(owner);
      const row = this.#objects.set(from + i, [path, who, showRate(receivedPerSecond), showRate(sentPerSecond)]);
      if (row.title !== path) row.title = path;
      const share = `${most > 0 ? Math.round((rateOf(object) / most) * 100) : 0}%`;
      if (row.style.getPropertyValue('--share') !== share) row.style.setProperty('--share', share);
    }
  }

  #showMethods(methods: readonly MethodFigures[]): void {
    for (const [at, { name, calls, receivedPerSecond, sentPerSecond }] of methods.entries()) {
      const row = this.#methods.set(at, [name, String(calls), showRate(receivedPerSecond), showRate(sentPerSecond)]);
      if (row.title !== name) row.title = name;
    }
    this.#methods.hideFrom(methods.length);
  }
}

const rateOf = (object: ObjectFigures | undefined): number =>
  object === undefined ? 0 : object.receivedPerSecond + object.sentPerSecond;

const headings = (what: string, second: string): [string, string][] => [
  [what, 'path'],
  [second, 'number'],
  ['↓ In', 'number in'],
  ['↑ Out', 'number out'],
];
