import { Err } from '../core/err.js';
import { fail } from '../core/fail.js';
import type { MultiplayerAPICore } from '../multiplayer/multiplayer-api-core.js';
import type { SceneHost } from '../multiplayer/scene/scene-host.js';
import type { TreeNode } from './multiplayer-node.js';
import { ROOT_PATH, type TreeNodes } from './tree-nodes.js';

interface Branch<N extends object> {
  readonly path: string;
  readonly api: MultiplayerAPICore<N>;
  /** PERF: found once, as long as it stays in the tree. */
  root: TreeNode<N> | null;
}

const isWithin = (path: string, branch: string): boolean => path === branch || path.startsWith(`${branch}/`);

/** Which API which part of the tree belongs to: one for all of it, and one for each branch that has its own. */
export class Branches<N extends object> {
  readonly #nodes: TreeNodes<N>;
  readonly #host: SceneHost;
  #main: MultiplayerAPICore<N> | null = null;
  #branches: readonly Branch<N>[] = [];

  constructor(nodes: TreeNodes<N>, host: SceneHost) {
    this.#nodes = nodes;
    this.#host = host;
  }

  get main(): MultiplayerAPICore<N> | null {
    return this.#main;
  }

  setMain(api: MultiplayerAPICore<N>): Err {
    this.#leave(this.#main, ROOT_PATH);
    this.#main = api;
    return this.#enter(api, ROOT_PATH);
  }

  /** Null takes the branch's API away. */
  setBranch(path: string, api: MultiplayerAPICore<N> | null): Err {
    const held = this.#branches.find((branch) => branch.path === path);
    const above = this.#branches.find((branch) => branch !== held && isWithin(path, branch.path));
    if (held === undefined && api !== null && above !== undefined) {
      return fail(Err.ERR_ALREADY_IN_USE, `${path} is below ${above.path}, which has an API of its own`);
    }
    if (held !== undefined) this.#leave(held.api, path);
    this.#branches = this.#branches.filter((branch) => branch !== held);
    if (api === null) return Err.OK;
    this.#branches = [...this.#branches, { path, api, root: null }];
    return this.#enter(api, path);
  }

  /** Of a path, whether or not there is a node. */
  at(path: string): MultiplayerAPICore<N> | null {
    return this.#branches.find((branch) => isWithin(path, branch.path))?.api ?? this.#main;
  }

  of(node: TreeNode<N>): MultiplayerAPICore<N> | null {
    if (this.#branches.length === 0) return this.#main;
    for (let at: TreeNode<N> | null = node; at !== null; at = this.#nodes.parentOf(at)) {
      for (const branch of this.#branches) if (this.#rootOf(branch) === at) return branch.api;
    }
    return this.#main;
  }

  /** That of the tree first, then those of the branches in the order they were set. */
  forEach(visit: (api: MultiplayerAPICore<N>) => void): void {
    if (this.#main !== null) visit(this.#main);
    const branches = this.#branches;
    // PERF: by number, without the iterator that even an empty list would make. In each frame.
    for (let at = 0; at < branches.length; at += 1) visit((branches[at] as Branch<N>).api);
  }

  /** The tree is over: its APIs may go on with another. */
  leaveAll(): void {
    this.#leave(this.#main, ROOT_PATH);
    for (const { api, path } of this.#branches) this.#leave(api, path);
  }

  #rootOf(branch: Branch<N>): TreeNode<N> | null {
    if (branch.root === null || !this.#nodes.isInside(branch.root)) {
      branch.root = this.#nodes.findAbsolute(branch.path);
    }
    return branch.root;
  }

  #enter(api: MultiplayerAPICore<N>, path: string): Err {
    return api.objectConfigurationAdd(null, { host: this.#host, path });
  }

  #leave(api: MultiplayerAPICore<N> | null, path: string): void {
    api?.objectConfigurationRemove(null, { host: this.#host, path });
  }
}
