import { readFileSync } from 'node:fs';
import { inRoot } from './paths.js';

/** A target in package.json's `exports` or `imports`: a path, or paths by condition. */
type Target = string | { readonly [condition: string]: Target };

export interface Manifest {
  readonly exports: { readonly [subpath: string]: Target };
  readonly imports: { readonly [name: string]: Target };
  /** Programs. */
  readonly bin?: { readonly [name: string]: string };
  /** The script-tag bundle, for the CDNs that look here. */
  readonly unpkg?: string;
  readonly jsdelivr?: string;
}

export const readManifest = (): Manifest => JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as Manifest;

export const distFile = (name: string): string => `dist/${name}`;

const paths = (target: Target): string[] =>
  typeof target === 'string' ? [target] : Object.values(target).flatMap(paths);

const modulePaths = (manifest: Manifest): string[] =>
  [...Object.values(manifest.exports), ...Object.values(manifest.imports), manifest.bin ?? {}].flatMap(paths);

/** Every file in dist that package.json names, without the leading `./`. */
export function namedFiles(manifest: Manifest): string[] {
  const scripts = [manifest.unpkg, manifest.jsdelivr].filter((path) => path !== undefined);
  const all = [...modulePaths(manifest), ...scripts].filter((path) => path.startsWith('./dist/'));
  return [...new Set(all.map((path) => path.slice('./'.length)))].sort();
}

/** The source file of every module that package.json names: dist/index.js is made from src/index.ts. */
export function entrySources(manifest: Manifest): string[] {
  const modules = modulePaths(manifest).filter((path) => path.startsWith('./dist/') && path.endsWith('.js'));
  return [...new Set(modules.map((path) => path.replace('./dist/', 'src/').replace(/\.js$/, '.ts')))].sort();
}

/** Compares dist with what package.json names; gives one line for each difference. */
export function compareDist(manifest: Manifest, built: readonly string[]): string[] {
  const named = namedFiles(manifest);
  const isEntry = (file: string): boolean => /^dist\/[^/]+\.js$/.test(file);
  return [
    ...named.filter((file) => !built.includes(file)).map((file) => `${file}: named by package.json, but not built`),
    ...built.filter((file) => isEntry(file) && !named.includes(file)).map((file) => `${file}: built, but not named`),
  ];
}
