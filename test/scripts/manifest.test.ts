import { describe, expect, it } from 'vitest';
import { compareDist, entrySources, type Manifest, namedFiles } from '../../scripts/lib/manifest.js';

const manifest: Manifest = {
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
  imports: { '#choice': { node: { default: './dist/choice.node.js' }, default: './dist/choice.browser.js' } },
  unpkg: './dist/all.iife.js',
};

const built = ['dist/index.d.ts', 'dist/index.js', 'dist/choice.node.js', 'dist/choice.browser.js', 'dist/all.iife.js'];

describe('what package.json names', () => {
  it('is every file in dist, once', () => {
    expect(namedFiles(manifest)).toEqual([...built].sort());
  });

  it('is built from the sources of the modules', () => {
    expect(entrySources(manifest)).toEqual(['src/choice.browser.ts', 'src/choice.node.ts', 'src/index.ts']);
  });
});

describe('compareDist', () => {
  it('accepts what was named, with chunks, maps and other declarations', () => {
    expect(compareDist(manifest, [...built, 'dist/index.js.map', 'dist/chunks', 'dist/other.d.ts'])).toEqual([]);
  });

  it('finds a named file that was not built', () => {
    expect(compareDist(manifest, built.slice(1))).toEqual(['dist/index.d.ts: named by package.json, but not built']);
  });

  it('finds an entry that is not named', () => {
    expect(compareDist(manifest, [...built, 'dist/more.js'])).toEqual(['dist/more.js: built, but not named']);
  });
});
