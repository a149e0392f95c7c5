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

/** Touches the page only where something changed. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
