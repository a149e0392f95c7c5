import { MemoryNode } from '../memory/memory-node.js';
import { MemorySceneAdapter } from '../memory/memory-scene-adapter.js';
import type { SceneAdapter } from '../scene-adapter.js';
import { SceneNetwork, type SceneNetworkOptions } from '../scene-network.js';
import { FixedLoop, type FixedLoopOptions } from './fixed-loop.js';

export interface HeadlessOptions<N extends object> extends Omit<SceneNetworkOptions<N>, 'heartbeat' | 'whenHidden'> {
  /** Ticks per second. Default: 60. */
  hz?: number;
  /** The game's own step, between poll and flush. */
  tick?: (deltaSeconds: number, tick: number) => void;
  /** Whether the loop keeps the process alive. Default: yes. */
  keepAlive?: boolean;
  /** After a stall at most this many ticks are made up for. Default: 5. */
  maxCatchUp?: number;
}

const NO_PAGE = { heartbeat: null, followPage: () => () => {} };

/**
 * A scene that ticks by itself, at a fixed rate, without an engine's loop: a dedicated server, a bot, a test.
 * @example
 * ```ts run
 * import { OfflineMultiplayerPeer } from 'scenewire';
 * import { createHeadless } from 'scenewire/headless';
 *
 * const net = createHeadless({
 *   hz: 30,
 *   tick: (deltaSeconds, tick) => {
 *     if (tick === 2) net.close(); // now the process can end
 *   },
 * });
 * net.multiplayer.multiplayerPeer = new OfflineMultiplayerPeer(); // or a server's peer
 * ```
 */
export class HeadlessNetwork<
  N extends object = MemoryNode,
  A extends SceneAdapter<N> = SceneAdapter<N>,
> extends SceneNetwork<N, A> {
  readonly fixedLoop: FixedLoop;

  constructor(adapter: A, options: HeadlessOptions<N> = {}) {
    super(adapter, NO_PAGE, options);
    this.fixedLoop = new FixedLoop(
      (deltaSeconds, tick) => this.#tick(deltaSeconds, tick, options.tick),
      fixed(options),
    );
    this.releaseWith(() => this.fixedLoop.stop());
    this.fixedLoop.start();
  }

  #tick(deltaSeconds: number, tick: number, step: HeadlessOptions<N>['tick']): void {
    this.loop.begin();
    try {
      step?.(deltaSeconds, tick);
    } finally {
      this.loop.end();
    }
  }
}

/** A tree in memory that ticks: nodes are `MemoryNode`s, and `net.adapter.getRoot()` is the root. */
export function createHeadless(
  options: HeadlessOptions<MemoryNode> = {},
): HeadlessNetwork<MemoryNode, MemorySceneAdapter> {
  return new HeadlessNetwork(new MemorySceneAdapter(new MemoryNode('root')), options);
}

function fixed<N extends object>({ hz, keepAlive, maxCatchUp, clock }: HeadlessOptions<N>): FixedLoopOptions {
  return {
    ...(hz === undefined ? {} : { hz }),
    ...(keepAlive === undefined ? {} : { keepAlive }),
    ...(maxCatchUp === undefined ? {} : { maxCatchUp }),
    ...(clock === undefined ? {} : { clock }),
  };
}
