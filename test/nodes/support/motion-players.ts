import { SnapshotInterpolation } from '@geckos.io/snapshot-interpolation';
import { PlayoutClock } from '../../../src/nodes/motion/playout-clock.js';
import { type Motion, SnapshotTrack } from '../../../src/nodes/motion/snapshot-track.js';
import { type Arrival, type Point, play, type Shown } from './motion-recording.js';

/** What this library shows of a recording. */
export function playOurs(arrivals: readonly Arrival[], motion: Motion = 'curve'): Shown[] {
  const clock = new PlayoutClock();
  const track = new SnapshotTrack(motion, 3);
  const out = [0, 0, 0];
  return play(
    arrivals,
    (state) => {
      const sent = { timeMs: state.sentMs };
      clock.arrived(sent, { timeMs: state.atMs });
      track.push(sent, state.at);
    },
    (timeMs) => {
      clock.advance({ timeMs });
      return track.sample(clock, out) ? ([...out] as unknown as Point) : null;
    },
  );
}

/** What @geckos.io/snapshot-interpolation shows of it, set up as its documentation says for 20 states per second. */
export function playGeckos(arrivals: readonly Arrival[], hz = 20): Shown[] {
  const wallClock = 1_700_000_000_000;
  const interpolation = new SnapshotInterpolation(hz);
  const before = SnapshotInterpolation.Now;
  let now = 0;
  SnapshotInterpolation.Now = () => Math.round(wallClock + now);
  let last: Point | null = null;
  try {
    return play(
      arrivals,
      ({ sentMs, atMs, at: [x, y, z] }) => {
        now = atMs;
        interpolation.snapshot.add({ id: `${sentMs}`, time: wallClock + sentMs, state: [{ id: 'thing', x, y, z }] });
      },
      (nowMs) => {
        now = nowMs;
        const thing = interpolation.calcInterpolation('x y z')?.state[0] as Record<'x' | 'y' | 'z', number> | undefined;
        if (thing !== undefined) last = [thing.x, thing.y, thing.z];
        return last;
      },
    );
  } finally {
    SnapshotInterpolation.Now = before;
  }
}
