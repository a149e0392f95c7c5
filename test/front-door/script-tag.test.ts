import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../scripts/lib/manifest.js';
import { inRoot } from '../../scripts/lib/paths.js';
import { launchChromium } from '../support/browsers.js';
import { Garden } from './support/garden.js';
import { Chapter } from './support/readme.js';

const ORIGIN = 'http://playground.test';
const CDN = 'https://cdn.jsdelivr.net/npm/scenewire';

/** What Babylon's Playground does around a `createScene`, as far as that can see. */
const PLAYGROUND = `<!doctype html><title>playground</title>
<style>html, body, canvas { width: 100%; height: 100%; margin: 0; }</style>
<canvas id="renderCanvas"></canvas><script src="/babylon.js"></script>
<script>
  var canvas = document.getElementById('renderCanvas');
  var engine = new BABYLON.Engine(canvas, true);
  var scene;
</script>
<script src="/create-scene.js"></script>
<script>
  engine.runRenderLoop(() => scene && scene.activeCamera && scene.render());
  Promise.resolve(createScene()).then((made) => { scene = made; });
</script>`;

/** Three, and the three programs of a page with scripts alone. */
const THREE_PAGE = `<!doctype html><title>three</title><script src="${CDN}"></script><script src="/three.js"></script>
<script>
  const { lobby, replicate, spawnInto, three } = SCENEWIRE;
  const scene = new THREE.Scene();
  const room = new THREE.Group();
  room.name = 'Players';
  scene.add(room);
  const net = three.attach(scene);
  const players = spawnInto(room, {}, {
    spawn: (id) => {
      const box = new THREE.Group();
      box.name = 'player' + id;
      replicate(box, { position: 'always' }, { authority: id });
      return box;
    },
  });
  setInterval(net.wrap(() => {}), 16);
  const session = new lobby.LobbySession(lobby.broadcastLobby('garden'));
  session.join('garden', { create: {} }).then(() => {
    net.multiplayer.multiplayerPeer = session.peer;
    if (!session.isHost) return;
    players.spawn(1);
    net.multiplayer.peer_connected.connect((id) => players.spawn(id));
  });
  addEventListener('pointermove', ({ clientX, clientY }) => {
    const own = room.getObjectByName('player' + session.peer.getUniqueId());
    own?.position.set(8 * (clientX / innerWidth) - 4, 4 - 8 * (clientY / innerHeight), 0);
  });
</script>`;

/** All but those for Node, and for React, which is for bundlers. */
function entriesForPages(): string[] {
  const names = Object.keys(readManifest().exports).map((path) => path.slice('./'.length));
  return names.filter((name) => !['', 'package.json', 'lobby-server', 'react-three-fiber'].includes(name));
}

/** An engine as its package for script tags makes it: a global with everything. */
async function engineScript(globalName: string, engine: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '${engine}'`, resolveDir: inRoot('') },
    bundle: true,
    write: false,
    format: 'iife',
    globalName,
    minify: true,
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

describe('the script for pages without modules', () => {
  let browser: Browser;
  let context: BrowserContext;
  const files = new Map<string, string>();

  beforeAll(async () => {
    files.set('/', PLAYGROUND);
    files.set('/three', THREE_PAGE);
    files.set('/create-scene.js', new Chapter("A script tag, and Babylon's Playground").code('js'));
    files.set('/babylon.js', await engineScript('BABYLON', '@babylonjs/core'));
    files.set('/three.js', await engineScript('THREE', 'three'));
    browser = await launchChromium();
  }, 90_000);
  afterEach(() => context.close());
  afterAll(() => browser?.close());

  /** Two tabs of one browser, to which the addresses of the README are what this package has built. */
  async function open(...paths: readonly string[]): Promise<Garden[]> {
    context = await browser.newContext();
    await context.route(`${ORIGIN}/**`, (route) => {
      const { pathname } = new URL(route.request().url());
      const body = files.get(pathname);
      const contentType = pathname.endsWith('.js') ? 'text/javascript' : 'text/html';
      return body === undefined ? route.fulfill({ status: 404 }) : route.fulfill({ body, contentType });
    });
    await context.route(CDN, (route) =>
      route.fulfill({ body: readFileSync(inRoot('dist/scenewire.iife.js')), contentType: 'text/javascript' }),
    );
    const gardens: Garden[] = [];
    for (const path of paths) gardens.push(await Garden.openIn(context, ORIGIN + path));
    return gardens;
  }

  async function play(gardens: readonly Garden[]): Promise<void> {
    const places = gardens.map((_, index) => [0.25 + 0.25 * index, 0.75 - 0.5 * index] as const);
    for (const [index, garden] of gardens.entries()) await garden.moveMouse(places[index] as readonly [number, number]);
    const wanted = places.map(([x, y]) => [8 * x - 4, 4 - 8 * y]);
    for (const garden of gardens) {
      await garden.sees(wanted);
      expect(garden.problems).toEqual([]);
    }
  }

  it("plays the README's createScene in two Playgrounds, without a server", async () => {
    await play(await open('/', '/'));
  });

  it('plays in three.js, and with Babylon.js in one room', async () => {
    await play(await open('/three', '/'));
  });

  it('leaves one global, with what every entry for pages exports', async () => {
    context = await browser.newContext();
    const page: Page = await context.newPage();
    const before = await page.evaluate('Object.keys(globalThis)');
    await page.addScriptTag({ path: inRoot('dist/scenewire.iife.js') });
    const after = (await page.evaluate('Object.keys(globalThis)')) as string[];
    expect(after.filter((name) => !(before as string[]).includes(name))).toEqual(['SCENEWIRE']);
    for (const entry of entriesForPages()) {
      const names = Object.keys((await import(/* @vite-ignore */ `scenewire/${entry}`)) as object);
      expect(await page.evaluate(`Object.keys(SCENEWIRE.${entry})`), entry).toEqual(expect.arrayContaining(names));
    }
    const names = Object.keys((await import('scenewire')) as object);
    expect(await page.evaluate('Object.keys(SCENEWIRE)')).toEqual(expect.arrayContaining(names));
  });
});
