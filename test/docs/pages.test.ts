import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as scenewire from 'scenewire';
import { describe, expect, it } from 'vitest';
import { entryPoints } from '../../scripts/lib/docs-api.js';
import { sidebarOf, toSitePage } from '../../scripts/lib/docs-pages.js';
import { inRoot } from '../../scripts/lib/paths.js';
import { quickStartsOf, withQuickStarts } from '../../scripts/lib/quick-starts.js';
import { exportedClasses } from './support/exported-classes.js';

const read = (file: string): string => readFileSync(inRoot(file), 'utf8');

/** Godot's classes that this library has. */
const GODOT = [
  ...['WebRTCPeerConnection', 'WebRTCDataChannel', 'WebRTCPeerConnectionExtension', 'WebRTCDataChannelExtension'],
  ...['PacketPeer', 'PacketPeerExtension', 'MultiplayerPeer', 'MultiplayerPeerExtension', 'WebRTCMultiplayerPeer'],
  ...[
    'WebSocketPeer',
    'WebSocketMultiplayerPeer',
    'OfflineMultiplayerPeer',
    'MultiplayerAPI',
    'MultiplayerAPIExtension',
  ],
  ...['SceneMultiplayer', 'MultiplayerSpawner', 'MultiplayerSynchronizer', 'SceneReplicationConfig'],
];

describe('docs/README.md', () => {
  const pages = readdirSync(inRoot('docs')).filter((file) => file.endsWith('.md') && file !== 'README.md');
  const listed = sidebarOf(read('docs/README.md')).flatMap(({ items }) =>
    items.map(({ link }) => `${link.slice(1)}.md`),
  );

  it('lists every page once, which makes the order of the site', () => {
    expect([...listed].sort()).toEqual(pages.sort());
  });
});

describe('the quick starts', () => {
  it('are those of README.md (npm run docs -- --quick-starts copies them)', () => {
    const blocks = quickStartsOf(read('README.md'));
    const headings = blocks.map(({ heading }) => heading);
    for (const engine of ['Babylon.js', 'three.js', 'react-three-fiber', 'A dedicated server in Node', 'Godot']) {
      expect(headings).toContain(engine);
    }
    const page = read('docs/quick-start.md');
    expect(withQuickStarts(page, blocks)).toBe(page);
    for (const { text } of blocks) expect(page).toContain(text);
  });
});

describe('docs/coming-from-godot.md', () => {
  it('has a row for each of the classes, and a page that its row leads to', () => {
    const rows = [...read('docs/coming-from-godot.md').matchAll(/^\| `(\w+)` \| \[`(\w+)`\]\(([\w-]+\.md)[)#]/gm)];
    expect(rows.map(([, godots]) => godots).sort()).toEqual([...GODOT].sort());
    for (const [, , ours = '', page] of rows) {
      expect(scenewire).toHaveProperty(ours);
      expect(existsSync(inRoot(`docs/${page}`))).toBe(true);
    }
  });
});

describe('the reference', () => {
  it('has what each entry is for, and its name, in the first comment of the entry', () => {
    for (const [name, file] of entryPoints()) {
      expect(read(file), file).toMatch(new RegExp(`^/\\*\\*\n \\* \\S[^@]*\n \\* @module ${name}\n \\*/\n\n`));
    }
  });

  it('has an example for every class that is exported', () => {
    const classes = exportedClasses();
    expect(classes.length).toBeGreaterThan(90);
    const without = classes.filter(({ comment }) => !/@example\n \* ```tsx?( run)?\n/.test(comment));
    expect(without.map(({ name }) => name)).toEqual([]);
  });
});

describe('links on the site', () => {
  const pages = new Map([
    ['README.md', 'readme.md'],
    ['docs/README.md', 'index.md'],
    ['docs/frame.md', 'frame.md'],
    ['samples/chat/README.md', 'samples/chat.md'],
  ]);

  it.each([
    ['docs/frame.md', '[a](README.md#begin)', '[a](./index.md#begin)'],
    ['docs/frame.md', '[a](../README.md)', '[a](./readme.md)'],
    ['README.md', '[a](docs/frame.md) [b](samples)', '[a](./frame.md) [b](./samples/index.md)'],
    ['samples/chat/README.md', '[a](../../docs/frame.md#limits)', '[a](../frame.md#limits)'],
    ['docs/frame.md', '![a](images/a.png)', '![a](./images/a.png)'],
    ['docs/frame.md', '[a](#limits) [b](https://example.org)', '[a](#limits) [b](https://example.org)'],
    ['docs/frame.md', '```\n[a](README.md)\n```', '```\n[a](README.md)\n```'],
  ])('in %s: %s', (file, text, expected) => {
    expect(toSitePage(file, text, pages).text).toBe(expected);
  });

  it('to sources lead to pages that show them', () => {
    const { text, sources } = toSitePage('docs/frame.md', '[a](../package.json)', pages);
    expect(text).toBe('[a](./source/package.json.md)');
    expect(sources).toEqual(['package.json']);
  });
});
