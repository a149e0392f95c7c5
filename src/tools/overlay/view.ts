import type { NetworkFigures } from '../monitor/network-figures.js';

/** A piece of work that is small enough for one frame. */
export type Job = () => void;

/** What one tab shows. */
export interface View {
  readonly title: string;
  readonly element: HTMLElement;
  /** New figures, whether they are looked at or not. */
  note(figures: NetworkFigures): void;
  /** What there is to draw of them: one in each frame, so that no frame pays for all. */
  jobs(figures: NetworkFigures): Iterable<Job>;
  /** It is looked at from now on, or no longer. */
  setShown?(isShown: boolean): void;
  close?(): void;
}
