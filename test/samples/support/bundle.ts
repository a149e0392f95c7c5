import * as esbuild from 'esbuild';
import { inRoot } from '../../../scripts/lib/paths.js';

/** A program for a page, with the library's sources in it. */
export async function bundleForPage(file: string): Promise<string> {
  const result = await esbuild.build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    tsconfigRaw: {},
    logLevel: 'error',
    alias: {
      scenewire: inRoot('src/index.ts'),
      'scenewire/testing': inRoot('src/testing.ts'),
      '#default-extension': inRoot('src/default-extension.browser.ts'),
      '#variant-codec': inRoot('src/variant-codec.browser.ts'),
      '#websocket': inRoot('src/websocket.browser.ts'),
    },
  });
  return result.outputFiles[0]?.text ?? '';
}
