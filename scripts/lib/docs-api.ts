/** The reference of the types on the documentation site: what it is made of, and its sidebars. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SidebarGroup, SidebarLink } from './docs-pages.js';
import { inRoot } from './paths.js';

/** Kinds of things by the folders that TypeDoc makes. */
const KINDS: Readonly<Record<string, string>> = { classes: 'Classes', functions: 'Functions', variables: 'Constants' };

/** The entry points of the package that have types, by their names: `scenewire/three` and `src/three.ts`. */
export function entryPoints(): Map<string, string> {
  const manifest = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  };
  const entries = Object.entries(manifest.exports).flatMap(([name, target]) => {
    if (typeof target === 'string') return [];
    const source = target.types.replace('./dist/', 'src/').replace('.d.ts', '.ts');
    return [[`scenewire${name.slice(1)}`, source] as const];
  });
  return new Map(entries);
}

/** By the beginning of a page's path: all entries, and the members of the one the page is about. */
export function apiSidebars(folder: string): Record<string, SidebarGroup[]> {
  const entries = [...entryPoints().keys()].map((name) => ({ text: name, link: `/api/${name}/` }));
  const all: SidebarGroup = { text: 'Entry points', items: entries };
  const sidebars: Record<string, SidebarGroup[]> = { '/api/': [all] };
  for (const { text, link } of entries) sidebars[link] = [...membersOf(folder, text), all];
  return sidebars;
}

function membersOf(folder: string, entry: string): SidebarGroup[] {
  const groups = Object.entries(KINDS).map(([kind, text]): SidebarGroup => {
    const place = join(folder, entry, kind);
    const files = existsSync(place) ? readdirSync(place).sort() : [];
    const items: SidebarLink[] = files.map((file) => {
      const name = file.replace(/\.md$/, '');
      return { text: name, link: `/api/${entry}/${kind}/${name}` };
    });
    return { text, items };
  });
  return groups.filter(({ items }) => items.length > 0);
}
