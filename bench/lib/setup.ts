import { type Attempt, describe, gameChannels, type Summary, summarize, time } from './attempts.js';
import { Pair } from './end.js';
import type { Figures } from './figures.js';
import { OtherProcess } from './other-process.js';
import { type Way, ways } from './ways.js';

/** Makes one connection and closes it again. */
type Connect = (way: Way) => Promise<Attempt>;

const most = ['prompt', 'frames', 'bare'] as const;

/**
 * From the making of both connections until all channels are open at both ends, as their signals and callbacks tell, one
 * connection after the other, without latency. Both libraries are driven by what they have to tell; what a game with
 * frames waits, of a millisecond and of a 60th of a second, is shown beside. The making counts, since the bare library
 * begins its work there, and ours with the offer.
 */
export async function compareSetup(figures: Figures, attempts: number): Promise<void> {
  const near = await compare('one process', attempts, inThisProcess, most);
  reportReliability(figures, 'setup', near);
  // The bare library takes 2 ms, or a second, as two races fall: its median is whichever has the larger half. Its mean
  // is what players wait.
  figures.report('setup-median', near.prompt.median, 'ms', { atMost: near.bare.median });
  figures.report('setup-mean', near.prompt.mean, 'ms', { atMost: near.bare.mean });
  figures.report('setup-p99', near.prompt.p99, 'ms', { atMost: near.bare.p99 });
  const third = Math.ceil(attempts / 3);
  await compare('one process', third, inThisProcess, ['slow frames']);

  const other = new OtherProcess();
  const connect: Connect = (way) => other.connect(way);
  reportReliability(figures, 'setup-two-processes', await compare('two processes', third, connect, most));
  await compare('two processes', third, connect, ['slow frames']);
  other.close();
}

async function compare<W extends Way>(
  where: string,
  attempts: number,
  connect: Connect,
  compared: readonly W[],
): Promise<Record<W, Summary>> {
  const made = new Map<W, Attempt[]>(compared.map((way) => [way, []]));
  for (let i = 0; i < attempts; i += 1) {
    // Each is first as often as the others: what the machine does meanwhile weighs on all.
    const order = compared.map((_, at) => compared[(at + i) % compared.length] as W);
    for (const way of order) made.get(way)?.push(await connect(way));
  }
  const summaries = [...made].map(([way, all]) => [way, summarize(all)] as const);
  for (const [way, summary] of summaries) {
    const how = way === 'bare' ? 'bare' : `scenewire, ${ways[way].pace.name}`;
    console.log(`${attempts} connections, ${where}, ${how}: ${describe(summary)}`);
  }
  return Object.fromEntries(summaries) as Record<W, Summary>;
}

async function inThisProcess(way: Way): Promise<Attempt> {
  const { make, pace } = ways[way];
  const start = performance.now();
  const pair = new Pair(make, gameChannels);
  pair.a.offer();
  const attempt = await time(pair.settled(), () => pair.poll(), pace, start);
  await pair.close();
  return attempt;
}

function reportReliability(figures: Figures, name: string, of: Record<(typeof most)[number], Summary>): void {
  const { prompt, frames, bare } = of;
  figures.report(`${name}-failures`, prompt.failures + frames.failures, 'connections', { atMost: 0 });
  const slowShare = Math.max(prompt.slowShare, frames.slowShare);
  figures.report(`${name}-slow`, slowShare, 'share', { atMost: bare.slowShare / 3 });
}
