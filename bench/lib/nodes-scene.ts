import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Scene as BabylonScene } from '@babylonjs/core/scene.js';
import {
  type MultiplayerPeer,
  type ReplicatedProperties,
  type Replication,
  replicate,
  type SceneNetwork,
} from 'scenewire';
import { attach as attachToBabylon } from 'scenewire/babylon';
import { ManualClock } from 'scenewire/testing';
import { attach as attachToThree } from 'scenewire/three';
import { Object3D, Scene as ThreeScene } from 'three';

/** Whole numbers: a clock that counts in fractions allocates by itself. */
const FRAME_MS = 16;

/** Many nodes of an engine, in a network or not. */
export interface NodesScene {
  /** Null: the engine alone. */
  readonly network: SceneNetwork | null;
  /** As a game moves its nodes: the first so many, each to another place. */
  move(count: number, frame: number): void;
  /** What the engine does for a frame, with the network in it. */
  frame(): void;
  /** Time passes without a frame. */
  pass(ms: number): void;
  close(): void;
}

export interface NodesSetup {
  readonly peer: MultiplayerPeer | null;
  readonly rule: Replication;
  readonly count: number;
}

function share(node: object, rule: Replication): void {
  replicate(node, { position: rule, quaternion: rule } as ReplicatedProperties<object>);
}

export function babylonNodes({ peer, rule, count }: NodesSetup): NodesScene {
  const engine = new NullEngine();
  const scene = new BabylonScene(engine);
  // Nothing is drawn, but all else is done.
  new FreeCamera('camera', Vector3.Zero(), scene).layerMask = 0;
  const clock = new ManualClock(1000);
  const network = peer === null ? null : attachToBabylon(scene, { clock, heartbeat: null });
  const world = new TransformNode('World', scene);
  const nodes = Array.from({ length: count }, (_, at) => {
    const node = new TransformNode(`n${at}`, scene);
    node.parent = world;
    node.rotationQuaternion = node.rotation.toQuaternion();
    if (network !== null) share(node, rule);
    return node;
  });
  if (network !== null) network.multiplayer.multiplayerPeer = peer;
  return {
    network: network as unknown as SceneNetwork | null,
    move(moving, frame) {
      for (let at = 0; at < moving; at += 1) {
        const { position, rotationQuaternion } = nodes[at] as TransformNode;
        position.set(at + frame * 0.25, frame * 0.5, at);
        rotationQuaternion?.set(0, (frame & 63) / 64, 0, 1);
      }
    },
    pass: (ms) => clock.advance(ms),
    frame() {
      clock.advance(FRAME_MS);
      engine.beginFrame();
      scene.render();
      engine.endFrame();
    },
    close() {
      network?.close();
      engine.dispose();
    },
  };
}

export function threeNodes({ peer, rule, count }: NodesSetup): NodesScene {
  const scene = new ThreeScene();
  const clock = new ManualClock(1000);
  const network = peer === null ? null : attachToThree(scene, { clock, heartbeat: null });
  const world = new Object3D();
  world.name = 'World';
  scene.add(world);
  const nodes = Array.from({ length: count }, (_, at) => {
    const node = new Object3D();
    node.name = `n${at}`;
    world.add(node);
    if (network !== null) share(node, rule);
    return node;
  });
  if (network !== null) network.multiplayer.multiplayerPeer = peer;
  const draw = (): void => scene.updateMatrixWorld();
  const loop = network === null ? draw : network.wrap<undefined>(draw);
  return {
    network: network as unknown as SceneNetwork | null,
    move(moving, frame) {
      for (let at = 0; at < moving; at += 1) {
        const { position, quaternion } = nodes[at] as Object3D;
        position.set(at + frame * 0.25, frame * 0.5, at);
        quaternion.set(0, (frame & 63) / 64, 0, 1);
      }
    },
    pass: (ms) => clock.advance(ms),
    frame() {
      clock.advance(FRAME_MS);
      loop(0, undefined);
    },
    close: () => network?.close(),
  };
}
