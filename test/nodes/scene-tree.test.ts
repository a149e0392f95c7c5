import { Err, MemoryNode, MemorySceneAdapter, MultiplayerNode, SceneTree } from 'scenewire';
import { beforeEach, describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';

const errors = recordErrors();

const log: string[] = [];
beforeEach(() => {
  log.length = 0;
});

const hooks = (name: string) => ({
  _enterTree: () => log.push(`${name} enters`),
  _ready: () => log.push(`${name} ready`),
  _exitTree: () => log.push(`${name} exits`),
});

/** A node of the library that says what happens to it. */
class Attached extends MultiplayerNode<MemoryNode> {
  override getKind(): string {
    return 'Attached';
  }

  override _enterTree(): void {
    log.push(`${this.name} enters`);
  }

  override _ready(): void {
    log.push(`${this.name} ready`);
  }

  override _exitTree(): void {
    log.push(`${this.name} exits`);
  }
}

function makeTree(): { tree: SceneTree<MemoryNode>; root: MemoryNode } {
  const tree = new SceneTree(new MemorySceneAdapter());
  return { tree, root: tree.getRoot() };
}

/** A node with a script that tells of its life, and these below it. */
function node(tree: SceneTree<MemoryNode>, name: string, ...children: MemoryNode[]): MemoryNode {
  const made = new MemoryNode(name);
  for (const child of children) made.addChild(child);
  tree.bind(made, hooks(name));
  return made;
}

describe('a node that comes and goes', () => {
  it('enters before its children and becomes ready after them; it leaves after them, the last one first', () => {
    const { tree, root } = makeTree();
    const top = node(tree, 'top', node(tree, 'a', node(tree, 'aa')), node(tree, 'b'));
    tree.addChild(root, top);
    const coming = ['top enters', 'a enters', 'aa enters', 'b enters', 'aa ready', 'a ready', 'b ready', 'top ready'];
    expect(log.splice(0)).toEqual(coming);
    tree.removeChild(root, top);
    expect(log).toEqual(['b exits', 'aa exits', 'a exits', 'top exits']);
  });

  it('becomes ready only once, unless it asks to be so anew', () => {
    const { tree, root } = makeTree();
    const a = node(tree, 'a');
    tree.addChild(root, a);
    tree.removeChild(root, a);
    log.length = 0;
    tree.addChild(root, a);
    expect(log.splice(0)).toEqual(['a enters']);
    tree.removeChild(root, a);
    tree.requestReady(a);
    tree.addChild(root, a);
    expect(log).toEqual(['a exits', 'a enters', 'a ready']);
  });

  it('may be added while its parent enters: it is ready before the parent', () => {
    const { tree, root } = makeTree();
    const top = new MemoryNode('top');
    const late = node(tree, 'late');
    tree.bind(top, { ...hooks('top'), _enterTree: () => tree.addChild(top, late) });
    tree.addChild(root, top);
    expect(log).toEqual(['late enters', 'late ready', 'top ready']);
  });

  it('may be added while its parent becomes ready: it is ready at once', () => {
    const { tree, root } = makeTree();
    const top = new MemoryNode('top');
    tree.bind(top, { _ready: () => tree.addChild(top, node(tree, 'late')) });
    tree.addChild(root, top);
    expect(log).toEqual(['late enters', 'late ready']);
  });

  it('may leave from inside its own hook, and its children never enter', () => {
    const { tree, root } = makeTree();
    const top = new MemoryNode('top');
    top.addChild(node(tree, 'child'));
    tree.bind(top, { _enterTree: () => tree.removeChild(root, top) });
    tree.addChild(root, top);
    expect([log, tree.isInsideTree(top)]).toEqual([[], false]);
  });

  it('is followed also when the program uses the nodes of the engine alone', () => {
    const { tree, root } = makeTree();
    const a = node(tree, 'a');
    root.addChild(a);
    root.removeChild(a);
    const b = node(tree, 'b');
    a.addChild(b);
    root.addChild(a);
    expect(log).toEqual(['a enters', 'a ready', 'a exits', 'a enters', 'b enters', 'b ready']);
  });

  it('hooks that throw, or reject, are reported and stop nobody', async () => {
    const { tree, root } = makeTree();
    const bad = new MemoryNode('bad');
    tree.bind(bad, {
      _enterTree: () => {
        throw new Error('mine');
      },
      _ready: () => Promise.reject(new Error('later')),
    });
    bad.addChild(node(tree, 'child'));
    tree.addChild(root, bad);
    await Promise.resolve();
    expect(log).toEqual(['child enters', 'child ready']);
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_SCRIPT_FAILED, Err.ERR_SCRIPT_FAILED]);
  });

  it('is told of to those who wait for it', () => {
    const { tree, root } = makeTree();
    const a = new MemoryNode('a');
    tree.onChildEntered(root, (child) => log.push(`${tree.getName(child)} below root`));
    tree.onReady(a, () => log.push('ready'));
    tree.onTreeExiting(a, () => log.push(`exits from ${tree.getPath(a)}`));
    const unwatch = tree.onTreeExiting(a, () => log.push('never'));
    unwatch();
    for (let n = 0; n < 2; n += 1) {
      tree.addChild(root, a);
      tree.removeChild(root, a);
    }
    expect(log).toEqual(['a below root', 'ready', 'exits from /root/a', 'a below root']);
  });

  it('takes its children with it when it is freed, and what was freed may be freed no more', () => {
    const { tree, root } = makeTree();
    const a = node(tree, 'a', node(tree, 'b'));
    tree.addChild(root, a);
    log.length = 0;
    tree.free(a);
    expect([log, root.children, a.parent]).toEqual([['b exits', 'a exits'], [], null]);
    tree.free(root);
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_INVALID_PARAMETER]);
  });

  it('is freed at the end of the frame when it is queued, once', () => {
    const { tree, root } = makeTree();
    const a = node(tree, 'a');
    tree.addChild(root, a);
    tree.process_frame.connect(() => log.push(`frame with ${root.children.length}`));
    tree.queueFree(a);
    tree.queueFree(a);
    expect(tree.isQueuedForDeletion(a)).toBe(true);
    log.length = 0;
    tree.processFrame();
    expect(log).toEqual(['frame with 1', 'a exits']);
    tree.processFrame();
    expect(log).toEqual(['frame with 1', 'a exits', 'frame with 0']);
  });

  it('that is queued by what is freed goes in the same frame', () => {
    const { tree, root } = makeTree();
    const [a, b] = [new MemoryNode('a'), node(tree, 'b')];
    tree.bind(a, { _exitTree: () => tree.queueFree(b) });
    for (const child of [a, b]) tree.addChild(root, child);
    tree.queueFree(a);
    tree.processFrame();
    expect(root.children).toEqual([]);
  });
});

