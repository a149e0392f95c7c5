import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findBreaches, type SourceFiles } from './support/architecture.js';

const src = fileURLToPath(new URL('../src/', import.meta.url));

function readSrc(): SourceFiles {
  const paths = readdirSync(src, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
  return new Map(paths.filter((path) => path.endsWith('.ts')).map((path) => [path, readFileSync(src + path, 'utf8')]));
}

const breachesOf = (files: Record<string, string>): string[] => findBreaches(new Map(Object.entries(files)));

describe('the sources', () => {
  it('keep the rules of the rooms', () => {
    const files = readSrc();
    expect(files.size).toBeGreaterThan(0);
    expect(findBreaches(files)).toEqual([]);
  });
});

describe('the checker', () => {
  it('accepts what is allowed', () => {
    const files = {
      'index.ts': `/** The names. */\nexport { Signal } from './core/signal.js';\nexport type * from './core/types.js';`,
      'default-extension.node.ts': `export { NativeThing as DefaultExtension } from './extension/native/thing.js';`,
      'core/signal.ts': `import { TypedEventTarget } from 'typescript-event-target';\nexport class Signal {}`,
      'extension/contract.ts': `import { Signal } from '../core/signal.js';`,
      'extension/resource.ts': `import { DefaultExtension } from '#default-extension';\nimport './contract.js';`,
      'extension/native/thing.ts': `import { createRequire } from 'node:module';\nimport '../contract.js';\nconst nd = require('node-datachannel'); process.nextTick(nd);`,
      'extension/browser/thing.ts': `import '../contract.js';\nconst pc = new RTCPeerConnection(); window.x;`,
      'multiplayer/rpc/rpc.ts': `import { Signal } from '../../core/signal.js';\nimport '../peer.js';`,
      'multiplayer/peer.ts': `import '../extension/contract.js';`,
      'nodes/babylon/host.ts': `import '../spawner.js';`,
      'lobby/client/lobby-session.ts': `import '../../multiplayer/peer.js';`,
      'cli/main.ts': `import '../lobby/server/server.js'; import fs from 'node:fs';`,
    };
    expect(breachesOf(files)).toEqual([]);
  });

  it.each([
    ['core/a.ts', `import '../extension/b.js';`, 'core may not import extension'],
    ['core/a.ts', `export * from '../multiplayer/b.js';`, 'core may not import multiplayer'],
    ['core/a.ts', `import ws from 'ws';`, 'core may not import the package ws'],
    ['core/a.ts', `import type { X } from 'node:fs';`, "core may not import Node's node:fs"],
    ['core/a.ts', `const x = await import('../nodes/b.js');`, 'core may not import nodes'],
    ['core/a.ts', `import {\n  A,\n  B,\n} from "../lobby/b.js";`, 'core may not import lobby'],
    ['core/a.ts', `import { D } from '#default-extension';`, 'core may not import #default-extension'],
    ['extension/a.ts', `import './native/b.js';`, 'extension may not import extension/native'],
    ['extension/a.ts', `import '../multiplayer/b.js';`, 'extension may not import multiplayer'],
    ['extension/browser/a.ts', `import '../native/b.js';`, 'extension/browser may not import extension/native'],
    ['extension/native/a.ts', `import '../loopback/b.js';`, 'extension/native may not import extension/loopback'],
    ['extension/loopback/a.ts', `import 'node:net';`, "extension/loopback may not import Node's node:net"],
    ['extension/a.ts', `const n = require('node-datachannel');`, 'may not import the package node-datachannel'],
    ['multiplayer/a.ts', `import '../nodes/b.js';`, 'multiplayer may not import nodes'],
    ['multiplayer/a.ts', `import '../extension/browser/b.js';`, 'multiplayer may not import extension/browser'],
    ['nodes/a.ts', `import './three/b.js';`, 'nodes may not import nodes/three'],
    ['nodes/three/a.ts', `import * as THREE from 'three';`, 'nodes/three may not import the package three'],
    ['nodes/three/a.ts', `import '../babylon/b.js';`, 'nodes/three may not import nodes/babylon'],
    ['lobby/a.ts', `import '../multiplayer/b.js';`, 'lobby may not import multiplayer'],
    ['lobby/server/a.ts', `import '../client/b.js';`, 'lobby/server may not import lobby/client'],
    ['media/a.ts', `import '../tools/overlay/b.js';`, 'media may not import tools/overlay'],
    ['core/a.ts', `import '../../test/b.js';`, 'outside of src'],
    ['core/a.ts', `import '../index.js';`, 'imports the entry index.ts'],
    ['core/a.ts', `import './b';`, 'a path ends with .js'],
    ['elsewhere/a.ts', '', 'is in no room'],
    ['index.ts', `export { x } from './core/x.js';\nconsole.log(1);`, 'an entry holds re-exports only'],
    ['index.ts', `export * from '../bench/x.js';`, 'an entry re-exports from rooms only'],
    ['index.ts', `export * from 'three';`, 'an entry re-exports from rooms only'],
  ])('in %s refuses %s', (file, text, breach) => {
    expect(breachesOf({ [file]: text })).toEqual([expect.stringContaining(breach)]);
  });

  it.each([
    ['extension/a.ts', 'const pc: RTCPeerConnection = f();', 'RTCPeerConnection'],
    ['extension/a.ts', 'const s = (globalThis as { RTCPeerConnection?: unknown });', 'RTCPeerConnection'],
    ['multiplayer/a.ts', 'type T = RTCSessionDescriptionInit;', 'RTCSessionDescriptionInit'],
    ['core/a.ts', 'if (document.hidden) stop();', 'document'],
    ['core/a.ts', "if (typeof window !== 'undefined') stop();", 'window'],
    ['core/a.ts', `log(\`at \${globalThis.location.href}\`);`, 'location'],
    ['core/a.ts', 'const level = process.env.LEVEL;', 'process'],
    ['extension/loopback/a.ts', 'const b = Buffer.from(x);', 'Buffer'],
  ])('in %s refuses the global in %s', (file, text, name) => {
    expect(breachesOf({ [file]: text })).toEqual([expect.stringContaining(`may not use the global ${name}`)]);
  });

  it.each([
    ['const x = y as any;', 'the type any'],
    ['let list: any[] = [];', 'the type any'],
    ['let map: Map<string, any>;', 'the type any'],
    ['export enum State { A }', 'an enum'],
    ['declare namespace N { }', 'a namespace'],
  ])('refuses the code %j', (text, what) => {
    expect(breachesOf({ 'core/a.ts': text })).toEqual([expect.stringContaining(what)]);
  });

  it('refuses a file above 400 lines', () => {
    expect(breachesOf({ 'core/a.ts': 'f();\n'.repeat(400) })).toEqual([]);
    expect(breachesOf({ 'core/a.ts': 'f();\n'.repeat(401) })).toEqual(['core/a.ts: has 401 lines, more than 400']);
  });

  it('finds cycles, also those through the choice of the back end', () => {
    const pair = { 'core/a.ts': `import './b.js';`, 'core/b.ts': `import type { A } from './a.js';` };
    expect(breachesOf(pair)).toEqual(['cycle: core/a.ts -> core/b.ts -> core/a.ts']);
    const chosen = breachesOf({
      'extension/a.ts': `import { D } from '#default-extension';`,
      'default-extension.node.ts': `export { N } from './extension/native/n.js';`,
      'extension/native/n.ts': `import '../a.js';`,
    });
    expect(chosen).toEqual([
      'cycle: extension/a.ts -> default-extension.node.ts -> extension/native/n.ts -> extension/a.ts',
    ]);
  });

  it('takes no word in a comment, a string or a pattern for code', () => {
    const text = `
      // any enum X { import '../nodes/x.js' } RTCPeerConnection document.title
      /* import x from 'ws'; */
      const a = 'as any document.title process.env';
      const b = \`namespace X { RTCPeerConnection \${a} enum Y {\`;
      const c = /as any ['"] RTCDataChannel/;
      const quote = /'/g;
      const window = { size: 1 };
      this.#window.x; window.size; peer.document.x; WebRTCPeerConnection; any();
    `;
    expect(breachesOf({ 'core/a.ts': text })).toEqual([]);
  });
});
