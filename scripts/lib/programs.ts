import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRoot, tools } from './paths.js';
import { type RunResult, run, runNode } from './process.js';
import type { Program } from './steps.js';

/** How each step that is a program runs. Output matters only when it fails. */
export const runProgram: Readonly<Record<Program, () => Promise<RunResult>>> = {
  types: () => runNode([tools.tsc, '--noEmit']),
  lint: () => runNode([tools.biome, 'check', '--error-on-warnings']),
  build: () => runScript('build'),
  package: lintPackage,
  size: () => runScript('size'),
};

const runScript = (name: string): Promise<RunResult> => runNode(['--import', 'tsx', inRoot(`scripts/${name}.ts`)]);

/** Packs what would be published and lets two linters look at it: exports map, types, files. */
async function lintPackage(): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'scenewire-pack-'));
  try {
    // --ignore-scripts: dist is there already, and prepack would build it again.
    const packed = await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder]);
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    if (packed.code !== 0 || archive === undefined) return { code: packed.code || 1, output: packed.output };
    const path = join(folder, archive);
    const publint = await runNode([tools.publint, path, '--strict']);
    const attw = await runNode([tools.attw, path, '--profile', 'esm-only', '--no-color', '--no-emoji']);
    return { code: publint.code || attw.code, output: publint.output + attw.output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