describe('a script', () => {
  it('bound to a node that is in the tree lives through what it has missed', () => {
    const { tree, root } = makeTree();
    const a = new MemoryNode('a');
    tree.addChild(root, a);
    tree.bind(a, hooks('a'));
    expect(log).toEqual(['a enters', 'a ready']);
  });

  it('is found by its node, and the node by its script', () => {
    const { tree } = makeTree();
    const [a, script] = [new MemoryNode('a'), {}];
    tree.bind(a, script);
    expect([tree.scriptOf(a), tree.nodeOf(script)]).toEqual([script, a]);
    tree.bind(a, null);
    expect([tree.scriptOf(a), tree.nodeOf(script)]).toEqual([null, null]);
  });

  it('has its methods called where the node has none, and the other way round', () => {
    class Car extends MemoryNode {
      honk(): string {
        return 'node';
      }
    }
    const { tree } = makeTree();
    const car = new Car('car');
    tree.bind(car, { drive: (far: number) => `script ${far}` });
    expect([tree.hasMethod(car, 'drive'), tree.hasMethod(car, 'honk'), tree.hasMethod(car, 'fly')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([tree.callMethod(car, 'drive', [3]), tree.callMethod(car, 'honk', [])]).toEqual(['script 3', 'node']);
  });
});

describe('a node of the library', () => {
  it('lives like a child of the node it is attached to, and becomes ready with each stay', () => {
    const { tree, root } = makeTree();
    const a = node(tree, 'a');
    const attached = new Attached('x');
    tree.attach(a, attached);
    tree.addChild(root, a);
    expect(log.splice(0)).toEqual(['a enters', 'x enters', 'x ready', 'a ready']);
    expect([attached.isInsideTree(), tree.getPath(attached), attached.getParent()]).toEqual([true, '/root/a/x', a]);
    tree.removeChild(root, a);
    tree.addChild(root, a);
    expect(log).toEqual(['x exits', 'a exits', 'a enters', 'x enters', 'x ready']);
  });

  it('enters at once when its node is in the tree, and leaves when it is detached', () => {
    const { tree, root } = makeTree();
    const attached = new Attached('x');
    tree.attach(root, attached);
    expect(log.splice(0)).toEqual(['x enters', 'x ready']);
    tree.detach(attached);
    expect([log, attached.home, attached.getParent()]).toEqual([['x exits'], null, null]);
  });

  it('stands among the children where it was attached', () => {
    const { tree, root } = makeTree();
    const names = (): string[] => tree.getChildren(root).map((child) => tree.getName(child));
    tree.addChild(root, new MemoryNode('a'));
    tree.attach(root, new Attached('x'));
    tree.addChild(root, new MemoryNode('b'));
    tree.attach(root, new Attached('y'));
    expect(names()).toEqual(['a', 'x', 'b', 'y']);
    tree.free(root.getChild('a') as MemoryNode);
    tree.addChild(root, new MemoryNode('c'));
    expect(names()).toEqual(['x', 'b', 'y', 'c']);
  });

  it('may have others below it', () => {
    const { tree, root } = makeTree();
    const [outer, inner] = [new Attached('outer'), new Attached('inner')];
    tree.attach(outer, inner);
    tree.attach(root, outer);
    expect(log).toEqual(['outer enters', 'inner enters', 'inner ready', 'outer ready']);
    expect(tree.getNode('/root/outer/inner')).toBe(inner);
  });

  it('never gets nodes of the engine below it', () => {
    const { tree } = makeTree();
    tree.addChild(new Attached('x'), new MemoryNode('a'));
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_INVALID_PARAMETER]);
  });

  it('leaves and stays gone with a node that is freed', () => {
    const { tree, root } = makeTree();
    const a = new MemoryNode('a');
    const attached = new Attached('x');
    tree.attach(a, attached);
    tree.addChild(root, a);
    tree.free(a);
    expect([attached.isInsideTree(), attached.multiplayer]).toEqual([false, null]);
  });

  it('moves when it is attached elsewhere', () => {
    const { tree, root } = makeTree();
    const a = new MemoryNode('a');
    tree.addChild(root, a);
    const attached = new Attached('x');
    tree.attach(root, attached);
    tree.attach(a, attached);
    expect(tree.getPath(attached)).toBe('/root/a/x');
    expect(log).toEqual(['x enters', 'x ready', 'x exits', 'x enters', 'x ready']);
  });
});

