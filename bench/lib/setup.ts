import {
  type Attempt,
  at60Hz,
  describe,
  everyMillisecond,
  gameChannels,
  type Pace,
  type Summary,
  summarize,
  time,
} from './attempts.js';
import { Pair } from './end.js';
import type { Figures } from './figures.js';
import { OtherProcess } from './other-process.js';
import { forEachSide, type Side, sideNames, sides } from './sides.js';

/** Makes one connection and closes it again. */
type Connect = (side: Side, pace: Pace) => Promise<Attempt>;

type Summaries = Record<Side, Summary>;

/** From the offer until all channels are open at both ends, one connection after the other, without latency. */
export async function compareSetup(figures: Figures, attempts: number): Promise<void> {
  const third = Math.ceil(attempts / 3);
  const near = await compare('one process', attempts, inThisProcess, everyMillisecond);
  reportReliability(figures, 'setup', near);
  // The bare library takes 5 ms, or a second, as two races fall: its median is whichever has the larger half. Its mean
  // is what players wait.
  figures.report('setup-median', near.scenewire.median, 'ms', { atMost: near.bare.median });
  figures.report('setup-mean', near.scenewire.mean, 'ms', { atMost: near.bare.mean });
  figures.report('setup-p99', near.scenewire.p99, 'ms', { atMost: near.bare.p99 });
  await compare('one process', third, inThisProcess, at60Hz);

  const other = new OtherProcess();
  const connect: Connect = (side, pace) => other.connect(side, pace);
  reportReliability(figures, 'setup-two-processes', await compare('two processes', third, connect, everyMillisecond));
  await compare('two processes', third, connect, at60Hz);
  other.close();
}

async function compare(where: string, attempts: number, connect: Connect, pace: Pace): Promise<Summaries> {
  const made = forEachSide((): Attempt[] => []);
  for (let i = 0; i < attempts; i += 1) {
    // Each is first as often as the other: what the machine does meanwhile weighs on both.
    const order = i % 2 === 0 ? sideNames : [...sideNames].reverse();
    for (const side of order) made[side].push(await connect(side, pace));
  }
  const summaries = forEachSide((side) => summarize(made[side]));
  for (const side of sideNames) {
    console.log(`${attempts} connections, ${where}, ${pace.name}, ${side}: ${describe(summaries[side])}`);
  }
  return summaries;
}

async function inThisProcess(side: Side, pace: Pace): Promise<Attempt> {
  const pair = new Pair(sides[side], gameChannels);
  pair.a.offer();
  const attempt = await time(pair.settled(), () => pair.poll(), pace);
  await pair.close();
  return attempt;
}

function reportReliability(figures: Figures, name: string, { scenewire, bare }: Summaries): void {
  figures.report(`${name}-failures`, scenewire.failures, 'connections', { atMost: 0 });
  figures.report(`${name}-slow`, scenewire.slowShare, 'share', { atMost: bare.slowShare / 3 });
}
