import {
  Err,
  ManualClock,
  MemoryNode,
  MemorySceneAdapter,
  MultiplayerAPI,
  MultiplayerAPIExtension,
  MultiplayerNode,
  type MultiplayerPeer,
  SceneMultiplayer,
  SceneTree,
} from 'scenewire';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Heartbeat } from '../../src/nodes/heartbeat.js';
import { recordErrors } from '../core/support/errors.js';

const errors = recordErrors();

const log: string[] = [];
beforeEach(() => {
  log.length = 0;
});

/** An API that says when it is polled, and what it is called with. */
class Logging extends MultiplayerAPIExtension<MemoryNode> {
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }

  protected override _poll(): Err {
    log.push(`${this.name} polled`);
    return Err.OK;
  }

  protected override _rpc(peer: number, object: MemoryNode, method: string, args: readonly unknown[]): Err {
    log.push(`${this.name} calls ${object.name}.${method}(${args}) at ${peer}`);
    return Err.OK;
  }

  protected override _objectConfigurationAdd(object: object | null, configuration: unknown): Err {
    log.push(`${this.name} is set on ${object ?? (configuration as { path: string }).path}`);
    return Err.OK;
  }
}

class Attached extends MultiplayerNode<MemoryNode> {
  override getKind(): string {
    return 'Attached';
  }
}

class ManualHeartbeat implements Heartbeat {
  beat: (() => void) | null = null;
  periodMs = 0;

  start(periodMs: number, beat: () => void): void {
    this.periodMs = periodMs;
    this.beat = beat;
  }

  stop(): void {
    this.beat = null;
  }
}

describe('a frame', () => {
  it('R-167 polls the API of the tree, then those of the branches, before process_frame', () => {
    const tree = new SceneTree(new MemorySceneAdapter());
    tree.setMultiplayer(new Logging('branch'), '/root/A');
    tree.setMultiplayer(new Logging('main'));
    tree.process_frame.connect(() => log.push('process_frame'));
    log.length = 0;
    tree.processFrame();
    expect(log).toEqual(['main polled', 'branch polled', 'process_frame']);
  });

  it('R-167 polls none with multiplayerPoll off', () => {
    const tree = new SceneTree(new MemorySceneAdapter());
    tree.setMultiplayer(new Logging('main'));
    tree.setMultiplayerPollEnabled(false);
    log.length = 0;
    tree.processFrame();
    expect([log, tree.multiplayerPoll, tree.isMultiplayerPollEnabled()]).toEqual([[], false, false]);
  });

  it('first looks for what the engine did not tell', () => {
    const adapter = Object.assign(new MemorySceneAdapter(), { poll: () => log.push('looked') });
    const tree = new SceneTree(adapter);
    tree.setMultiplayer(new Logging('main'));
    log.length = 0;
    tree.processFrame();
    expect(log).toEqual(['looked', 'main polled']);
  });

  it('from inside itself does nothing', () => {
    const tree = new SceneTree(new MemorySceneAdapter());
    tree.process_frame.connect(() => {
      log.push('process_frame');
      tree.processFrame();
    });
    tree.processFrame();
    expect(log).toEqual(['process_frame']);
  });

  it('knows the time that it was told, and physics frames are apart', () => {
    const tree = new SceneTree(new MemorySceneAdapter());
    tree.physics_frame.connect(() => log.push(`physics ${tree.getProcessDeltaTime()}`));
    tree.process_frame.connect(() => log.push(`process ${tree.getProcessDeltaTime()}`));
    tree.processFrame(0.016);
    tree.physicsFrame(0.02);
    expect(log).toEqual(['process 0.016', 'physics 0.02']);
  });

  it('ends with flush(), which reaches all transports', () => {
    const tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
    const api = tree.getMultiplayer();
    const flush = vi.spyOn(api.multiplayerPeer as MultiplayerPeer, 'flush');
    tree.flush();
    expect(flush).toHaveBeenCalledOnce();
  });
});

