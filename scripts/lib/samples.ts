import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A sample that a browser can open. */
export interface Sample {
  readonly name: string;
  /** The first line of its README; its name where there is none. */
  readonly title: string;
  /** The first paragraph of its README. */
  readonly summary: string;
  readonly folder: string;
}

/** The folders that have a page and a program. */
export function listSamples(folder: string): Sample[] {
  if (!existsSync(folder)) return [];
  const isSample = (name: string): boolean =>
    existsSync(join(folder, name, 'index.html')) && existsSync(join(folder, name, 'main.ts'));
  return readdirSync(folder)
    .filter(isSample)
    .sort()
    .map((name) => ({ name, ...readmeOf(join(folder, name, 'README.md'), name), folder: join(folder, name) }));
}

function readmeOf(readme: string, name: string): Pick<Sample, 'title' | 'summary'> {
  if (!existsSync(readme)) return { title: name, summary: '' };
  const [heading = '', paragraph = ''] = readFileSync(readme, 'utf8').split(/\n{2,}/);
  return { title: plain(heading.replace(/^#+\s*/, '')) || name, summary: plain(paragraph) };
}

/** Markdown's links and code as their text alone. */
const plain = (markdown: string): string =>
  markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('`', '')
    .replace(/\s+/g, ' ')
    .trim();

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character]!);

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem; background: light-dark(#f3f5f8, #14171c); }
  h1 { margin: 0; font-size: 1.6rem; }
  h2 { margin: 0; font-size: 1.1rem; }
  p { margin: .25rem 0 0; color: light-dark(#5b6472, #a2abb9); }
  ul { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); margin: 1.5rem 0; padding: 0; }
  li { list-style: none; position: relative; padding: 1rem; border-radius: .5rem; overflow: hidden;
    border: 1px solid light-dark(#d5d9e0, #3a404b); background: light-dark(#fff, #1d2129); }
  li:hover, li:focus-within { border-color: light-dark(#2563eb, #7aa7ff); }
  li.first { grid-column: 1 / -1; padding: 0; }
  li.first div { padding: 1rem; }
  img { display: block; width: 100%; height: auto; }
  a { color: inherit; text-decoration: none; }
  a::after { content: ''; position: absolute; inset: 0; }
`;

/** The page that leads to all of them; the first one has its picture. */
export function indexPage(samples: readonly Sample[], picture = ''): string {
  const card = ({ name, title, summary }: Sample, index: number): string => {
    const text = `<h2><a href="/${encodeURIComponent(name)}/">${escapeHtml(title)}</a></h2><p>${escapeHtml(summary)}</p>`;
    return index === 0 && picture !== ''
      ? `<li class="first"><img src="${escapeHtml(picture)}" width="1280" height="640" alt=""><div>${text}</div></li>`
      : `<li>${text}</li>`;
  };
  const list = samples.length > 0 ? `<ul>${samples.map(card).join('\n')}</ul>` : '<p>There are no samples yet.</p>';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>scenewire samples</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<h1>scenewire samples</h1>
<p>Open one in two tabs, or here and on a phone: they share the lobby beside this page.</p>
${list}
</body>
</html>
`;
}
