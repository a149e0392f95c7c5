import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A sample that a browser can open. */
export interface Sample {
  readonly name: string;
  /** The first line of its README; its name where there is none. */
  readonly title: string;
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
    .map((name) => ({ name, title: titleOf(join(folder, name, 'README.md')) ?? name, folder: join(folder, name) }));
}

function titleOf(readme: string): string | undefined {
  if (!existsSync(readme)) return undefined;
  const line = readFileSync(readme, 'utf8').split('\n')[0] ?? '';
  return line.replace(/^#+\s*/, '').trim() || undefined;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character]!);

/** The page that leads to all of them. */
export function indexPage(samples: readonly Sample[]): string {
  const item = (sample: Sample): string =>
    `<li><a href="/${encodeURIComponent(sample.name)}/">${escapeHtml(sample.title)}</a></li>`;
  const list = samples.length > 0 ? `<ul>${samples.map(item).join('')}</ul>` : '<p>There are no samples yet.</p>';
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>scenewire samples</title></head>
<body><h1>scenewire samples</h1>${list}</body>
</html>
`;
}
