import { resolve } from 'node:path';
import { build } from 'esbuild';
import type { World } from '../../conformance/support/world.js';
import { LocalWorld } from '../../conformance/support/world.js';
import * as inWorld from './in-world.js';

declare global {
  var hostile: typeof inWorld;
}

let bundled: Promise<string> | null = null;

/** Brings the functions of in-world.ts to where a back end lives, as `hostile`. */
export async function enter(world: World): Promise<void> {
  if (world instanceof LocalWorld) {
    globalThis.hostile = inWorld;
    return;
  }
  bundled ??= bundle();
  // biome-ignore lint/security/noGlobalEval: the world is a page, and this is its script
  await world.run((_lab, script) => void globalThis.eval(script), await bundled);
}

async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [resolve(import.meta.dirname, 'in-world-bundle.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    tsconfigRaw: {},
  });
  return result.outputFiles[0]?.text ?? '';
}