describe('properties', () => {
  it('are those of the script, else of the node, and parts of them', () => {
    class Hero extends MemoryNode {
      speed = 5;
      bag = { gold: 1 };
    }
    const { tree } = makeTree();
    const hero = new Hero('hero');
    tree.bind(hero, { speed: 7 });
    expect([tree.getIndexed(hero, 'speed'), tree.getIndexed(hero, 'bag:gold')]).toEqual([7, 1]);
    expect([tree.setIndexed(hero, 'speed', 9), tree.setIndexed(hero, 'bag:gold', 2)]).toEqual([true, true]);
    expect([tree.scriptOf(hero), hero.speed, hero.bag.gold]).toEqual([{ speed: 9 }, 5, 2]);
  });

  it.each([
    'nothing',
    'bag:silver',
    'honk',
    '__proto__',
    'constructor:name',
    'bag:__proto__',
    'bag:constructor',
    '',
    ':',
  ])('are no such as %j', (path) => {
    const { tree } = makeTree();
    const node = Object.assign(new MemoryNode('a'), { bag: { gold: 1 }, honk: () => {} });
    expect([tree.bindProperty(node, path), tree.getIndexed(node, path), tree.setIndexed(node, path, 1)]).toEqual([
      null,
      undefined,
      false,
    ]);
  });
});
