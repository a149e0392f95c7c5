import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inRoot, tools } from '../../scripts/lib/paths.js';
import { run } from '../../scripts/lib/process.js';
import { sourceAliases } from '../../scripts/lib/source-aliases.js';

/** The only one, and it has its types in it. */
const DEPENDENCY = 'typescript-event-target';
const adapters = ['babylon', 'three', 'react-three-fiber', 'headless'] as const;
/** What an adapter may leave to be found beside it. */
const peers = { 'react-three-fiber': ['react', '@react-three/fiber'] } as Partial<Record<string, readonly string[]>>;

describe.each(adapters)('scenewire/%s', (name) => {
  it('has no code of an engine in it, and imports none', async () => {
    const { metafile } = await esbuild.build({
      entryPoints: [inRoot(`src/${name}.ts`)],
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'browser',
      absWorkingDir: inRoot(''),
      external: [...(peers[name] ?? [])],
      outdir: inRoot('nowhere'),
      alias: sourceAliases('browser'),
    });
    const foreign = Object.keys(metafile.inputs).filter((path) => path.includes('node_modules'));
    expect(foreign.filter((path) => !path.includes(DEPENDENCY))).toEqual([]);
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
    const outside = new Set(imports.filter(({ external }) => external).map(({ path }) => path));
    expect([...outside].sort()).toEqual([...(peers[name] ?? [])].sort());
  });
});

describe('the published types', () => {
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'scenewire-types-'));
    const args = [tools.tsc, '-p', inRoot('tsconfig.build.json'), '--outDir', join(folder, 'dist')];
    copyFileSync(inRoot('package.json'), join(folder, 'package.json'));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(inRoot(`node_modules/${DEPENDENCY}`), join(folder, 'node_modules', DEPENDENCY), 'junction');
    const { code, output } = await run(process.execPath, args);
    expect(output, 'the declarations are made').toBe('');
    expect(code).toBe(0);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Type-checks a program beside the declarations, with nothing in reach but what is installed along. */
  async function check(program: string): Promise<string> {
    const place = mkdtempSync(join(folder, 'user-'));
    const types = `${folder}/dist`;
    writeFileSync(join(place, 'user.ts'), program);
    const paths = Object.fromEntries([
      ['scenewire', [`${types}/index.d.ts`]],
      ...adapters.map((name) => [`scenewire/${name}`, [`${types}/${name}.d.ts`]]),
    ]);
    const compilerOptions = {
      ...{ strict: true, skipLibCheck: false, noEmit: true, types: [], module: 'nodenext', target: 'es2022' },
      ...{ lib: ['es2023', 'dom', 'esnext.disposable'], paths },
    };
    writeFileSync(join(place, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['user.ts'] }));
    return (await run(process.execPath, [tools.tsc, '-p', place])).output;
  }

  it('name no engine', () => {
    const named: string[] = [];
    for (const file of readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.d.ts')) continue;
      const text = readFileSync(join(folder, 'dist', file), 'utf8');
      // What stands in examples needs no types.
      const code = text.replaceAll(/\/\*\*.*?\*\//gs, '');
      if (/from ['"](?:@babylonjs|three|babylonjs)/.test(code)) named.push(file);
    }
    expect(named).toEqual([]);
  });

  it('are complete for somebody who has no engine at all, without skipLibCheck', async () => {
    const program = `import { SceneMultiplayer } from 'scenewire';
import { attach as toBabylon } from 'scenewire/babylon';
import { createHeadless } from 'scenewire/headless';
import { attach as toThree } from 'scenewire/three';
export const all = [SceneMultiplayer, toBabylon, toThree, createHeadless];
export const wrong: number = toThree;
`;
    const output = await check(program);
    // What is wrong on purpose, so that this can fail, and nothing else.
    expect(output.split('\n').filter((line) => line.includes('error'))).toEqual([
      expect.stringMatching(/user\.ts\(6,14\): error TS2322/),
    ]);
  }, 60_000);
});
