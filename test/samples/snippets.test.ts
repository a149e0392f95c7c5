import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inRoot, tools } from '../../scripts/lib/paths.js';
import { runNode } from '../../scripts/lib/process.js';
import { expectNoLingering } from '../hostile/support/lingering.js';
import { isNamespaced, launchChromium } from '../support/browsers.js';
import { bundleForPage } from './support/bundle.js';
import { brokenLinks, readPages, readSources } from './support/pages.js';
import { runBlock } from './support/run-block.js';
import { runProgram } from './support/run-program.js';
import { examplesOf, expectedOutput, type Snippet, snippetsOf, toModule } from './support/snippets.js';

/** What every snippet may use without making it, as docs/README.md tells. */
const GIVEN = `
declare const connection: import('scenewire').WebRTCPeerConnection;
declare const channel: import('scenewire').WebRTCDataChannel;
declare function send(text: string): void;
declare function handle(packet: Uint8Array): void;
`;

const pages = readPages();
const ofPages = [...pages].flatMap(([page, text]) => snippetsOf(page, text));
const ofSources = [...readSources()].flatMap(([file, text]) => examplesOf(file, text));
const snippets = [...ofPages, ...ofSources];
// Inside the project, so that packages are found from here as from everywhere else.
let folder: string;

/** The file of a snippet is called like its page. */
const fileOf = ({ page, line, language }: Snippet): string => `${page.replaceAll('/', '__')}__${line}.${language}`;

beforeAll(() => {
  mkdirSync(inRoot('.cache'), { recursive: true });
  folder = mkdtempSync(inRoot('.cache/snippets-'));
  for (const snippet of snippets) writeFileSync(join(folder, fileOf(snippet)), toModule(snippet));
  writeFileSync(join(folder, 'given.d.ts'), GIVEN);
  const config = { extends: '../../tsconfig.json', include: ['*.ts', '*.tsx'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the code in the documentation, and the examples in the sources', () => {
  it('type-checks, every block', async () => {
    expect(snippets.length).toBeGreaterThan(20);
    const { code, output } = await runNode([tools.tsc, '-p', join(folder, 'tsconfig.json'), '--pretty', 'false']);
    // "…/docs__frame.md__6.ts(8,3): error" reads "docs/frame.md:8:3: error".
    const problems = output
      .trimEnd()
      .replace(/^\S*?([\w.-]+(?:__[\w.-]+)*?)__\d+\.tsx?\((\d+),(\d+)\)/gm, (_all, page: string, line, column) => {
        return `${page.replaceAll('__', '/')}:${line}:${column}`;
      });
    expect(problems).toBe('');
    expect(code).toBe(0);
  }, 60_000);

  it('has blocks whose ends are found, and no code of another kind that looks like ours', () => {
    const others = /^```(?:typescript|javascript|js|jsx|tsx? (?!run$).*)$/m;
    // A script of a page has globals for imports: there is one in the quick starts, which a test of its own runs.
    const mayHaveScripts = (page: string): boolean => ['README.md', 'docs/quick-start.md'].includes(page);
    for (const [page, text] of pages) {
      expect(mayHaveScripts(page) ? text.replaceAll('\n```js\n', '\n```\n') : text, page).not.toMatch(others);
    }
  });

  it('has links that lead somewhere', () => {
    expect(brokenLinks(pages)).toEqual([]);
  });
});

const opensPorts = ({ code }: Snippet): boolean => /createServer\((?!\))|\.listen\(/.test(code);
const programs = snippets.filter(({ isRun }) => isRun);
const titled = (some: readonly Snippet[]) =>
  some.map((snippet) => [`${snippet.page}:${snippet.line}`, snippet] as const);

async function runsAsItSays(snippet: Snippet): Promise<void> {
  const expected = expectedOutput(snippet);
  const { lines, reports, unfinished } = await runBlock(join(folder, fileOf(snippet)), expected.length);
  expect(reports).toEqual([]);
  if (expected.length > 0) expect(lines).toEqual(expected);
  expect(unfinished, 'intervals that go on').toBe(0);
}

describe('the programs among them', () => {
  it('are many', () => {
    expect(programs.length).toBeGreaterThan(80);
  });

  it.each(titled(programs.filter((snippet) => !opensPorts(snippet))))(
    '%s',
    (_title, snippet) => {
      return runsAsItSays(snippet);
    },
    60_000,
  );
});

// On ports of a machine of its own.
describe.runIf(isNamespaced)('the programs among them that serve', () => {
  it.each(titled(programs.filter(opensPorts)))('%s', (_title, snippet) => runsAsItSays(snippet), 60_000);
});

// Both ends use the networks of the machine, so it needs one of its own.
describe.runIf(isNamespaced)('the connection alone of README.md', () => {
  const quickStart = snippets.find(({ page, code }) => page === 'README.md' && code.includes('Hi from P1'));
  const file = (): string => join(folder, quickStart === undefined ? 'missing' : fileOf(quickStart));

  it('runs in Node as it is, and the process ends by itself', async () => {
    expect(quickStart?.code.split('\n').length).toBeLessThan(30);
    const { code, lines, lingeredMs } = await runProgram(file());
    expect(lines).toEqual(['P2 received: Hi from P1']);
    expect(code).toBe(0);
    expectNoLingering([lingeredMs]);
  });

  it('runs in a browser as it is', async () => {
    const script = await bundleForPage(file());
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const line = page.waitForEvent('console');
      await page.setContent('<!doctype html><title>quick start</title>');
      await page.addScriptTag({ type: 'module', content: script });
      expect((await line).text()).toBe('P2 received: Hi from P1');
    } finally {
      await browser.close();
    }
  });
});
