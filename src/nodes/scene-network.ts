import { type Clock, realClock } from '../core/clock.js';
import { GodotObject } from '../core/godot-object.js';
import type { PageListener } from '../extension/page-listener.js';
import type { MultiplayerPeer } from '../multiplayer/multiplayer-peer.js';
import type { Unsubscribe } from '../multiplayer/scene/scene-host.js';
import { SceneMultiplayer } from '../multiplayer/scene/scene-multiplayer.js';
import { FrameLoop } from './frame-loop.js';
import type { Heartbeat } from './heartbeat.js';
import type { SceneAdapter } from './scene-adapter.js';
import { SceneTree } from './scene-tree.js';

export type SceneNetworkSignals = {
  /** Nobody sees the page any more (true), or somebody does again. The peers are told by themselves. */
  hidden_changed: [hidden: boolean];
  /** The page is about to stand still: what is said now is the last for a while. */
  frozen: [];
  /** It runs again, after so many milliseconds without a poll. Comes before the first one. */
  resumed: [awayMs: number];
};

export interface SceneNetworkOptions<N extends object = object> {
  /** Default: a new one. */
  multiplayer?: SceneMultiplayer<N>;
  clock?: Clock;
  /** What keeps the network alive without frames: in pages a worker, else a timer. Null does without. */
  heartbeat?: Heartbeat | null;
  /** How often it looks whether a frame is late. Default: 50 ms. */
  heartbeatMs?: number;
  /**
   * What happens while the page is hidden and gets no frames: `network` keeps the connections alive and takes what comes;
   * `step` runs whole frames, for a host whose simulation has to go on. Default: `network`.
   */
  whenHidden?: 'network' | 'step';
}

/** What a network finds around it: a page, or none. */
export interface Surroundings {
  readonly heartbeat: Heartbeat | null;
  followPage(listener: PageListener): Unsubscribe;
  /** Makes the engine run one whole frame, begin and end included. */
  step?(): void;
}

/**
 * Multiplayer in one scene: what `attach` gives back. It is polled when a frame begins and flushed when it ends, and by
 * a heartbeat while there are no frames.
 * @example
 * ```ts run
 * import { createHeadless } from 'scenewire/headless';
 *
 * const net = createHeadless(); // with an engine: attach(scene)
 * net.hidden_changed.connect((hidden) => console.log(hidden ? 'nobody looks' : 'back again'));
 * net.resumed.connect((awayMs) => console.log(`the page slept for ${awayMs} ms`));
 * console.log(net.multiplayer === net.tree.getMultiplayer()); // → true
 * net.close(); // leaves the game, and lets go of the scene
 * ```
 */
export class SceneNetwork<
  N extends object = object,
  A extends SceneAdapter<N> = SceneAdapter<N>,
> extends GodotObject<SceneNetworkSignals> {
  readonly hidden_changed = this.signal('hidden_changed');
  readonly frozen = this.signal('frozen');
  readonly resumed = this.signal('resumed');

  readonly adapter: A;
  readonly tree: SceneTree<N>;
  readonly multiplayer: SceneMultiplayer<N>;
  readonly loop: FrameLoop;
  readonly #clock: Clock;
  readonly #releases: Unsubscribe[] = [];
  #toldPeer: MultiplayerPeer | null = null;
  #isHidden = false;
  /** Frozen, or kept by the browser for the way back. */
  #isStill = false;
  #lastPollMs: number;

  constructor(adapter: A, around: Surroundings, options: SceneNetworkOptions<N> = {}) {
    super();
    this.#clock = options.clock ?? realClock;
    this.#lastPollMs = this.#clock.now();
    this.adapter = adapter;
    this.multiplayer = options.multiplayer ?? new SceneMultiplayer<N>({ clock: this.#clock });
    this.tree = new SceneTree<N>(adapter, { clock: this.#clock });
    this.tree.setMultiplayer(this.multiplayer);
    this.loop = new FrameLoop(this, {
      clock: this.#clock,
      heartbeat: options.heartbeat === undefined ? around.heartbeat : options.heartbeat,
      ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }),
      ...(options.whenHidden === 'step' ? { late: () => this.#stepWhileHidden(around) } : {}),
    });
    this.#releases.push(around.followPage(this.#page()));
    this.loop.start();
  }

  get isAttached(): boolean {
    return this.loop.running;
  }

  get isHidden(): boolean {
    return this.#isHidden;
  }

  /** Gives a node its script, the object whose methods and properties take part in the game; null takes it away. */
  bind<S extends object | null>(node: N, script: S): S {
    this.tree.bind(node, script);
    return script;
  }

  /** What has arrived takes effect. Called by itself; a game without an engine's loop calls it once per frame. */
  poll(deltaSeconds = 0): void {
    this.#lastPollMs = this.#clock.now();
    this.#tellPeer();
    this.tree.processFrame(deltaSeconds);
  }

  /** What was put leaves. */
  flush(): void {
    this.tree.flush();
  }

  /** What has to be ended together with this, at the latest. */
  releaseWith(release: Unsubscribe): void {
    this.#releases.push(release);
  }

  /** Ends the polling and lets go of the scene; the connection stays as it is. A second time does nothing. */
  detach(): void {
    this.loop.stop();
    for (const release of this.#releases.splice(0)) release();
    this.tree.dispose();
  }

  /** Leaves the game, so that the others know at once, and detaches. */
  close(): void {
    this.multiplayer.multiplayerPeer?.close();
    this.multiplayer.multiplayerPeer = null;
    this.detach();
  }

  #page(): PageListener {
    return {
      hidden: (hidden) => {
        this.#isHidden = hidden;
        this.multiplayer.multiplayerPeer?.setHidden(hidden);
        this.hidden_changed.emit(hidden);
      },
      frozen: () => {
        this.#isStill = true;
        this.frozen.emit();
        this.flush();
      },
      resumed: () => this.#resume(),
      leaving: () => {
        this.#isStill = true;
        this.multiplayer.multiplayerPeer?.close();
      },
    };
  }

  /** A page that is gone back to is told of twice. */
  #resume(): void {
    if (!this.#isStill) return;
    this.#isStill = false;
    this.resumed.emit(this.#clock.now() - this.#lastPollMs);
  }

  /** A peer that was set meanwhile does not know yet. */
  #tellPeer(): void {
    const peer = this.multiplayer.multiplayerPeer;
    if (peer === this.#toldPeer) return;
    this.#toldPeer = peer;
    if (this.#isHidden) peer?.setHidden(true);
  }

  #stepWhileHidden(around: Surroundings): void {
    if (this.#isHidden && around.step !== undefined) around.step();
    else this.loop.tick();
  }
}
