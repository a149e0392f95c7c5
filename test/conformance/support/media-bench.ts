import type { Arrangement, Bench } from './arrangement.js';
import type { TrackKind } from './lab-media.js';
import type { LabFunction } from './world.js';

export type Side = 'a' | 'b';

/** One direction in which tracks go, and how a test's name says it. */
export interface Way {
  readonly from: Side;
  readonly to: Side;
  readonly tail: string;
}

/** What a way needs at its two ends. */
interface Needs {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

export const ANY = ['full', 'packets'];
export const FULL = ['full'];

/** The directions between two back ends that can do so; one is enough where both ends are alike. */
export function waysOf({ name, alone, tracks = ['none', 'none'] }: Arrangement, needs: Needs): readonly Way[] {
  const [a, b] = tracks;
  const [first = '', second = ''] = name.split('-');
  const ways: Way[] = [];
  if (needs.from.includes(a) && needs.to.includes(b)) {
    ways.push({ from: 'a', to: 'b', tail: alone ? '' : ` (${first} to ${second})` });
  }
  if (!alone && needs.from.includes(b) && needs.to.includes(a)) {
    ways.push({ from: 'b', to: 'a', tail: ` (${second} to ${first})` });
  }
  return ways;
}

/** What tests of tracks are written with. */
export class MediaBench {
  readonly bench: Bench;

  constructor(bench: Bench) {
    this.bench = bench;
  }

  run<A, R>(side: Side, fn: LabFunction<A, R>, arg: A): Promise<R> {
    return this.bench.pair.world(side).run(fn, arg);
  }

  /** A connection that stands, with these channels. */
  connect(channels: Record<string, object> = { game: {} }): Promise<void> {
    return this.bench.pair.connect(channels, 'a', { media: true });
  }

  send(side: Side, name: string, kind: TrackKind, streams: readonly string[]): Promise<number> {
    return this.run(side, (lab, [who, ...track]) => lab.peer(who).media.send(...track), [
      side,
      name,
      kind,
      streams,
    ] as const);
  }

  stop(side: Side, name: string): Promise<number> {
    return this.run(side, (lab, [who, track]) => lab.peer(who).media.stop(track), [side, name] as const);
  }

  /** What a side has heard of tracks, once there is so much of it. */
  async heard(side: Side, count: number): Promise<string[]> {
    await this.bench.pair.until(side, (lab, [who, least]) => lab.peer(who).media.heard.length >= least, [
      side,
      count,
    ] as const);
    return this.run(side, (lab, who) => lab.peer(who).media.heard, side as string);
  }

  /** Until a side gets these tracks and no others, and its exchanges are over. */
  async untilReceived(side: Side, tracks: readonly string[]): Promise<void> {
    await this.bench.pair.until(
      side,
      (lab, [who, wanted]) =>
        lab.peer(who).media.received().join('; ') === wanted && lab.pc(who).getSignalingState() === 0,
      [side, tracks.join('; ')] as const,
    );
  }

  /** Until nothing is being agreed on, and nothing is on its way. */
  async settle(): Promise<void> {
    const { pair } = this.bench;
    let before = '';
    for (let quiet = 0; quiet < 2; ) {
      await pair.frames(2);
      const now: unknown[] = [];
      for (const side of ['a', 'b'] as const) {
        const state = await this.run(
          side,
          (lab, who) => [lab.pc(who).getSignalingState(), lab.peer(who).media.made],
          side as string,
        );
        now.push(state);
      }
      const text = JSON.stringify(now);
      const isStable = now.every((state) => (state as unknown[])[0] === 0);
      quiet = isStable && text === before ? quiet + 1 : 0;
      before = text;
    }
  }

  /** How many offers each side has made anew. */
  async offers(): Promise<Record<Side, number>> {
    const count = (side: Side): Promise<number> =>
      this.run(side, (lab, who) => lab.peer(who).media.made.offer, side as string);
    return { a: await count('a'), b: await count('b') };
  }

  /** Nobody complained, on either side. */
  async complaints(): Promise<string[]> {
    const all: string[] = [];
    for (const side of ['a', 'b'] as const) {
      const found = await this.run(
        side,
        (lab, who) => [...lab.errors, ...lab.peer(who).heard('error_occurred', 'disconnected', 'channel-closed')],
        side as string,
      );
      all.push(...found);
    }
    return all;
  }
}
