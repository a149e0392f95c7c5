import { setTimeout as sleep } from 'node:timers/promises';
import type { Figures } from './figures.js';
import { fillRooms } from './lobby-player.js';
import { LobbyServers } from './lobby-servers.js';

const SOCKETS = 5000;
const ROOM_SIZE = 5;
/** Two pings each. */
const IDLE_MS = 20_000;

/** Players that sit in rooms and do nothing, as all do once their game runs: what they cost. */
export async function measureIdleSockets(figures: Figures): Promise<void> {
  const servers = await LobbyServers.start(1);
  try {
    const before = servers.memory();
    const rooms = await fillRooms(() => servers.url(), SOCKETS, ROOM_SIZE);
    const joined = servers.memory();
    const cpu = servers.cpu();
    await sleep(IDLE_MS);
    const after = servers.memory();
    const share = (servers.cpu() - cpu) / IDLE_MS;
    const each = ((after - before) * 1024) / SOCKETS;
    console.log(
      `${SOCKETS} sockets in ${rooms.length} rooms: ${before.toFixed(0)} MB before, ${joined.toFixed(0)} MB when all had ` +
        `joined, ${after.toFixed(0)} MB idle: ${each.toFixed(1)} KB each; ${(share * 100).toFixed(1)} % of a core`,
    );
    figures.report('lobby-idle-memory', after, 'MB', { atMost: 300 });
    for (const player of rooms.flat()) player.close();
  } finally {
    await servers.stop();
  }
}
