/** `npm run build`: dist, with declarations, checked against what package.json names. */
import { readdirSync } from 'node:fs';
import { build } from '../esbuild.config.js';
import { rememberBuild } from './lib/built.js';
import { compareDist, distFile, readManifest } from './lib/manifest.js';
import { inRoot, tools } from './lib/paths.js';
import { runNode } from './lib/process.js';

/** Gives what is wrong, as lines; nothing when the build is good. */
async function buildAll(): Promise<string[]> {
  try {
    await build();
  } catch {
    return ['the bundles could not be built: see above'];
  }
  const declarations = await runNode([tools.tsc, '-p', 'tsconfig.build.json']);
  const differences = compareDist(
    readManifest(),
    readdirSync(inRoot('dist'), { recursive: true, encoding: 'utf8' }).map(distFile),
  );
  return declarations.code === 0 ? differences : [declarations.output.trimEnd(), ...differences];
}

await rememberBuild(async () => {
  const problems = await buildAll();
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
  return problems.length === 0;
});
