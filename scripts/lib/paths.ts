import { fileURLToPath } from 'node:url';

/** The repository's folder, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The path of a file of the repository. */
export const inRoot = (path: string): string => `${root}${path}`;

/** The path of a program that npm installed here, as a file for `node` to run. */
export const tools = {
  tsc: inRoot('node_modules/typescript/bin/tsc'),
  biome: inRoot('node_modules/@biomejs/biome/bin/biome'),
  publint: inRoot('node_modules/publint/src/cli.js'),
  attw: inRoot('node_modules/@arethetypeswrong/cli/dist/index.js'),
  vitest: inRoot('node_modules/vitest/vitest.mjs'),
} as const;
