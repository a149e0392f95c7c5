import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Scene } from '@babylonjs/core/scene.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attach, type BabylonNetwork, NetworkBehavior } from '../../src/babylon.js';
import { defineRpcs } from '../../src/nodes/define-rpcs.js';
import { NodeScript } from '../../src/nodes/node-script.js';
import { recordErrors } from '../core/support/errors.js';

class Player extends NodeScript<TransformNode> {
  static readonly rpcs = defineRpcs(Player, { jump: {} });
  declare readonly rpcs: typeof Player.rpcs;
  health = 100;
  left = 0;

  _exitTree(): void {
    this.left += 1;
  }

  jump(): void {}
}

describe('NetworkBehavior', () => {
  const errors = recordErrors();
  let engine: NullEngine;
  let scene: Scene;
  let network: BabylonNetwork;

  beforeEach(() => {
    engine = new NullEngine();
    scene = new Scene(engine);
    new FreeCamera('camera', Vector3.Zero(), scene).layerMask = 0;
    network = attach(scene, { heartbeat: null });
  });
  afterEach(() => {
    network.close();
    engine.dispose();
    expect(errors).toEqual([]);
  });

  const put = () => {
    const node = new TransformNode('Hero', scene);
    const player = new Player();
    const behavior = new NetworkBehavior(network, {
      script: player,
      properties: { health: 'onChange', position: 'always' },
      interval: 0.05,
      name: 'State',
    });
    // A plain object to Babylon, and to its types.
    node.addBehavior(behavior);
    scene.render();
    return { node, player, behavior };
  };

  it('binds a script to its node and keeps properties of both the same', () => {
    const { node, player, behavior } = put();
    expect(network.tree.scriptOf(node)).toBe(player);
    expect(player.node).toBe(node);
    expect(behavior.node).toBe(node);
    expect(behavior.attachedNode).toBe(node);
    expect(node.getBehaviorByName('scenewire')).toBe(behavior);
    expect(network.tree.getNode('/root/Hero/State')).toBe(behavior.synchronizer);
    expect(behavior.synchronizer?.replicationInterval).toBe(0.05);
    expect(behavior.synchronizer?.replicationConfig?.getProperties()).toEqual(['.:health', '.:position']);
  });

  it('does without a script', () => {
    const node = new TransformNode('Rock', scene);
    const behavior = new NetworkBehavior(network, { properties: { position: 'always', rotationQuaternion: 'always' } });
    node.addBehavior(behavior);
    scene.render();
    expect(network.tree.scriptOf(node)).toBeNull();
    expect(behavior.synchronizer?.isInsideTree()).toBe(true);
  });

  it('takes both away when it is removed, and can be added to another node', () => {
    const { node, player, behavior } = put();
    const { synchronizer } = behavior;
    node.removeBehavior(behavior);
    expect(network.tree.scriptOf(node)).toBeNull();
    expect(player.node).toBeNull();
    expect(synchronizer?.isInsideTree()).toBe(false);
    const other = new TransformNode('Other', scene);
    other.addBehavior(behavior);
    scene.render();
    expect(player.node).toBe(other);
    expect(network.tree.getNode('/root/Other/State')).toBe(behavior.synchronizer);
  });

  it('leaves with its node, and the script is told', () => {
    const { node, player, behavior } = put();
    const { synchronizer } = behavior;
    node.dispose();
    expect(behavior.attachedNode).toBeNull();
    scene.render();
    expect(player.left).toBe(1);
    expect(player.node).toBeNull();
    expect(synchronizer?.isInsideTree()).toBe(false);
  });
});
