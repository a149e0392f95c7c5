/** An element with a class, some text or children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  ...content: readonly (string | Node)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...content);
  return made;
}

export function button(label: string | Node, onClick: () => void, className = ''): HTMLButtonElement {
  const made = make('button', className, label);
  made.type = 'button';
  made.addEventListener('click', () => {
    // Or the space bar, which fires, would press it again.
    made.blur();
    onClick();
  });
  return made;
}

export function textInput(label: string, className = '', value = ''): HTMLInputElement {
  const made = make('input', className);
  made.type = 'text';
  made.value = value;
  made.placeholder = label;
  made.ariaLabel = label;
  made.spellcheck = false;
  return made;
}

/** A line to fill in, with its button. */
export function form(input: HTMLInputElement, label: string, onSubmit: () => void): HTMLFormElement {
  const made = make('form', 'row', input, make('button', '', label));
  made.addEventListener('submit', (event) => {
    event.preventDefault();
    if (input.value.trim() !== '') onSubmit();
  });
  return made;
}

/** Touches the page only where something changed. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
