import type { Speaker } from './speaker.js';

/** How the tracks of one player are passed on: what its back end can do decides. */
export interface ForwardingWay {
  /** "packets" as they come, or "tracks" that are decoded here and encoded anew. */
  readonly name: 'packets' | 'tracks';
  /**
   * What the player sends now: the same objects for the same tracks, and at most one of each kind. Once per poll: the same
   * set while nothing has changed.
   */
  follow(): ReadonlySet<Speaker>;
  /** `heard` is who is to be heard now, the most important first; `present` is everybody there is. */
  hear(heard: readonly Speaker[], present: ReadonlySet<Speaker>, now: number): void;
  /** Who gets through to the player now. */
  readonly heard: readonly Speaker[];
  /** Nothing of the player is passed on any more, and nothing to it. */
  close(): void;
}
