import { PATH_ID_FLAG } from '../replication/commands.js';
import type { SceneReplication } from '../replication/scene-replication.js';
import type { SynchronizerState } from '../replication/synchronizer-state.js';
import type { SceneRpc } from '../rpc/scene-rpc.js';
import type { PathCache } from './path-cache.js';
import type { SceneContext } from './scene-context.js';
import type { SceneNode } from './scene-host.js';

interface Sources extends SceneContext {
  readonly paths: PathCache;
  readonly calls: SceneRpc;
  readonly replication: SceneReplication;
}

/** A synchronizer, as those who look on see it. */
export interface SceneSync {
  /** Of the node it looks after. */
  readonly path: string;
  readonly always: readonly string[];
  readonly onChange: readonly string[];
  readonly authority: number;
}

/**
 * The names behind the numbers in packets, as a SceneMultiplayer knows them. Everybody numbers its own things: a number
 * means something only together with the peer that speaks. Asking changes nothing.
 */
export class SceneNames {
  readonly #sources: Sources;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  pathOf(speaker: number, id: number): string | null {
    return this.#sources.paths.pathBehind(speaker, id);
  }

  nodeOf(speaker: number, netId: number): string | null {
    const node = this.#sources.replication.nodeBehind(speaker, netId);
    return node === null ? null : this.#pathOfNode(node);
  }

  syncOf(speaker: number, id: number): SceneSync | null {
    const state = this.#stateOf(speaker, id);
    const path = state === null ? null : this.#pathOfNode(state.root);
    if (state === null || path === null) return null;
    state.refresh();
    return {
      path,
      always: state.syncProperties.map((property) => property.path),
      onChange: state.watched.list.map(({ property }) => property.path),
      authority: state.synchronizer.authority,
    };
  }

  methodOf(speaker: number, path: string, method: number): string | null {
    const node = this.#find(path);
    return node === null ? null : this.#sources.calls.methodBehind(node, speaker, method);
  }

  /** The authority of the node with this path; null when there is no such node. */
  authorityOf(path: string): number | null {
    const node = this.#find(path);
    return node === null ? null : (this.#sources.host?.getMultiplayerAuthority(node) ?? null);
  }

  #stateOf(speaker: number, id: number): SynchronizerState | null {
    const { paths, replication } = this.#sources;
    if ((id & PATH_ID_FLAG) === 0) return replication.stateBehind(speaker, id);
    const path = paths.pathBehind(speaker, id & ~PATH_ID_FLAG);
    const node = path === null ? null : this.#find(path);
    return node === null ? null : replication.stateOfNode(node);
  }

  #find(path: string): SceneNode | null {
    const { host, rootPath } = this.#sources;
    return host?.findNode(rootPath, path) ?? null;
  }

  #pathOfNode(node: SceneNode): string | null {
    const { host, rootPath } = this.#sources;
    return host?.isInsideTree(node) ? host.pathOf(rootPath, node) : null;
  }
}