describe('a timer', () => {
  it('R-171 makes frames when none came by itself, and keeps out of the way of those that do', () => {
    const clock = new ManualClock();
    const heartbeat = new ManualHeartbeat();
    const tree = new SceneTree(new MemorySceneAdapter(), { clock, heartbeat });
    tree.process_frame.connect(() => log.push(`frame after ${tree.getProcessDeltaTime()}`));
    tree.startTimerPolling(100);
    expect(heartbeat.periodMs).toBe(100);
    clock.advance(100);
    heartbeat.beat?.();
    clock.advance(99.5);
    heartbeat.beat?.();
    clock.advance(90);
    tree.processFrame(0.09);
    clock.advance(10);
    heartbeat.beat?.();
    expect(log).toEqual(['frame after 0.1', 'frame after 0.0995', 'frame after 0.09']);
    tree.stopTimerPolling();
    expect(heartbeat.beat).toBeNull();
  });

  it('R-171 is a real one by default', async () => {
    const tree = new SceneTree(new MemorySceneAdapter());
    tree.startTimerPolling(1);
    await tree.process_frame.once();
    tree.stopTimerPolling();
  });
});

describe('a tree that is disposed of', () => {
  it('makes no more frames by a timer, and follows the engine no longer', () => {
    const heartbeat = new ManualHeartbeat();
    const tree = new SceneTree(new MemorySceneAdapter(), { heartbeat });
    const node = new MemoryNode('A');
    tree.bind(node, { _enterTree: () => log.push('enters') });
    tree.startTimerPolling(10);
    tree.dispose();
    tree.getRoot().addChild(node);
    expect([heartbeat.beat, log]).toEqual([null, []]);
  });
});

describe('the API of a tree', () => {
  it('is made when it is first asked for', () => {
    const tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
    const api = tree.getMultiplayer();
    expect(api).toBeInstanceOf(SceneMultiplayer);
    expect((api as SceneMultiplayer).rootPath).toBe('/root');
    expect(tree.getMultiplayer('/root/Anything')).toBe(api);
  });

  it('is told which part of the tree is its own, and when no longer', () => {
    const tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
    const api = new SceneMultiplayer<MemoryNode>();
    tree.setMultiplayer(api, '/root/A');
    expect(api.rootPath).toBe('/root/A');
    tree.setMultiplayer(null, '/root/A');
    expect([api.rootPath, tree.getMultiplayer('/root/A')]).toEqual(['', tree.getMultiplayer()]);
  });

  it('R-168 of a branch is that of all nodes in it', () => {
    const tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
    const [a, inner] = [new MemoryNode('A'), new MemoryNode('Inner')];
    tree.addChild(tree.getRoot(), a);
    tree.addChild(a, inner);
    const attached = new Attached('Sync');
    tree.attach(inner, attached);
    const branch = new Logging('branch');
    tree.setMultiplayer(branch, '/root/A');
    expect([tree.multiplayerOf(inner), tree.multiplayerOf(a), attached.multiplayer]).toEqual([branch, branch, branch]);
    expect(tree.multiplayerOf(tree.getRoot())).toBe(tree.getMultiplayer());
    expect([tree.getMultiplayer('/root/A/Inner/x'), tree.getMultiplayer('/root/AB')]).toEqual([
      branch,
      tree.getMultiplayer(),
    ]);
  });

  it('R-168 below a branch that has one is refused', () => {
    const tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
    expect(tree.setMultiplayer(new Logging('a'), '/root/A')).toBe(Err.OK);
    expect(tree.setMultiplayer(new Logging('b'), '/root/A/B')).toBe(Err.ERR_ALREADY_IN_USE);
    expect(tree.setMultiplayer(new Logging('c'), '/root/AB')).toBe(Err.OK);
    expect(tree.setMultiplayer(new Logging('d'), '/root/A')).toBe(Err.OK);
  });

  it('R-168 is refused with a path that is not absolute, and none at all for the whole tree', () => {
    const tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
    expect(tree.setMultiplayer(new Logging('a'), 'A')).toBe(Err.ERR_INVALID_PARAMETER);
    expect(tree.setMultiplayer(null)).toBe(Err.ERR_INVALID_PARAMETER);
    expect(errors).toHaveLength(2);
  });

  it('R-168 is found also for a branch that comes later, or comes back', () => {
    const tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
    const branch = new Logging('branch');
    tree.setMultiplayer(branch, '/root/A');
    for (let n = 0; n < 2; n += 1) {
      const a = new MemoryNode('A');
      tree.addChild(tree.getRoot(), a);
      expect(tree.multiplayerOf(a)).toBe(branch);
      tree.free(a);
    }
  });

  it('calls go through it, with an error for nodes outside', () => {
    const tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
    tree.setMultiplayer(new Logging('main'));
    const a = new MemoryNode('A');
    expect(tree.rpc(a, 'jump')).toBe(Err.ERR_UNCONFIGURED);
    tree.addChild(tree.getRoot(), a);
    log.length = 0;
    expect([tree.rpc(a, 'jump', 1, 2), tree.rpcId(a, 7, 'sit')]).toEqual([Err.OK, Err.OK]);
    expect(log).toEqual(['main calls A.jump(1,2) at 0', 'main calls A.sit() at 7']);
  });

  it('R-169 knows whether it has the say', () => {
    const tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
    const a = new MemoryNode('A');
    tree.addChild(tree.getRoot(), a);
    expect(tree.isMultiplayerAuthority(a)).toBe(true);
    tree.setMultiplayerAuthority(a, 2);
    expect(tree.isMultiplayerAuthority(a)).toBe(false);
  });
});

