/** Makes an element with a class and what is in it. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  ...content: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.append(...content);
  return element;
}

export function button(label: string, title: string, onClick: () => void): HTMLButtonElement {
  const element = make('button', '', label);
  element.type = 'button';
  element.title = title;
  element.setAttribute('aria-label', title);
  element.addEventListener('click', onClick);
  return element;
}

/** As a file of the user's. */
export function saveText(text: string, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = make('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** PERF: a text that stays the same costs the page nothing. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setClass(element: Element, name: string, isOn: boolean): void {
  if (element.classList.contains(name) !== isOn) element.classList.toggle(name, isOn);
}

/**
 * The rows of a table. They stay in the page as long as the table does, and are hidden when there is nothing to show. PERF:
 * not a `table`, whose columns a browser measures anew with each text; the styles give every row its place and size.
 */
export class Rows {
  readonly element: HTMLElement;
  readonly #columns: readonly (readonly [title: string, className: string])[];
  readonly #rows: { readonly row: HTMLElement; readonly cells: readonly HTMLElement[] }[] = [];

  constructor(label: string, columns: readonly (readonly [title: string, className: string])[]) {
    this.#columns = columns;
    const head = columns.map(([title, className]) => withRole('columnheader', make('span', className, title)));
    this.element = withRole('table', make('div', 'table', withRole('row', make('div', 'row head', ...head))));
    this.element.setAttribute('aria-label', label);
  }

  set(at: number, texts: readonly string[]): HTMLElement {
    const { row, cells } = this.#rowAt(at);
    for (let i = 0; i < cells.length; i += 1) setText(cells[i] as Element, texts[i] ?? '');
    if (row.hidden) row.hidden = false;
    return row;
  }

  /** Those from here on have nothing to show. */
  hideFrom(at: number): void {
    for (let i = at; i < this.#rows.length; i += 1) {
      const { row } = this.#rows[i] as { row: HTMLElement };
      if (!row.hidden) row.hidden = true;
    }
  }

  /** The number of the row that an event happened in; -1 for none. */
  indexOf(target: EventTarget | null): number {
    return target instanceof Node ? this.#rows.findIndex(({ row }) => row.contains(target)) : -1;
  }

  #rowAt(at: number): { readonly row: HTMLElement; readonly cells: readonly HTMLElement[] } {
    while (this.#rows.length <= at) {
      const cells = this.#columns.map(([, className]) => withRole('cell', make('span', className)));
      const row = withRole('row', make('div', 'row', ...cells));
      this.#rows.push({ row, cells });
      this.element.append(row);
    }
    return this.#rows[at] as { row: HTMLElement; cells: HTMLElement[] };
  }
}

function withRole<E extends Element>(role: string, element: E): E {
  element.setAttribute('role', role);
  return element;
}
