/** A TypeScript block of a page, and the line of the page on which its code begins (from 1). */
export interface Snippet {
  readonly page: string;
  readonly line: number;
  readonly code: string;
}

/** The blocks fenced with ```ts. */
export function snippetsOf(page: string, text: string): Snippet[] {
  const snippets: Snippet[] = [];
  const lines = text.split('\n');
  let start = -1;
  for (const [index, line] of lines.entries()) {
    if (start < 0 && line === '```ts') start = index + 1;
    else if (start >= 0 && line === '```') {
      snippets.push({ page, line: start + 1, code: lines.slice(start, index).join('\n') });
      start = -1;
    }
  }
  if (start >= 0) throw new Error(`${page}:${start}: the block has no end`);
  return snippets;
}

/** The snippet as a module whose line numbers are those of its page. */
export function toModule({ line, code }: Snippet): string {
  return `${'\n'.repeat(line - 1)}${code}\nexport {};\n`;
}
