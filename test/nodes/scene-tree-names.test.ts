import { Err, MemoryNode, MemorySceneAdapter, MultiplayerNode, type SceneAdapter, SceneTree } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { isValidNodeName, uniqueNodeName, validNodeName } from '../../src/multiplayer/scene/node-name.js';
import { recordErrors } from '../core/support/errors.js';

const errors = recordErrors();

class Attached extends MultiplayerNode<MemoryNode> {
  override getKind(): string {
    return 'Attached';
  }
}

/** A node of an engine whose names are free text, as those of Babylon.js and three.js. */
interface FreeNode {
  name: string;
  parent: FreeNode | null;
  readonly children: FreeNode[];
}

const free = (name: string, ...children: FreeNode[]): FreeNode => {
  const node: FreeNode = { name, parent: null, children };
  for (const child of children) child.parent = node;
  return node;
};

/** `asked` counts how often the engine was asked for a name. */
function freeTree(root: FreeNode, asked = { names: 0 }): SceneTree<FreeNode> {
  const adapter: SceneAdapter<FreeNode> = {
    getRoot: () => root,
    isNode: (thing): thing is FreeNode => typeof thing === 'object' && thing !== null && 'children' in thing,
    isInsideTree: (node) => node === root || node.parent !== null,
    getName: ({ name }) => {
      asked.names += 1;
      return name;
    },
    setName: (node, name) => {
      node.name = name;
    },
    getKind: () => 'Mesh',
    getParent: ({ parent }) => parent,
    getChildren: ({ children }) => children,
    addChild: (parent, child) => {
      child.parent = parent;
      parent.children.push(child);
    },
    removeChild: (parent, child) => {
      parent.children.splice(parent.children.indexOf(child), 1);
      child.parent = null;
    },
    free: () => {},
    watch: () => () => {},
    track: () => {},
    bindProperty: () => null,
  };
  return new SceneTree(adapter);
}

describe('names', () => {
  it.each(['a.b', 'a:b', 'a@b', 'a/b', 'a"b', 'a%b', 'a\0b', '', '\ufeffa', '\ud800'])('R-163 %j is none', (name) => {
    expect(isValidNodeName(name)).toBe(false);
  });

  it.each(['Hero', 'a b', 'Müller', '英雄', '😀', 'a-b_c', '2', '..'.replaceAll('.', '_')])(
    'R-163 %j is one',
    (name) => {
      expect([isValidNodeName(name), validNodeName(name)]).toEqual([true, name]);
    },
  );

  it('R-170 have what is forbidden replaced', () => {
    expect(validNodeName('Box.001')).toBe('Box_001');
    expect(validNodeName('a.:@/"%b')).toBe('a______b');
  });

  it.each([
    ['Hero', ['Hero'], 'Hero2'],
    ['Hero', ['Hero', 'Hero2'], 'Hero3'],
    ['Hero2', ['Hero2'], 'Hero3'],
    ['Gate09', ['Gate09'], 'Gate10'],
    ['Gate99', ['Gate99'], 'Gate100'],
    ['A9999999999999999999', ['A9999999999999999999'], 'A10000000000000000000'],
    ['Hero', [], 'Hero'],
  ])('of %s beside %j is %s', (name, taken, unique) => {
    expect(uniqueNodeName(name, (other) => (taken as string[]).includes(other))).toBe(unique);
  });

  it('R-170 of nodes in memory are valid and unique from the start', () => {
    const root = new MemoryNode('root');
    for (const name of ['Hero', 'Hero', '', '', 'a.b', 'a_b']) root.addChild(new MemoryNode(name, 'Mesh'));
    expect(root.children.map(({ name }) => name)).toEqual(['Hero', 'Hero2', 'Mesh', 'Mesh2', 'a_b', 'a_b2']);
    const hero = root.getChild('Hero2') as MemoryNode;
    hero.name = 'Mesh';
    expect([hero.name, root.getChild('Mesh3')]).toEqual(['Mesh3', hero]);
  });

  it('a thousand of the same name are numbered quickly', () => {
    const root = new MemoryNode('root');
    for (let n = 0; n < 1000; n += 1) root.addChild(new MemoryNode('Bullet'));
    expect(root.children.at(-1)?.name).toBe('Bullet1000');
  });

  it('R-170 are unique among nodes of both kinds', () => {
    const tree = new SceneTree(new MemorySceneAdapter());
    const root = tree.getRoot();
    tree.addChild(root, new MemoryNode('Sync'));
    const attached = new Attached('Sync');
    tree.attach(root, attached);
    const unnamed = new Attached();
    tree.attach(root, unnamed);
    expect([attached.name, unnamed.name]).toEqual(['Sync2', 'Attached']);
    attached.name = 'Attached';
    expect(attached.name).toBe('Attached2');
  });

  it('R-170 of an engine stay as they are until they matter', () => {
    const [one, other] = [free('Box.001'), free('Box.001')];
    const tree = freeTree(free('root', one, other));
    expect([one.name, other.name]).toEqual(['Box.001', 'Box.001']);
    tree.bind(other, {});
    expect([one.name, other.name]).toEqual(['Box_001', 'Box_0012'.replace('0012', '002')]);
  });

  it('R-170 come out the same whichever of several nodes matters first', () => {
    const names = (first: number): string[] => {
      const root = free('root', free('Tree'), free('Tree'), free(''), free('Tree'));
      const tree = freeTree(root);
      tree.bind(root.children[first] as FreeNode, {});
      return root.children.map(({ name }) => name);
    };
    expect(names(3)).toEqual(['Tree', 'Tree2', 'Mesh', 'Tree3']);
    expect(names(2)).toEqual(names(3));
    expect(names(1)).toEqual(names(3));
  });

  it('R-170 are put in order for a path that a peer names, too', () => {
    const second = free('Box.001');
    const tree = freeTree(free('root', free('Hall', free('Box.001'), second)));
    expect(tree.findNode('/root', 'Hall/Box_002')).toBe(second);
    expect(tree.findNode('/root', 'Hall/Box_003')).toBeNull();
  });

  it('R-170 of those above a node matter with it', () => {
    const leaf = free('leaf');
    const second = free('Hall', leaf);
    const tree = freeTree(free('root', free('Hall'), second));
    expect(tree.getPath(leaf)).toBe('/root/Hall2/leaf');
    expect(tree.findNode('/root', 'Hall2/leaf')).toBe(leaf);
  });

  it('of thousands of siblings are numbered one by one, without looking at all of them each time', () => {
    const asked = { names: 0 };
    const root = free('root');
    const tree = freeTree(root, asked);
    for (let n = 0; n < 2000; n += 1) {
      const box = free('Box');
      tree.addChild(root, box);
      tree.bind(box, {});
    }
    expect(root.children.at(-1)?.name).toBe('Box2000');
    expect(asked.names).toBeLessThan(2000 * 25);
  });

  it('that nobody has make no peer expensive: all siblings are looked at only a few times in a frame', () => {
    const asked = { names: 0 };
    const root = free('root', ...Array.from({ length: 500 }, (_, n) => free(`Tree${n}`)));
    const tree = freeTree(root, asked);
    const ask = (): void => {
      for (let n = 0; n < 1000; n += 1) expect(tree.findNode('/root', `Nobody${n}`)).toBeNull();
    };
    ask();
    expect(asked.names).toBeLessThan(500 * 20);
    // What an engine calls otherwise meanwhile is found by its new name in the next frame at the latest.
    (root.children[7] as FreeNode).name = 'Oak';
    tree.processFrame();
    expect(tree.findNode('/root', 'Oak')).toBe(root.children[7]);
    expect(tree.findNode('/root', 'Tree7')).toBeNull();
  });

  it('follow what an engine does to them and to the list of children', () => {
    const root = free('root', free('A'), free('B'), free('C'));
    const tree = freeTree(root);
    const found = (name: string): FreeNode | null => tree.findNode('/root', name) as FreeNode | null;
    const [a, b, c] = root.children as [FreeNode, FreeNode, FreeNode];
    expect([found('A'), found('B'), found('C')]).toEqual([a, b, c]);
    root.children.splice(1, 1);
    b.parent = null;
    expect(found('B')).toBeNull();
    const d = { ...free('B'), parent: root };
    root.children.push(d);
    expect(found('B')).toBe(d);
    a.name = 'D';
    expect([found('D'), found('A')]).toEqual([a, null]);
  });

  it('a later node of the same name does not stand in the way', () => {
    const first = free('Box');
    const root = free('root', first);
    const tree = freeTree(root);
    tree.bind(first, {});
    root.children.unshift({ ...free('Box'), parent: root });
    expect(tree.findNode('/root', 'Box')).toBe(first);
  });
});

