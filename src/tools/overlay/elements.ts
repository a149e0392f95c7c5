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

/** PERF: a text that stays the same costs the page nothing. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setClass(element: Element, name: string, isOn: boolean): void {
  if (element.classList.contains(name) !== isOn) element.classList.toggle(name, isOn);
}

/** A row of cells that live as long as the table does. Rows that are not needed are hidden, not removed. */
export class Rows {
  readonly body = make('tbody');
  readonly #columns: readonly string[];
  readonly #rows: { readonly row: HTMLTableRowElement; readonly cells: readonly HTMLTableCellElement[] }[] = [];

  /** `columns` are the classes of the cells. */
  constructor(columns: readonly string[]) {
    this.#columns = columns;
  }

  set(at: number, texts: readonly string[]): HTMLTableRowElement {
    const { row, cells } = this.#rowAt(at);
    for (let i = 0; i < cells.length; i += 1) setText(cells[i] as Element, texts[i] ?? '');
    row.hidden = false;
    return row;
  }

  /** Those from here on have nothing to show. */
  hideFrom(at: number): void {
    for (let i = at; i < this.#rows.length; i += 1) (this.#rows[i] as { row: HTMLElement }).row.hidden = true;
  }

  #rowAt(at: number): { readonly row: HTMLTableRowElement; readonly cells: readonly HTMLTableCellElement[] } {
    while (this.#rows.length <= at) {
      const cells = this.#columns.map((column) => make('td', column));
      const row = make('tr', '', ...cells);
      this.#rows.push({ row, cells });
      this.body.append(row);
    }
    return this.#rows[at] as { row: HTMLTableRowElement; cells: HTMLTableCellElement[] };
  }
}

export function table(
  headings: readonly (readonly [title: string, className: string])[],
  rows: Rows,
): HTMLTableElement {
  const head = headings.map(([title, className]) => {
    const cell = make('th', className, title);
    cell.scope = 'col';
    return cell;
  });
  return make('table', '', make('thead', '', make('tr', '', ...head)), rows.body);
}
