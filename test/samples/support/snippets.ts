/** A TypeScript block of a page or of a comment, and the line of the file on which its code begins (from 1). */
export interface Snippet {
  readonly page: string;
  readonly line: number;
  readonly code: string;
  readonly language: 'ts' | 'tsx';
  /** A whole program that ends by itself: it is run as well. */
  readonly isRun: boolean;
}

const FENCE = /^```(tsx?)( run)?$/;

/** The blocks fenced with ```ts or ```tsx, of which those with the word `run` behind it are programs. */
export function snippetsOf(page: string, text: string): Snippet[] {
  const snippets: Snippet[] = [];
  const lines = text.split('\n');
  let open: RegExpExecArray | null = null;
  let start = -1;
  for (const [index, line] of lines.entries()) {
    if (open === null) {
      open = FENCE.exec(line);
      start = index + 1;
    } else if (line === '```') {
      const [, language, run] = open;
      const code = lines.slice(start, index).join('\n');
      snippets.push({ page, line: start + 1, code, language: language as 'ts' | 'tsx', isRun: run !== undefined });
      open = null;
    }
  }
  if (open !== null) throw new Error(`${page}:${start}: the block has no end`);
  return snippets;
}

/** The blocks in the comments of a source file. */
export function examplesOf(file: string, text: string): Snippet[] {
  const lines = text.split('\n').map((line) => /^\s*\* ?(.*)$/.exec(line)?.[1] ?? '');
  return snippetsOf(file, lines.join('\n'));
}

/** The snippet as a module whose line numbers are those of its page. */
export function toModule({ line, code }: Snippet): string {
  return `${'\n'.repeat(line - 1)}${code}\nexport {};\n`;
}

/** What a program is to print, line by line: what stands behind its arrows. */
export function expectedOutput({ code }: Snippet): string[] {
  return [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, text = '']) => text);
}
