import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { inRoot } from './paths.js';

const noteFile = inRoot('.cache/built');

/** What dist is made of, besides all of src. */
const SETTINGS = [
  'esbuild.config.ts',
  'package.json',
  'package-lock.json',
  'scripts/lib/constants.ts',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** Changes with anything that dist is made of. */
function fingerprint(): string {
  const sources = readdirSync(inRoot('src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.ts$/.test(file),
  );
  const hash = createHash('sha256');
  for (const file of [...sources.map((name) => `src/${name}`).sort(), ...SETTINGS]) {
    hash.update(`${file}\n`).update(readFileSync(inRoot(file)));
  }
  return hash.digest('hex');
}

/** Whether dist is what a build would make. */
export const isBuilt = (): boolean =>
  existsSync(noteFile) && existsSync(inRoot('dist/index.d.ts')) && readFileSync(noteFile, 'utf8') === fingerprint();

/** Runs a build, and remembers what it was made of if it is a good one. */
export async function rememberBuild(build: () => Promise<boolean>): Promise<void> {
  rmSync(noteFile, { force: true });
  const before = fingerprint();
  if (!(await build())) return;
  mkdirSync(inRoot('.cache'), { recursive: true });
  writeFileSync(noteFile, before);
}
