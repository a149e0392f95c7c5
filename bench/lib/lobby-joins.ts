import { setTimeout as sleep } from 'node:timers/promises';
import type { Figures } from './figures.js';
import { fillRooms, LobbyPlayer } from './lobby-player.js';
import { LobbyServers } from './lobby-servers.js';
import { percentile } from './statistics.js';

const JOINS = 1000;
const WITHIN_MS = 10_000;
const ROOMS = 50;

/** A launch: a thousand players come in ten seconds, evenly, each from the connection to the last message of the join. */
export async function measureJoins(figures: Figures, processes: number): Promise<void> {
  const servers = await LobbyServers.start(processes);
  const name = processes === 1 ? 'lobby-joins' : 'lobby-joins-redis';
  try {
    const hosts = (await fillRooms(() => servers.url(), ROOMS, 1)).flat();
    const players: LobbyPlayer[] = [];
    const times: number[] = [];
    const problems: string[] = [];
    const start = performance.now();
    const join = async (index: number): Promise<void> => {
      const due = start + (index * WITHIN_MS) / JOINS;
      await sleep(Math.max(0, due - performance.now()));
      try {
        players.push(await LobbyPlayer.join(servers.url(), hosts[index % ROOMS]!.room));
        times.push(performance.now() - due);
      } catch (thrown) {
        problems.push(String(thrown));
      }
    };
    await Promise.all(Array.from({ length: JOINS }, (_, index) => join(index)));
    const seconds = (performance.now() - start) / 1000;
    const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
    console.log(
      `${times.length} joins in ${seconds.toFixed(1)} s, ${processes} process(es): median ${p50.toFixed(1)} ms, ` +
        `p99 ${p99.toFixed(1)} ms${problems.length > 0 ? `; ${problems[0]}` : ''}`,
    );
    figures.report(`${name}-errors`, problems.length, 'joins', { atMost: 0 });
    figures.report(`${name}-time`, seconds, 's', { atMost: 10.5 });
    for (const player of [...hosts, ...players]) player.close();
  } finally {
    await servers.stop();
  }
}
