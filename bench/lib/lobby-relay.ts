import { setTimeout as sleep } from 'node:timers/promises';
import type { Figures } from './figures.js';
import { fillRooms, type LobbyPlayer } from './lobby-player.js';
import { LobbyServers } from './lobby-servers.js';
import { OwnLag } from './own-lag.js';
import { percentile } from './statistics.js';

const PER_SECOND = 2000;
const SECONDS = 10;
const WARM_UP_SECONDS = 2;
const ROOMS = 100;
const ROOM_SIZE = 4;
/** Between a candidate and a description. */
const MESSAGE_BYTES = 400;
/** How long the last ones may take before they count as missing. */
const SETTLING_MS = 5000;

/** Descriptions and candidates that pass through the lobby, each from its sender to its receiver. */
export async function measureRelay(figures: Figures, processes: number): Promise<void> {
  const servers = await LobbyServers.start(processes);
  const name = processes === 1 ? 'lobby-relay' : 'lobby-relay-redis';
  try {
    // Members of a room come to the processes by turns, so that with two of them most messages go from one to the other.
    const rooms = await fillRooms(() => servers.url(), ROOMS * ROOM_SIZE, ROOM_SIZE, 1);
    await send(rooms, WARM_UP_SECONDS);
    const cpu = servers.cpu();
    const lag = new OwnLag();
    const { sent, times } = await send(rooms, SECONDS);
    const late = lag.stop();
    const share = (servers.cpu() - cpu) / (SECONDS * 1000);
    const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
    console.log(
      `${sent} messages at ${PER_SECOND} per second, ${processes} process(es): median ${p50.toFixed(2)} ms, ` +
        `p99 ${p99.toFixed(2)} ms (this process was late by ${late.toFixed(1)} ms), ${(share * 100).toFixed(0)} % of a core`,
    );
    figures.report(`${name}-missing`, sent - times.length, 'messages', { atMost: 0 });
    figures.report(`${name}-p99`, p99, 'ms', { atMost: 20 });
    for (const player of rooms.flat()) player.close();
  } finally {
    await servers.stop();
  }
}

async function send(rooms: readonly LobbyPlayer[][], seconds: number): Promise<{ sent: number; times: number[] }> {
  const padding = 'x'.repeat(MESSAGE_BYTES);
  const times: number[] = [];
  const start = performance.now();
  for (const player of rooms.flat()) {
    player.onLetter = ({ data }) => {
      const sentAt = Number(data.slice(0, data.indexOf(' ')));
      // The last ones of the warm-up may come late.
      if (sentAt >= start) times.push(performance.now() - sentAt);
    };
  }
  const total = seconds * PER_SECOND;
  let sent = 0;
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * PER_SECOND));
    for (; sent < due; sent += 1) {
      const room = rooms[sent % ROOMS]!;
      const from = room[Math.floor(sent / ROOMS) % ROOM_SIZE]!;
      const to = room[(Math.floor(sent / ROOMS) + 1) % ROOM_SIZE]!;
      from.send(to.id, `${performance.now()} ${padding}`);
    }
    await sleep(1);
  }
  for (const end = performance.now() + SETTLING_MS; times.length < sent && performance.now() < end; ) await sleep(10);
  return { sent, times };
}
