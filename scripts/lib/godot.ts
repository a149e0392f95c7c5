import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fetchGodot } from './godot-fetch.js';
import { run } from './process.js';

/** The version whose wire protocol this library speaks. */
export const GODOT_VERSION = '4.6.3';

/** A Godot that tests can start, and its version as in "4.6.3". */
interface Found {
  readonly kind: 'found';
  readonly program: string;
  readonly version: string;
}

/** None: the machine can't have one. Broken: the user named one that does not start. */
type Godot = Found | { readonly kind: 'none' | 'broken'; readonly why: string };

const OWN = 'SCENEWIRE_GODOT=/path/to/godot npm run test:godot';

/** Where fetched Godots are kept, one folder per version, for all clones of this user. */
const cacheFolder = (): string => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'scenewire', 'godot');

/**
 * The Godot that SCENEWIRE_GODOT names, one that was fetched before, or one fetched now.
 */
export async function ensureGodot(): Promise<Godot> {
  const own = process.env.SCENEWIRE_GODOT;
  if (own) return (await ask(own)) ?? { kind: 'broken', why: `SCENEWIRE_GODOT=${own} is no Godot that starts here` };
  const kept = await findKept();
  if (kept) return kept;
  const problem = (await fetchGodot(cacheFolder())) ?? 'the Godot that was fetched does not start';
  return (await findKept()) ?? { kind: 'none', why: `${problem}. With a Godot of your own: ${OWN}` };
}

/** The wanted version first, whatever else has been fetched. */
async function findKept(): Promise<Found | undefined> {
  const folder = cacheFolder();
  const versions = existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : [];
  versions.sort((a, b) => Number(isWanted(b)) - Number(isWanted(a)));
  for (const version of versions) {
    const godot = await ask(join(folder, version, 'start'));
    if (godot) return godot;
  }
  return undefined;
}

const isWanted = (version: string): boolean => version.startsWith(`${GODOT_VERSION}+`);

/** Starts it to learn its version. */
async function ask(program: string): Promise<Found | undefined> {
  const { code, output } = await run(program, ['--version']);
  const version = versionIn(output);
  return code === 0 && version !== undefined ? { kind: 'found', program, version } : undefined;
}

/** "4.6.3.stable.debian4.6.3+ds-3" is 4.6.3, "4.7.stable.official" is 4.7. */
export const versionIn = (output: string): string | undefined => /^(\d+\.\d+(?:\.\d+)?)\./m.exec(output)?.[1];
