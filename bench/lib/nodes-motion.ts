import { playGeckos, playOurs } from '../../test/nodes/support/motion-players.js';
import { type MotionFigures, measure, record } from '../../test/nodes/support/motion-recording.js';
import type { Figures } from './figures.js';
import { mean } from './statistics.js';

const SEEDS = [1, 2, 3, 4, 5];

/** The same recordings (20 states per second over 100 ± 50 ms with 5 % loss) shown here and by another library. */
export function compareMotion(figures: Figures): void {
  const ours = SEEDS.map((seed) => measure(playOurs(record({ seed }))));
  const theirs = SEEDS.map((seed) => measure(playGeckos(record({ seed }))));
  const of = (all: readonly MotionFigures[], key: keyof MotionFigures): number => mean(all.map((one) => one[key]));
  for (const [name, all] of Object.entries({ scenewire: ours, 'snapshot-interpolation': theirs })) {
    console.log(
      `${name}: ${of(all, 'pathError').toFixed(4)} units beside the way, jerk ${of(all, 'jerk').toFixed(0)}, ${of(all, 'delayMs').toFixed(0)} ms late`,
    );
  }
  figures.report('motion-path-error-ratio', of(ours, 'pathError') / of(theirs, 'pathError'), 'x', { atMost: 1 });
  figures.report('motion-jerk-ratio', of(ours, 'jerk') / of(theirs, 'jerk'), 'x', { atMost: 1 });
  figures.report('motion-delay', of(ours, 'delayMs'), 'ms', { atMost: 250 });
}
