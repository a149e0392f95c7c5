import type { Figures } from './figures.js';
import { LobbyCrowd } from './lobby-crowd.js';
import { LobbyProbe, type ProbeResult, untilQuiet } from './lobby-probe.js';
import { LobbyServers } from './lobby-servers.js';

const PER_SECOND = 2000;
/** Of those, the ones that are timed. */
const TIMED_PER_SECOND = 200;
const SECONDS = 10;
const WARM_UP_SECONDS = 3;
const ROOMS = 100;
const ROOM_SIZE = 4;
/** Between a candidate and a description. */
const CHARACTERS = 400;

/**
 * Descriptions and candidates that pass through the lobby, each from its sender to its receiver. All count that do not
 * arrive; those are timed that go between players in a process of their own.
 */
export async function measureRelay(figures: Figures, processes: number): Promise<void> {
  const servers = await LobbyServers.start(processes);
  const crowd = new LobbyCrowd();
  const name = processes === 1 ? 'lobby-relay' : 'lobby-relay-redis';
  try {
    await crowd.gather(servers.urls, ROOMS, ROOM_SIZE);
    const probe = await LobbyProbe.join(() => servers.url(), TIMED_PER_SECOND);
    const others = { perSecond: PER_SECOND - TIMED_PER_SECOND, characters: CHARACTERS };
    await crowd.send({ ...others, seconds: WARM_UP_SECONDS });
    let missing = 0;
    const round = async (): Promise<{ timed: ProbeResult }> => {
      const cpu = servers.cpu();
      const [timed, rest] = await Promise.all([
        probe.measure(SECONDS, CHARACTERS),
        crowd.send({ ...others, seconds: SECONDS }),
      ]);
      const share = (servers.cpu() - cpu) / (SECONDS * 1000);
      console.log(
        `${timed.count + rest.sent} messages at ${PER_SECOND} per second, ${processes} process(es): median ` +
          `${timed.p50.toFixed(2)} ms, p99 ${timed.p99.toFixed(2)} ms of ${timed.count} (the process that timed them was ` +
          `late by ${timed.late.toFixed(1)} ms, the one of the others by ${rest.late.toFixed(1)} ms); ` +
          `${(share * 100).toFixed(0)} % of a core`,
      );
      missing += timed.missing + rest.sent - rest.arrived;
      return { timed };
    };
    const { timed } = await untilQuiet(round);
    figures.report(`${name}-missing`, missing, 'messages', { atMost: 0 });
    figures.report(`${name}-p99`, timed.p99, 'ms', { atMost: 20 });
    probe.close();
  } finally {
    crowd.leave();
    await servers.stop();
  }
}
