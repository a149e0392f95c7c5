import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { inRoot } from '../../../scripts/lib/paths.js';
import { run } from '../../../scripts/lib/process.js';

export const arenaProject = inRoot('samples/arena/godot');

/** The game of samples/arena/godot, run with a home of its own that is removed. */
export async function runArena(
  project: string,
  ...args: readonly string[]
): Promise<{ code: number; lines: string[] }> {
  const program = process.env.SCENEWIRE_GODOT;
  if (!program) throw new Error('No Godot to test against; run these tests with: npm run test:godot');
  const home = await mkdtemp(join(tmpdir(), 'scenewire-godot-'));
  try {
    const env = { HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home };
    const { code, output } = await run(program, ['--headless', '--path', project, '--', ...args], { env });
    return { code, lines: output.trimEnd().split('\n') };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** The same, for a game that has to end well; gives what it wrote. */
export async function playArena(project: string, ...args: readonly string[]): Promise<string[]> {
  const { code, lines } = await runArena(project, ...args);
  expect(code, lines.join('\n')).toBe(0);
  return lines;
}

/** A copy of the project that has an extension in its addons, as the editor knows it after an import. */
export async function arenaWith(extension: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'scenewire-arena-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(arenaProject, folder, { recursive: true, filter: (path) => basename(path) !== '.godot' });
  await mkdir(join(folder, 'addons'));
  await symlink(dirname(extension), join(folder, 'addons/webrtc'));
  await mkdir(join(folder, '.godot'));
  await writeFile(join(folder, '.godot/extension_list.cfg'), `res://addons/webrtc/${basename(extension)}\n`);
  return folder;
}

/** The lines of a summary, among others. */
export const summaryIn = (lines: readonly string[]): string[] =>
  lines.filter((line) => /^round |: \d+ points, /.test(line));