describe('authority', () => {
  it('R-169 is 1, set with all below, and not inherited by what comes later', () => {
    const tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
    const [a, b, late] = [new MemoryNode('A'), new MemoryNode('B'), new MemoryNode('Late')];
    const attached = new Attached('Sync');
    tree.addChild(tree.getRoot(), a);
    tree.addChild(a, b);
    tree.attach(b, attached);
    const all = (): number[] => [a, b, attached, late].map((node) => tree.getMultiplayerAuthority(node));
    expect(all()).toEqual([1, 1, 1, 1]);
    tree.setMultiplayerAuthority(a, 5);
    tree.addChild(a, late);
    expect(all()).toEqual([5, 5, 5, 1]);
    tree.setMultiplayerAuthority(a, 7, false);
    expect(all()).toEqual([7, 5, 5, 1]);
    attached.setMultiplayerAuthority(9);
    expect([attached.getMultiplayerAuthority(), attached.isMultiplayerAuthority()]).toEqual([9, false]);
  });

  it('R-169 of a node of the library can be set before it is anywhere', () => {
    const attached = new Attached('Sync');
    attached.setMultiplayerAuthority(4);
    const tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
    tree.attach(tree.getRoot(), attached);
    expect(tree.getMultiplayerAuthority(attached)).toBe(4);
  });
});

describe('the configuration of calls', () => {
  it('of a node is kept beside that of its script', () => {
    const tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
    const a = new MemoryNode('A');
    tree.rpcConfig(a, 'jump', { rpc_mode: 1 });
    tree.rpcConfig(a, 'sit', { rpc_mode: 2, channel: 3 });
    expect([...tree.getNodeRpcConfig(a).node]).toEqual([
      ['jump', { rpc_mode: 1 }],
      ['sit', { rpc_mode: 2, channel: 3 }],
    ]);
    tree.rpcConfig(a, 'jump', null);
    tree.rpcConfig(a, 'never', null);
    expect([...tree.getNodeRpcConfig(a).node.keys()]).toEqual(['sit']);
  });
});

