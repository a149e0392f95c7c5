import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { inRoot } from '../../../scripts/lib/paths.js';

/** Every page of documentation, by its path from the root. What makes a site of them is none. */
export function readPages(): ReadonlyMap<string, string> {
  const below = (folder: string): string[] =>
    readdirSync(inRoot(folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`);
  const inDocs = below('docs').filter((file) => !file.startsWith('docs/site/'));
  const files = ['README.md', 'CHANGELOG.md', ...inDocs, ...below('samples')].sort();
  return new Map(files.map((file) => [file, readFileSync(inRoot(file), 'utf8')]));
}

/** Every file of the library, by its path from the root. */
export function readSources(): ReadonlyMap<string, string> {
  const files = readdirSync(inRoot('src'), { recursive: true, encoding: 'utf8' }).map((file) =>
    file.replaceAll('\\', '/'),
  );
  const sources = files.filter((file) => /\.tsx?$/.test(file)).sort();
  return new Map(sources.map((file) => [`src/${file}`, readFileSync(inRoot(`src/${file}`), 'utf8')]));
}

/** Links to files and headings of this repository that lead nowhere. */
export function brokenLinks(pages: ReadonlyMap<string, string>): string[] {
  const broken: string[] = [];
  for (const [page, text] of pages) {
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : posix.join(posix.dirname(page), path);
      const heading = anchor === undefined || anchorsOf(pages.get(file) ?? '').includes(anchor);
      if (!existsSync(inRoot(file)) || !heading) broken.push(`${page}: ${target}`);
    }
  }
  return broken;
}

/** As hosts of repositories make them from headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}
