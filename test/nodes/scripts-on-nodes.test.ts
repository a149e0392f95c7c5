import { afterEach, describe, expect, it } from 'vitest';
import { defineRpcs } from '../../src/nodes/define-rpcs.js';
import { NodeScript } from '../../src/nodes/node-script.js';
import { SceneTree } from '../../src/nodes/scene-tree.js';
import { recordErrors } from '../core/support/errors.js';
import { collectGarbage } from './support/collect-garbage.js';
import { type EngineLab, type EngineName, engines } from './support/engines.js';

class Player extends NodeScript {
  static readonly rpcs = defineRpcs(Player, { jump: { mode: 'any_peer' } });
  declare readonly rpcs: typeof Player.rpcs;
  readonly log: string[] = [];

  _enterTree(): void {
    this.log.push('enters');
  }

  _ready(): void {
    this.log.push('is ready');
  }

  _exitTree(): void {
    this.log.push('leaves');
  }

  jump(): void {}
}

const labs: EngineLab[] = [];
afterEach(() => {
  for (const lab of labs.splice(0)) lab.dispose();
});

describe.each(Object.keys(engines) as EngineName[])('[%s] a script on a node', (engine) => {
  const errors = recordErrors();

  const setUp = () => {
    const lab = engines[engine]();
    labs.push(lab);
    const tree = new SceneTree(lab.adapter);
    const parent = lab.make('World');
    const node = lab.make('Hero', parent);
    tree.processFrame();
    const player = new Player();
    tree.bind(node, player);
    tree.processFrame();
    return { lab, tree, parent, node, player };
  };

  it('is found from the node and from its path, and knows its node', () => {
    const { tree, node, player } = setUp();
    expect(tree.scriptOf(node)).toBe(player);
    expect(tree.scriptOf(tree.getNode('/root/World/Hero') as object)).toBe(player);
    expect(tree.nodeOf(player)).toBe(node);
    expect(player.node).toBe(node);
    expect(player.log).toEqual(['enters', 'is ready']);
    expect(errors).toEqual([]);
  });

  it('is released when the game frees the node, or what is above it', () => {
    for (const freed of ['node', 'parent'] as const) {
      const { tree, player, ...nodes } = setUp();
      tree.free(nodes[freed]);
      expect(player.log).toEqual(['enters', 'is ready', 'leaves']);
      expect(player.node).toBeNull();
      expect(tree.nodeOf(player)).toBeNull();
      expect(player.multiplayer).toBeNull();
    }
  });

  it('is told when the engine itself takes the node away, by the next frame', () => {
    const { lab, tree, node, player } = setUp();
    lab.remove(node);
    tree.processFrame();
    expect(player.log).toEqual(['enters', 'is ready', 'leaves']);
    expect(tree.getNode('/root/World/Hero')).toBeNull();
    // Babylon disposes of nodes; three.js takes them out, and they may come back.
    expect(player.node).toBe(engine === 'three' ? node : null);
  });

  it('can go to another node, and be taken away', () => {
    const { lab, tree, parent, node, player } = setUp();
    const other = lab.make('Other', parent);
    tree.processFrame();
    tree.bind(node, null);
    expect(player.node).toBeNull();
    tree.bind(other, player);
    expect(player.node).toBe(other);
    expect(tree.scriptOf(node)).toBeNull();
    tree.free(node);
    expect(player.node).toBe(other);
  });
});

it('comes back with a node that is kept and used again', () => {
  const lab = engines.three();
  labs.push(lab);
  const tree = new SceneTree(lab.adapter);
  const [node, player] = [lab.make('Hero'), new Player()];
  tree.bind(node, player);
  tree.processFrame();
  tree.free(node);
  expect(player.node).toBeNull();
  tree.addChild(tree.getRoot(), node);
  expect(player.node).toBe(node);
});

it.each(Object.keys(engines) as EngineName[])('[%s] a node that is gone is kept by nobody', async (engine) => {
  const lab = engines[engine]();
  labs.push(lab);
  const tree = new SceneTree(lab.adapter);
  const player = new Player();
  const weak = (() => {
    const node = lab.make('Hero');
    tree.processFrame();
    tree.bind(node, player);
    tree.processFrame();
    if (engine === 'three') tree.free(node);
    else lab.remove(node);
    tree.processFrame();
    return new WeakRef(node);
  })();
  await collectGarbage();
  expect(weak.deref()).toBeUndefined();
  expect(player.log).toEqual(['enters', 'is ready', 'leaves']);
});
