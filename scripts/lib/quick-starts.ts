/**
 * The programs of the quick starts stand in README.md and in docs/quick-start.md. README.md is where they are written and
 * tested; the page has the same ones, under the same headings.
 */

interface Block {
  readonly heading: string;
  readonly text: string;
}

const SECTION = 'Quick start';
/** README.md has what all programs share before its first heading of an engine; the page has a heading for it. */
const SHARED = 'The lobby';

/** The fenced blocks of README.md's quick starts, in order, with the headings above them. */
export function quickStartsOf(readme: string): Block[] {
  const section = new RegExp(`^## ${SECTION}\\n([\\s\\S]*?)(?=^## (?!#))`, 'm').exec(readme)?.[1] ?? '';
  const parts = `### ${SHARED}\n${section}`.split(/^### /m).slice(1);
  return parts.flatMap((part) => {
    const heading = part.split('\n', 1)[0] ?? '';
    return [...part.matchAll(/^```[\s\S]*?^```$/gm)].map(([text]) => ({ heading, text }));
  });
}

/** The page with the blocks of README.md in it: in the places of its own, or, where it has none yet, at the first colon. */
export function withQuickStarts(page: string, blocks: readonly Block[]): string {
  const sections = page.split(/^(?=## )/m).map((section) => {
    const heading = /^## (.+)$/m.exec(section)?.[1];
    const own = blocks.filter((block) => block.heading === heading);
    if (own.length === 0) return section;
    const bare = section.replace(/\n```[\s\S]*?^```\n/gm, '');
    return bare.replace(/:\n(?=\n|$)/, () => `:\n\n${own.map(({ text }) => `${text}\n`).join('\n')}`);
  });
  return sections.join('');
}
