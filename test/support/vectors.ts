import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Recorded by Godot 4.6.3; `npm run test:vectors -- DIR` replays another folder of the same form. */
const folder = process.env.SCENEWIRE_VECTORS ?? resolve(import.meta.dirname, '../vectors');

export function readVectors<T>(file: string): T {
  return JSON.parse(readFileSync(resolve(folder, file), 'utf8')) as T;
}
