import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import '@babylonjs/core/Materials/standardMaterial.js';
import { LobbyServer } from 'scenewire/lobby-server';
import { afterEach, describe, expect, it } from 'vitest';
import { inRoot } from '../../scripts/lib/paths.js';
import { snippetsOf } from './support/snippets.js';

const ENDS: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ENDS.splice(0).reverse()) await end();
});

/** The README's game as a module, with the address of this test's lobby in it. */
async function loadGame(port: number): Promise<{ play(scene: Scene, code?: string): Promise<string> }> {
  const text = readFileSync(inRoot('README.md'), 'utf8');
  const game = snippetsOf('README.md', text).find(({ code }) => code.includes('export async function play('));
  if (game === undefined) throw new Error('the README has no game');
  mkdirSync(inRoot('.cache'), { recursive: true });
  const folder = mkdtempSync(inRoot('.cache/readme-'));
  ENDS.push(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'game.ts');
  writeFileSync(file, game.code.replace('ws://localhost:9080', `ws://127.0.0.1:${port}`));
  return import(file);
}

/** A scene that is rendered as fast as a browser would. */
function openScene(): Scene {
  const engine = new NullEngine();
  const scene = new Scene(engine);
  new FreeCamera('camera', Vector3.Zero(), scene).layerMask = 0;
  engine.runRenderLoop(() => scene.render());
  ENDS.push(() => engine.dispose());
  return scene;
}

/** Looks once per frame. */
async function seen<T>(scene: Scene, look: () => T | null | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => scene.onAfterRenderObservable.addOnce(resolve));
  }
}

describe('the game of the README', () => {
  it('is played: the guest drives a box, and the host sees it move', async () => {
    const server = new LobbyServer({ port: 0, host: '127.0.0.1', log: () => {} });
    ENDS.push(() => server.close());
    const address = await server.listen();
    const { play } = await loadGame(address?.port ?? 0);
    const [host, guest] = [openScene(), openScene()];
    const code = await play(host);
    await play(guest, code);
    const own = await seen(guest, () => guest.meshes.find(({ name }) => /^player(?!1$)\d+$/.test(name)));
    const theirs = await seen(host, () => host.getMeshByName(own.name));
    own.position.set(3, 4, 5);
    await seen(host, () => theirs.position.equalsWithEpsilon(own.position, 0.001));
    expect(guest.getMeshByName('player1')).not.toBeNull();
    expect(host.meshes).toHaveLength(2);
  });
});
