/**
 * `npm run docs [-- --serve | --quick-starts]`: the documentation as a site in docs/site/dist, with the reference of the
 * types. `--serve` shows it on this machine instead, and follows what is written meanwhile. `--quick-starts` copies the
 * programs of README.md into docs/quick-start.md. The tools are a package of their own, in docs/site, which is installed by
 * the first run.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { takeLock } from './lib/build-lock.js';
import { apiSidebars, entryPoints } from './lib/docs-api.js';
import { samplesPage, sidebarOf, sitePages, sourcePage, toSitePage, withPageLinks } from './lib/docs-pages.js';
import { inRoot } from './lib/paths.js';
import { type RunResult, run, runNode } from './lib/process.js';
import { quickStartsOf, withQuickStarts } from './lib/quick-starts.js';
import { onShutdown } from './lib/shutdown.js';

const site = inRoot('docs/site');
const pagesFolder = join(site, '.cache/pages');
const sidebarFile = join(site, '.cache/sidebar.json');
const tool = (path: string): string => join(site, 'node_modules', path);

/** What failed, with what the program wrote. */
function check(what: string, { code, output }: RunResult): void {
  if (code !== 0) throw new Error(`${output.trimEnd()}\n${what} failed`);
}

async function ensureTools(): Promise<void> {
  const lock = createHash('sha256')
    .update(readFileSync(join(site, 'package-lock.json')))
    .digest('hex');
  const stamp = tool('.scenewire-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('installing what docs/site/package-lock.json names (npm ci), once…');
  check('npm ci', await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: site }));
  writeFileSync(stamp, lock);
}

function write(path: string, text: string): void {
  const file = join(pagesFolder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Every page of the repository, as the site wants it. */
function stagePages(): void {
  const pages = sitePages();
  const texts = new Map([...pages.keys()].map((file) => [file, readFileSync(inRoot(file), 'utf8')]));
  const home = readFileSync(join(site, 'home.yaml'), 'utf8');
  for (const [file, page] of pages) {
    const { text, sources } = toSitePage(file, texts.get(file) ?? '', pages);
    write(page, page === 'index.md' ? `---\n${home}---\n\n${text.replace(/^# .+\n/, '')}` : text);
    for (const source of sources) {
      const shown = sourcePage(source, readFileSync(inRoot(source), 'utf8'));
      write(shown.path, shown.text);
    }
  }
  write('samples/index.md', samplesPage(texts));
  cpSync(inRoot('docs/images'), join(pagesFolder, 'images'), { recursive: true });
  mkdirSync(join(pagesFolder, 'public'), { recursive: true });
  cpSync(inRoot('docs/images/arena.webp'), join(pagesFolder, 'public/arena.webp'));
  write('public/lobby-protocol.schema.json', readFileSync(inRoot('docs/lobby-protocol.schema.json'), 'utf8'));
}

/** The reference, from the types of every entry point. */
async function makeReference(): Promise<void> {
  const entries = [...entryPoints().values()].flatMap((file) => ['--entryPoints', inRoot(file)]);
  check('TypeDoc', await runNode([tool('typedoc/bin/typedoc'), ...entries], { cwd: site }));
  for (const file of readdirSync(join(pagesFolder, 'api'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.md')) continue;
    const path = posix.join('api', file.replaceAll('\\', '/'));
    write(path, withPageLinks(path, readFileSync(join(pagesFolder, path), 'utf8'), sitePages()));
  }
}

function writeSidebar(): void {
  const groups = sidebarOf(readFileSync(inRoot('docs/README.md'), 'utf8'));
  const sidebars = { ...apiSidebars(join(pagesFolder, 'api')), '/': groups };
  writeFileSync(sidebarFile, JSON.stringify(sidebars));
}

/** Runs until Ctrl-C. What is written to docs/ meanwhile shows at once. */
async function serve(): Promise<RunResult> {
  const watcher = watch(inRoot('docs'), (_event, file) => {
    if (file?.endsWith('.md')) stagePages();
  });
  onShutdown(() => watcher.close());
  return runNode([tool('vitepress/bin/vitepress.js'), 'dev', '.'], { cwd: site, show: true });
}

function copyQuickStarts(): void {
  const page = inRoot('docs/quick-start.md');
  const blocks = quickStartsOf(readFileSync(inRoot('README.md'), 'utf8'));
  writeFileSync(page, withQuickStarts(readFileSync(page, 'utf8'), blocks));
}

async function main(args: readonly string[]): Promise<void> {
  const unknown = args.filter((arg) => arg !== '--serve' && arg !== '--quick-starts');
  if (unknown.length > 0) {
    throw new Error(`unknown: ${unknown.join(' ')}\nusage: npm run docs [-- --serve | --quick-starts]`);
  }
  if (args.includes('--quick-starts')) return copyQuickStarts();
  await takeLock(join(site, '.cache/lock'));
  await ensureTools();
  rmSync(join(site, '.cache/pages'), { recursive: true, force: true });
  stagePages();
  console.log('reading the types…');
  await makeReference();
  writeSidebar();
  if (args.includes('--serve')) return check('vitepress', await serve());
  console.log('building the site…');
  check('VitePress', await runNode([tool('vitepress/bin/vitepress.js'), 'build', '.'], { cwd: site }));
  console.log('docs/site/dist is the site: npm run docs -- --serve shows it');
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
