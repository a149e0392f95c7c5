import { describe, expect, it } from 'vitest';
import { MemoryNode } from '../../src/nodes/memory/memory-node.js';
import { MemorySceneAdapter } from '../../src/nodes/memory/memory-scene-adapter.js';
import { SceneTree } from '../../src/nodes/scene-tree.js';

describe('x', () => {
  it('enters', () => {
    const tree = new SceneTree(new MemorySceneAdapter());
    const log: string[] = [];
    const hooks = (name: string) => ({
      _enterTree: () => log.push(`${name} enters`),
      _ready: () => log.push(`${name} ready`),
      _exitTree: () => log.push(`${name} exits`),
    });
    const parent = new MemoryNode('Parent');
    const a = new MemoryNode('A');
    const b = new MemoryNode('A');
    parent.addChild(a);
    parent.addChild(b);
    tree.bind(parent, hooks('parent'));
    tree.bind(a, hooks('a'));
    tree.bind(b, hooks('b'));
    tree.addChild(tree.getRoot(), parent);
    expect(b.name).toBe('A2');
    expect(tree.getPath(b)).toBe('/root/Parent/A2');
    tree.free(parent);
    expect(log.slice(0, 3)).toEqual(['parent enters', 'a enters', 'b enters']);
    tree.getMultiplayer();
    tree.processFrame();
  });
});
