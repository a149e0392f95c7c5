/**
 * The pages of the documentation site, made from the markdown of this repository: which file becomes which page, what
 * its links are there, and the order in which the pages stand. docs/README.md decides about that order, for readers of
 * the repository and of the site alike.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { extname, posix } from 'node:path';
import { inRoot } from './paths.js';

/** An entry of the sidebar. */
export interface SidebarLink {
  readonly text: string;
  readonly link: string;
}

export interface SidebarGroup {
  readonly text: string;
  readonly items: readonly SidebarLink[];
}

/** What the markdown of the repository may be about, besides docs/. */
const OTHER_PAGES: Readonly<Record<string, string>> = { 'README.md': 'readme.md', 'CHANGELOG.md': 'changelog.md' };
const SAMPLES = 'samples';

/** The files of the repository that are pages, by their paths from the root, and what they are called on the site. */
export function sitePages(): Map<string, string> {
  const pages = new Map(Object.entries(OTHER_PAGES));
  for (const file of readdirSync(inRoot('docs'))) {
    if (file.endsWith('.md')) pages.set(`docs/${file}`, file === 'README.md' ? 'index.md' : file);
  }
  for (const name of readdirSync(inRoot(SAMPLES))) {
    const file = `${SAMPLES}/${name}/README.md`;
    if (existsSync(inRoot(file))) pages.set(file, `${SAMPLES}/${name}.md`);
  }
  return pages;
}

/** The page that shows a file that is no markdown. */
const pageOfSource = (file: string): string => `source/${file}.md`;

/** A page for the site, and the files of the repository that it links to and that need a page of their own. */
export interface SitePage {
  readonly text: string;
  readonly sources: readonly string[];
}

/** The text of `file` with links as they are on the site. A link that leads nowhere stays, for the build to find. */
export function toSitePage(file: string, text: string, pages: ReadonlyMap<string, string>): SitePage {
  const sources: string[] = [];
  const here = pages.get(file) ?? 'index.md';
  const rewritten = outsideOfCode(text, (line) =>
    line.replace(/(\]\()([^)\s]+)(\))/g, (all, open: string, target: string, close: string) => {
      if (/^[a-z]+:/.test(target) || target.startsWith('#')) return all;
      const [path = '', anchor] = target.split('#');
      const goal = posix.join(posix.dirname(file), path).replace(/\/$/, '');
      const page = goalOf(goal, pages, sources);
      if (page === undefined) return all;
      const link = relative(posix.dirname(here), page);
      return `${open}${link}${anchor === undefined ? '' : `#${anchor}`}${close}`;
    }),
  );
  return { text: rewritten, sources };
}

function goalOf(goal: string, pages: ReadonlyMap<string, string>, sources: string[]): string | undefined {
  const page = pages.get(goal) ?? pages.get(`${goal}/README.md`);
  if (page !== undefined) return page;
  if (goal === SAMPLES) return `${SAMPLES}/index.md`;
  // Pictures, and what else lies beside the pages, comes along as it is.
  if (goal.startsWith('docs/')) return goal.slice('docs/'.length);
  if (!existsSync(inRoot(goal)) || statSync(inRoot(goal)).isDirectory()) return undefined;
  sources.push(goal);
  return pageOfSource(goal);
}

/** Names of pages in comments, as `docs/scene.md`, become links. */
export function withPageLinks(here: string, text: string, pages: ReadonlyMap<string, string>): string {
  return text.replace(/`(docs\/[\w-]+\.md)`/g, (all, file: string) => {
    const page = pages.get(file);
    return page === undefined ? all : `[${file}](${relative(posix.dirname(here), page)})`;
  });
}

function relative(folder: string, page: string): string {
  const path = posix.relative(folder === '.' ? '' : folder, page);
  return path.startsWith('.') ? path : `./${path}`;
}

/** Calls `change` for each line that is not inside of a fenced block. */
function outsideOfCode(text: string, change: (line: string) => string): string {
  let isCode = false;
  const lines = text.split('\n').map((line) => {
    const isFence = line.trimStart().startsWith('```');
    if (isFence) isCode = !isCode;
    return isCode || isFence ? line : change(line);
  });
  return lines.join('\n');
}

/** A page that shows a file of the repository. */
export function sourcePage(file: string, text: string): { path: string; text: string } {
  const language = extname(file).slice(1);
  return { path: pageOfSource(file), text: `# ${file}\n\n\`\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\`\n` };
}

/** The page that lists the samples. */
export function samplesPage(texts: ReadonlyMap<string, string>): string {
  const samples = [...texts].filter(([file]) => file.startsWith(`${SAMPLES}/`));
  const lines = samples.map(([file, text]) => `- [${titleOf(text)}](./${file.split('/')[1]}.md)`);
  return `# Samples\n\n\`npm start\` serves them.\n\n${lines.join('\n')}\n`;
}

const titleOf = (text: string): string => /^# (.+)$/m.exec(text)?.[1] ?? '';

/** The groups of docs/README.md: its second headings, and the links that begin the rows below them. */
export function sidebarOf(index: string): SidebarGroup[] {
  const sections = index.split(/^## /m).slice(1);
  const groups = sections.map((section) => {
    const links = [...section.matchAll(/^\| \[([^\]]+)\]\(([^)#\s]+)\.md\)/gm)];
    const items = links.map(([, text = '', page = '']) => ({ text, link: `/${page}` }));
    return { text: section.split('\n', 1)[0] ?? '', items };
  });
  return groups.filter(({ items }) => items.length > 0);
}
