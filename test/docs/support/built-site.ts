import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';

/** The files of a built site. */
export class BuiltSite {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Its pages, by their paths from the root of the site. */
  pages(): Map<string, string> {
    const files = readdirSync(this.#folder, { recursive: true, encoding: 'utf8' }).map((file) =>
      file.replaceAll('\\', '/'),
    );
    const html = files.filter((file) => file.endsWith('.html'));
    return new Map(html.map((file) => [`/${file}`, readFileSync(join(this.#folder, file), 'utf8')]));
  }

  /** What a server would give for a path; null for nothing. */
  file(path: string): string | null {
    const decoded = decodeURIComponent(path);
    const file = join(this.#folder, decoded.endsWith('/') ? `${decoded}index.html` : decoded);
    return existsSync(file) && statSync(file).isFile() ? file : null;
  }
}

/** Links inside of the site that lead nowhere, as `page: link`. */
export function brokenSiteLinks(site: BuiltSite): string[] {
  const pages = site.pages();
  const ids = new Map([...pages].map(([path, html]) => [path, new Set(valuesOf(html, 'id'))]));
  const broken = new Set<string>();
  for (const [page, html] of pages) {
    // What stands on every page is looked at where it is the page's own.
    for (const link of [...valuesOf(mainOf(html), 'href'), ...valuesOf(html, 'src'), ...sidebarLinks(html)]) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path = '', anchor = ''] = link.split('#');
      const target = path === '' ? page : posix.resolve(posix.dirname(page), path) + (/.\/$/.test(path) ? '/' : '');
      const known = target.endsWith('/') ? `${target}index.html` : target;
      const isThere = site.file(target) !== null;
      const hasAnchor = anchor === '' || ids.get(known)?.has(decodeURIComponent(anchor)) === true;
      if (!isThere || !hasAnchor) broken.add(`${page}: ${link}`);
    }
  }
  return [...broken];
}

/** What a page asks of other hosts by itself. Links that a reader may follow are not among it. */
export function outsideRequests(html: string): string[] {
  const tags = html.match(/<(?:script|link|img|iframe|source|video|audio)\b[^>]*>/g) ?? [];
  return tags.filter((tag) => /\b(?:src|href|srcset)="(?:https?:)?\/\//.test(tag));
}

const mainOf = (html: string): string => /<main[\s\S]*<\/main>/.exec(html)?.[0] ?? '';
const sidebarLinks = (html: string): string[] =>
  valuesOf(/<aside class="VPSidebar[\s\S]*?<\/aside>/.exec(html)?.[0] ?? '', 'href');

function valuesOf(html: string, attribute: string): string[] {
  const values = html.matchAll(new RegExp(`\\s${attribute}="([^"]*)"`, 'g'));
  return [...values].map(([, value = '']) => value.replaceAll('&amp;', '&').replaceAll('&quot;', '"'));
}
