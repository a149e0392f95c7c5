import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** How far below the folder that the user names the extension may be: addons, webrtc_native. */
const MAX_DEPTH = 3;

/** Godot's WebRTC extension, or a sentence for the user. */
export type WebRTCExtension = { readonly file: string } | { readonly problem: string };

/** The .gdextension file at a path: the file itself, or one in a folder. */
export function findWebRTCExtension(path: string): WebRTCExtension {
  const start = resolve(path);
  const file = path === '' || !existsSync(start) ? undefined : findIn(start, MAX_DEPTH);
  if (file !== undefined) return { file };
  const problem = `no .gdextension file at "${path}": --webrtc wants the folder of Godot's WebRTC extension, such as addons/webrtc_native`;
  return { problem };
}

function findIn(path: string, depth: number): string | undefined {
  if (!statSync(path).isDirectory()) return path.endsWith('.gdextension') ? path : undefined;
  if (depth === 0) return undefined;
  for (const name of readdirSync(path).sort()) {
    const found = findIn(join(path, name), depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
