import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inRoot } from '../../scripts/lib/paths.js';
import { launchChromium } from '../support/browsers.js';
import { Garden } from './support/garden.js';
import { Program, shell } from './support/program.js';
import { Chapter } from './support/readme.js';
import { Registry } from './support/registry.js';

const PATIENCE_MS = 120_000;

/** Where each page of the quick starts has its mouse, and so its box, in parts of the page. */
const PLACES = { 'Babylon.js': [0.25, 0.25], 'three.js': [0.5, 0.75], 'react-three-fiber': [0.75, 0.5] } as const;
type Engine = keyof typeof PLACES;
const ENGINES = Object.keys(PLACES) as Engine[];
const SERVER = 'A dedicated server in Node';

/** The commands and programs of the README, letter by letter, with the package as it would be published. */
describe('the quick starts of the README', () => {
  const home = mkdtempSync(join(tmpdir(), 'scenewire-quick-starts-'));
  const folderOf = (chapter: string): string => join(home, chapter.replaceAll(/\W/g, ''));
  const intro = new Chapter('Quick start');
  const addresses = new Map<Engine, string>();
  const ends: (() => Promise<unknown>)[] = [];
  const afterwards: (() => Promise<unknown>)[] = [];
  let browser: Browser;

  beforeAll(async () => {
    await shell(`npm pack --ignore-scripts --silent --pack-destination ${home}`, { cwd: inRoot('') });
    const archive = readdirSync(home).find((name) => name.endsWith('.tgz')) ?? 'none';
    const registry = await Registry.open(join(home, archive));
    afterwards.push(() => registry.close());
    const npm = { npm_config_registry: registry.url, npm_config_cache: join(home, 'cache'), npm_config_audit: 'false' };
    await Promise.all([...ENGINES, SERVER].map((name) => install(name, npm)));
    await Promise.all(ENGINES.map(serve));
    browser = await launchChromium();
    afterwards.push(() => browser.close());
  }, 300_000);
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  afterAll(async () => {
    for (const end of afterwards.splice(0).reverse()) await end();
    rmSync(home, { recursive: true, force: true });
  }, 60_000);

  /** An empty folder becomes what the chapter says. */
  async function install(name: string, env: Record<string, string>): Promise<void> {
    const [chapter, folder] = [new Chapter(name), folderOf(name)];
    mkdirSync(folder);
    await shell(chapter.command('npm install scenewire'), { cwd: folder, env });
    if (name === SERVER) {
      writeFileSync(join(folder, 'server.mjs'), chapter.code('ts'));
      return;
    }
    const page = intro.code('html');
    const isReact = name === 'react-three-fiber';
    writeFileSync(join(folder, 'index.html'), isReact ? page.replace('main.ts', 'main.js') : page);
    if (isReact) writeFileSync(join(folder, 'main.tsx'), chapter.code('tsx'));
    // One line more, by which the test sees Babylon's scene; three.js shows its scenes to developer tools.
    else writeFileSync(join(folder, 'main.ts'), `${chapter.code('ts')}\nObject.assign(globalThis, { scene });\n`);
  }

  async function serve(name: Engine): Promise<void> {
    const isReact = name === 'react-three-fiber';
    const program = new Program(new Chapter(name).command(isReact ? 'npx esbuild' : 'npx vite'), {
      cwd: folderOf(name),
    });
    afterwards.push(() => program.stop());
    const [address] = await program.says(/http:\/\/(?:localhost|127\.0\.0\.1):\d+\//);
    addresses.set(name, address);
  }

  async function startLobby(): Promise<void> {
    const lobby = new Program(intro.command('npx scenewire lobby'), { cwd: folderOf(SERVER) });
    ends.push(() => lobby.stop());
    await lobby.says(/"listening"/);
  }

  /** All at once. */
  async function enterAll(names: readonly Engine[]): Promise<Map<Engine, Garden>> {
    const enter = async (name: Engine): Promise<[Engine, Garden]> => {
      const garden = await Garden.open(browser, addresses.get(name) ?? '');
      ends.push(() => garden.close());
      return [name, garden];
    };
    return new Map(await Promise.all(names.map(enter)));
  }

  /** All of them drive, and see the same. */
  async function play(gardens: ReadonlyMap<Engine, Garden>): Promise<void> {
    for (const [name, garden] of gardens) await garden.moveMouse(PLACES[name]);
    const wanted = [...gardens.keys()].map((name) => PLACES[name]).map(([x, y]) => [8 * x - 4, 4 - 8 * y]);
    for (const garden of gardens.values()) await garden.sees(wanted);
    for (const garden of gardens.values()) expect(garden.problems).toEqual([]);
  }

  it(
    'play in one room that a page has made, and who leaves is gone',
    async () => {
      await startLobby();
      const gardens = await enterAll(['react-three-fiber']);
      for (const [name, garden] of await enterAll(['Babylon.js', 'three.js'])) gardens.set(name, garden);
      await play(gardens);
      await gardens.get('Babylon.js')?.close();
      gardens.delete('Babylon.js');
      await play(gardens);
    },
    PATIENCE_MS,
  );

  it(
    'play in the room of the dedicated server, which is reached by WebSocket as well',
    async () => {
      await startLobby();
      const server = new Program(new Chapter(SERVER).command('node server.mjs'), { cwd: folderOf(SERVER) });
      ends.push(() => server.stop());
      await server.says(/The garden is open/);
      await play(await enterAll(ENGINES));
      expect(server.output).toBe('The garden is open\n');
    },
    PATIENCE_MS,
  );
});
