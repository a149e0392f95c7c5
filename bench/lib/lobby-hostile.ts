import { setTimeout as sleep } from 'node:timers/promises';
import type { Figures } from './figures.js';
import { LobbyCrowd } from './lobby-crowd.js';
import { LobbyProbe, type ProbeResult, untilQuiet } from './lobby-probe.js';
import { LobbyServers } from './lobby-servers.js';

const HOSTILE = 64;
const SECONDS = 10;
/** Until everybody floods. */
const RISE_MS = 1000;
const TIMED_PER_SECOND = 100;
const CHARACTERS = 400;

/** Everybody from one address sends as much as the lobby takes, while two players of another kind talk to each other. */
export async function measureHostile(figures: Figures): Promise<void> {
  const servers = await LobbyServers.start(1);
  const crowd = new LobbyCrowd();
  try {
    const probe = await LobbyProbe.join(() => servers.url(), TIMED_PER_SECOND);
    let missing = 0;
    const round = async (): Promise<{ timed: ProbeResult }> => {
      const attack = crowd.attack(servers.url(), HOSTILE, SECONDS + (2 * RISE_MS) / 1000);
      await sleep(RISE_MS);
      const cpu = servers.cpu();
      const timed = await probe.measure(SECONDS, CHARACTERS);
      const share = (servers.cpu() - cpu) / (SECONDS * 1000);
      const { frames, connections } = await attack;
      console.log(
        `${HOSTILE} hostile clients for ${SECONDS} s, ${frames} frames, ${connections} connections: ${timed.count} ` +
          `messages between others, median ${timed.p50.toFixed(1)} ms, p99 ${timed.p99.toFixed(1)} ms (the process that ` +
          `timed them was late by ${timed.late.toFixed(1)} ms); ${(share * 100).toFixed(0)} % of a core, ` +
          `${servers.memory().toFixed(0)} MB`,
      );
      missing += timed.missing;
      return { timed };
    };
    const { timed } = await untilQuiet(round);
    figures.report('lobby-hostile-missing', missing, 'messages', { atMost: 0 });
    figures.report('lobby-hostile-p99', timed.p99, 'ms', { atMost: 50 });
    probe.close();
  } finally {
    crowd.leave();
    await servers.stop();
  }
}
