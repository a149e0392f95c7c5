import type { SceneTree } from 'scenewire';
import type { Show } from '../show/show.js';

/** An engine that shows the arena: one for Babylon.js, one for three.js, one for react-three-fiber. */
export interface View<N extends object> {
  /** The scene as multiplayer sees it. */
  readonly tree: SceneTree<N>;
  /** An empty node of the engine. */
  makeNode(name: string): N;
  /** Begins to draw; `frame` is called before each picture, when the camera is where it will be. */
  start(show: Show<N>, frame: (seconds: number) => void): void;
  /** Where a point is on the screen, in CSS pixels; false when it is behind the camera. */
  project(x: number, y: number, z: number, out: { x: number; y: number }): boolean;
}
