import { readFileSync } from 'node:fs';
import { type DefaultTheme, defineConfig } from 'vitepress';

// Written by scripts/docs.ts, which also gathers the pages: start it with `npm run docs`.
const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const sidebar = JSON.parse(read('../.cache/sidebar.json')) as DefaultTheme.SidebarMulti;
const { version } = JSON.parse(read('../../../package.json')) as { readonly version: string };

/** As hosts of repositories make it, so that one link works there and here. */
function slugify(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

/**
 * Of the reference, the names and what is said first: its tables and signatures would drown everything else, and take most
 * of the time.
 */
function textForSearch(text: string): string {
  let isCode = false;
  let isIntroduction = true;
  const lines = text.split('\n').filter((line) => {
    if (line.startsWith('```')) isCode = !isCode;
    if (line.startsWith('## ')) isIntroduction = false;
    return !isCode && (/^#{1,3} /.test(line) || (isIntroduction && !line.startsWith('```')));
  });
  return lines.join('\n\n');
}

export default defineConfig({
  title: 'scenewire',
  description: "Godot's multiplayer for Babylon.js, three.js and Node",
  lang: 'en',
  srcDir: '.cache/pages',
  outDir: 'dist',
  cacheDir: '.cache/vitepress',
  cleanUrls: false,
  // Works below any address, and offline: nothing is asked of another host.
  base: process.env['SCENEWIRE_DOCS_BASE'] ?? '/',
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: { anchor: { slugify }, theme: { light: 'github-light', dark: 'github-dark' } },
  themeConfig: {
    nav: [
      { text: 'Quick start', link: '/quick-start' },
      { text: 'Concepts', link: '/concepts' },
      { text: 'Samples', link: '/samples/' },
      { text: 'Reference', link: '/api/', activeMatch: '^/api/' },
      { text: version, link: '/changelog' },
    ],
    sidebar,
    outline: { level: [2, 3] },
    docFooter: { prev: 'Before', next: 'Next' },
    search: {
      provider: 'local',
      options: {
        detailedView: true,
        _render(text, env, md) {
          return md.render(env.relativePath.startsWith('api/') ? textForSearch(text) : text, env);
        },
      },
    },
  },
});
