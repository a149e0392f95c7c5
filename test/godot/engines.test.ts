import { type MultiplayerPeer, replicate, Vector3, WebSocketMultiplayerPeer } from 'scenewire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/extension/loopback/random.js';
import { SceneMultiplayer } from '../../src/multiplayer/scene/scene-multiplayer.js';
import { SceneTree } from '../../src/nodes/scene-tree.js';
import { type EngineLab, type EngineName, engines } from '../nodes/support/engines.js';
import { openGodotRoom } from './support/godot-room.js';

const room = openGodotRoom();
beforeEach(() => room.run('control.stage("poses")'));

const labs: EngineLab[] = [];
afterEach(() => {
  for (const lab of labs.splice(0)) lab.dispose();
});

/** Single precision, after a few multiplications. */
const DIGITS = 4;
const random = new Random(11);
const some = (): number => Math.round((random.float() * 8 - 4) * 1000) / 1000;

/** The scene of poses.tscn in an engine: two nodes, each with a tip at (1, 2, 3) in the space of the wire. */
class Poses {
  readonly #api = new SceneMultiplayer<object>();
  readonly lab: EngineLab;
  readonly tree: SceneTree<object>;
  readonly pose: object;
  readonly turned: object;
  readonly tips: { readonly Pose: object; readonly Turned: object };

  constructor(name: EngineName) {
    this.lab = engines[name]();
    labs.push(this.lab);
    this.tree = new SceneTree(this.lab.adapter);
    this.tree.setMultiplayer(this.#api);
    const poses = this.lab.make('Poses');
    this.pose = this.lab.make('Pose', poses);
    this.turned = this.lab.make('Turned', poses);
    this.tips = { Pose: this.#tipOf(this.pose), Turned: this.#tipOf(this.turned) };
    const spatial = { position: 'always', quaternion: 'always', scale: 'always', visible: 'onChange' } as const;
    replicate(this.pose, notSpawned(spatial), { name: 'PoseSync' });
    replicate(this.turned, notSpawned({ position: 'always', rotation: 'always' }), { name: 'TurnedSync' });
    this.tree.processFrame();
  }

  start(peer: MultiplayerPeer): void {
    this.#api.multiplayerPeer = peer;
    room.onEnd(() => peer.close());
    room.eachFrame(() => {
      this.tree.processFrame();
      this.tree.flush();
    });
  }

  /** Where a tip is, in the space of the wire, column by column. */
  matrixOf(name: 'Pose' | 'Turned'): number[] {
    return this.lab.worldMatrix(this.tips[name]);
  }

  /** Sets a property by its name on the wire. */
  set(node: object, property: string, value: Vector3): void {
    this.tree.setIndexed(node, property, value);
  }

  #tipOf(node: object): object {
    const tip = this.lab.make('Tip', node);
    this.tree.setIndexed(tip, 'position', new Vector3(1, 2, 3));
    return tip;
  }
}

type Modes = { readonly [property: string]: 'always' | 'onChange' };
const notSpawned = (modes: Modes): Record<string, { mode: 'always' | 'onChange'; spawn: false }> =>
  Object.fromEntries(Object.entries(modes).map(([name, mode]) => [name, { mode, spawn: false }]));

/** The same matrix in Godot. */
async function matrixInGodot(name: 'Pose' | 'Turned'): Promise<number[]> {
  const text = await room.run(`await get_tree().process_frame
var t = game.get_node("${name}/Tip").global_transform
return JSON.stringify([t.basis.x.x, t.basis.x.y, t.basis.x.z, 0, t.basis.y.x, t.basis.y.y, t.basis.y.z, 0,
	t.basis.z.x, t.basis.z.y, t.basis.z.z, 0, t.origin.x, t.origin.y, t.origin.z, 1])`);
  return JSON.parse(JSON.parse(text) as string) as number[];
}

const isClose = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, i) => Math.abs(value - (b[i] ?? Number.NaN)) < 10 ** -DIGITS);

describe.each(Object.keys(engines) as EngineName[])('%s and Godot see the same', (engine) => {
  it('what Godot turns, moves, stretches and hides', async () => {
    const poses = new Poses(engine);
    const peer = new WebSocketMultiplayerPeer();
    peer.createClient(`ws://127.0.0.1:${await room.run('return control.serve()')}`);
    poses.start(peer);
    for (let i = 0; i < 5; i += 1) {
      await room.run(`game.get_node("Pose").position = Vector3(${some()}, ${some()}, ${some()})
game.get_node("Pose").quaternion = Quaternion(${some()}, ${some()}, ${some()}, ${some()}).normalized()
game.get_node("Pose").scale = Vector3(2, ${Math.abs(some()) + 0.1}, 0.5)
game.get_node("Turned").position = Vector3(${some()}, ${some()}, ${some()})
game.get_node("Turned").rotation = Vector3(${some()}, ${some()}, ${some()})`);
      for (const name of ['Pose', 'Turned'] as const) {
        const there = await matrixInGodot(name);
        await room.until(
          () => isClose(poses.matrixOf(name), there),
          () => `${there}; it is ${poses.matrixOf(name)}`,
        );
      }
    }
    await room.run('game.get_node("Pose").visible = false');
    await room.reads(() => poses.tree.getIndexed(poses.pose, 'visible'), false);
  });

  it('what is turned, moved and stretched here', async () => {
    const poses = new Poses(engine);
    const peer = new WebSocketMultiplayerPeer();
    peer.createServer(0);
    poses.start(peer);
    await room.run(`control.join("ws://127.0.0.1:${peer.getServerPort()}")`);
    await room.told('connected_to_server');
    for (let i = 0; i < 5; i += 1) {
      poses.set(poses.pose, 'position', new Vector3(some(), some(), some()));
      poses.set(poses.pose, 'rotation', new Vector3(some(), some(), some()));
      poses.set(poses.pose, 'scale', new Vector3(2, Math.abs(some()) + 0.1, 0.5));
      poses.set(poses.turned, 'rotation', new Vector3(some(), some(), some()));
      for (const name of ['Pose', 'Turned'] as const) {
        let there: readonly number[] = [];
        for (let frames = 0; frames < 100 && !isClose(there, poses.matrixOf(name)); frames += 1) {
          await room.until(() => true);
          there = await matrixInGodot(name);
        }
        for (const [at, value] of poses.matrixOf(name).entries()) expect(there[at]).toBeCloseTo(value, DIGITS);
      }
    }
  });
});