describe('paths', () => {
  const tree = new SceneTree(new MemorySceneAdapter(new MemoryNode('whatever')));
  const root = tree.getRoot();
  const [a, b] = [new MemoryNode('A'), new MemoryNode('B')];
  tree.addChild(root, a);
  tree.addChild(a, b);

  it('are absolute from /root on, whatever the engine calls its root', () => {
    expect([tree.getPath(root), tree.getPath(b), tree.getPath(new MemoryNode('x'))]).toEqual([
      '/root',
      '/root/A/B',
      null,
    ]);
    expect([tree.getNode('/root'), tree.getNode('/root/A/B'), tree.getNode('/A')]).toEqual([root, b, null]);
  });

  it('R-168 on the wire are relative to the root of the API', () => {
    expect([tree.pathOf('/root', b), tree.pathOf('/root/A', b), tree.pathOf('/root/A', a)]).toEqual(['A/B', 'B', '.']);
    expect([tree.pathOf('/root/A/B', a), tree.pathOf('/root/Nope', a)]).toEqual([null, null]);
    expect([tree.findNode('/root/A', 'B'), tree.findNode('/root/A', '.')]).toEqual([b, a]);
  });

  it.each(['..', '../A', 'B/..', '/root/A', '/', '', 'B//', 'B/'])(
    'R-168 on the wire never lead outside: %j',
    (path) => {
      expect(tree.findNode('/root/A', path)).toBeNull();
    },
  );

  it('of programs may lead up, and are seen from a node', () => {
    expect([tree.resolve(b, '..'), tree.resolve(b, '../..'), tree.resolve(b, '../../A/B')]).toEqual([a, root, b]);
    expect([tree.resolve(b, '.'), tree.resolve(b, '/root/A'), tree.resolve(b, '')]).toEqual([b, a, null]);
    expect(tree.resolve(b, '../../..')).toBeNull();
  });

  it('are of no use for what is no node', () => {
    expect([tree.getPath({}), tree.getName({}), tree.getParent({}), tree.getChildren({})]).toEqual([
      null,
      '',
      null,
      [],
    ]);
    expect([tree.resolve({}, 'A'), tree.getChildNamed({}, 'A'), errors]).toEqual([null, null, []]);
    tree.addChild({}, {});
    tree.removeChild(root, b);
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_INVALID_PARAMETER, Err.ERR_INVALID_PARAMETER]);
  });
});
