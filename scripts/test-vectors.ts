/**
 * `npm run test:vectors [-- DIR]`: replays what Godot did, from test/vectors or another folder of the same form. Each
 * NAME-vectors.json that is there is replayed by test/multiplayer/NAME-vectors.test.ts. The last line holds the sum.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { canMakeNamespace, makeNamespace } from './lib/namespace.js';
import { inRoot } from './lib/paths.js';
import { runVitest } from './lib/vitest.js';

const folder = resolve(process.argv[2] ?? 'test/vectors');

/** The tests that replay what is in the folder. */
function replays(): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('-vectors.json'));
  return files.sort().flatMap((file) => {
    const test = `test/multiplayer/${file.replace(/\.json$/, '.test.ts')}`;
    if (existsSync(inRoot(test))) return [test];
    console.log(`${file}: nothing here replays it`);
    return [];
  });
}

async function main(): Promise<number> {
  if (!existsSync(folder)) {
    console.error(`there is no folder ${folder}\nusage: npm run test:vectors -- DIR`);
    return 2;
  }
  const made = canMakeNamespace() ? makeNamespace() : undefined;
  const namespace = typeof made === 'string' ? undefined : made;
  const reports = mkdtempSync(join(tmpdir(), 'scenewire-vectors-'));
  let sum = { passed: 0, all: 0 };
  for (const test of replays()) {
    const label = test.replace(/^.*\/|\.test\.ts$/g, '');
    const env = { SCENEWIRE_VECTORS: folder };
    const { counts, output } = await runVitest({
      project: 'multiplayer',
      label,
      reports,
      namespace,
      env,
      args: [test],
    });
    const all = counts.passed + counts.failed + counts.skipped;
    if (counts.failed > 0) console.log(output);
    console.log(`${label}: ${counts.passed} of ${all}`);
    sum = { passed: sum.passed + counts.passed, all: sum.all + all };
  }
  rmSync(reports, { recursive: true, force: true });
  console.log(`vectors: ${sum.passed} of ${sum.all}`);
  return sum.passed === sum.all && sum.all > 0 ? 0 : 1;
}

process.exitCode = await main();