describe('MultiplayerAPI', () => {
  afterEach(() => {
    MultiplayerAPI.setDefaultInterface('SceneMultiplayer');
  });

  it('has SceneMultiplayer for its default', () => {
    expect(MultiplayerAPI.getDefaultInterface()).toBe('SceneMultiplayer');
    expect(MultiplayerAPI.createDefaultInterface()).toBeInstanceOf(SceneMultiplayer);
    expect([MultiplayerAPI.RPC_MODE_DISABLED, MultiplayerAPI.RPC_MODE_ANY_PEER]).toEqual([0, 1]);
    expect(MultiplayerAPI.RPC_MODE_AUTHORITY).toBe(2);
  });

  it('counts all of them as its instances, and nothing else', () => {
    expect(new SceneMultiplayer()).toBeInstanceOf(MultiplayerAPI);
    expect(new Logging('x')).toBeInstanceOf(MultiplayerAPI);
    expect(new Logging('x')).toBeInstanceOf(MultiplayerAPIExtension);
    expect(new SceneMultiplayer()).not.toBeInstanceOf(MultiplayerAPIExtension);
    expect({}).not.toBeInstanceOf(MultiplayerAPI);
  });

  it('takes another default, by class and later by name', () => {
    class Mine extends MultiplayerAPIExtension {}
    expect(MultiplayerAPI.setDefaultInterface(Mine)).toBe(Err.OK);
    expect([MultiplayerAPI.getDefaultInterface(), new SceneTree(new MemorySceneAdapter()).getMultiplayer()]).toEqual([
      'Mine',
      expect.any(Mine),
    ]);
    expect(MultiplayerAPI.setDefaultInterface('SceneMultiplayer')).toBe(Err.OK);
    expect(MultiplayerAPI.setDefaultInterface('Mine')).toBe(Err.OK);
    expect(MultiplayerAPI.createDefaultInterface()).toBeInstanceOf(Mine);
  });

  it('refuses what is none', () => {
    expect(MultiplayerAPI.setDefaultInterface('Nothing')).toBe(Err.ERR_INVALID_PARAMETER);
    expect(MultiplayerAPI.setDefaultInterface(class {} as never)).toBe(Err.ERR_INVALID_PARAMETER);
    expect(MultiplayerAPI.getDefaultInterface()).toBe('SceneMultiplayer');
  });
});

describe('MultiplayerAPIExtension', () => {
  class Empty extends MultiplayerAPIExtension {}

  it('answers as Godot for what is left out', async () => {
    const api = new Empty();
    expect([api.poll(), api.multiplayerPeer, api.hasMultiplayerPeer(), api.getUniqueId(), api.isServer()]).toEqual([
      Err.OK,
      null,
      false,
      1,
      true,
    ]);
    expect([api.getPeers(), api.getRemoteSenderId(), api.rpc(1, {}, 'x')]).toEqual([[], 0, Err.ERR_UNAVAILABLE]);
    expect([api.objectConfigurationAdd(null, ''), api.objectConfigurationRemove(null, '')]).toEqual([
      Err.ERR_UNAVAILABLE,
      Err.ERR_UNAVAILABLE,
    ]);
    await expect(api.ask(1, {}, 'x')).rejects.toMatchObject({ reason: 'unsupported' });
  });

  it('may stand before another API', () => {
    class Counting extends MultiplayerAPIExtension<MemoryNode> {
      readonly inner = new SceneMultiplayer<MemoryNode>();
      calls = 0;

      protected override _poll(): Err {
        return this.inner.poll();
      }

      protected override _rpc(peer: number, object: MemoryNode, method: string): Err {
        this.calls += 1;
        return this.inner.rpc(peer, object, method);
      }

      protected override _getMultiplayerPeer(): MultiplayerPeer | null {
        return this.inner.multiplayerPeer;
      }

      protected override _objectConfigurationAdd(object: object | null, configuration: unknown): Err {
        return this.inner.objectConfigurationAdd(object, configuration);
      }
    }
    const tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
    const api = new Counting();
    tree.setMultiplayer(api);
    const a = new MemoryNode('A');
    tree.bind(a, { jump: () => log.push('jumped') });
    tree.rpcConfig(a, 'jump', { rpc_mode: 1, call_local: true });
    tree.addChild(tree.getRoot(), a);
    expect([tree.rpc(a, 'jump'), log, api.calls, api.inner.rootPath]).toEqual([Err.OK, ['jumped'], 1, '/root']);
  });
});
