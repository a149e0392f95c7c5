/** The crowd of `lobby-crowd.ts`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Attacker, floods } from './lobby-attacker.js';
import type { CrowdAnswer, CrowdOrders, Sending, Sent } from './lobby-crowd.js';
import { fillRooms, type LobbyPlayer } from './lobby-player.js';
import { OwnLag } from './own-lag.js';

/** How long the last messages may take before they count as missing. */
const SETTLING_MS = 10_000;
const FLOOD_EVERY_MS = 2;

let rooms: readonly LobbyPlayer[][] = [];

async function gather(urls: readonly string[], count: number, size: number): Promise<CrowdAnswer> {
  let turn = 0;
  const url = (): string => urls[turn++ % urls.length]!;
  // Members of a room come to the processes by turns, so that with two of them most messages go from one to the other.
  rooms = await fillRooms(url, count * size, size, 1);
  return { kind: 'ready' };
}

async function send({ perSecond, seconds, characters }: Sending): Promise<Sent> {
  const padding = 'x'.repeat(characters);
  let arrived = 0;
  for (const player of rooms.flat()) {
    player.onFrame = () => {
      arrived += 1;
    };
  }
  const lag = new OwnLag();
  const start = performance.now();
  const total = seconds * perSecond;
  let sent = 0;
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * perSecond));
    for (; sent < due; sent += 1) {
      const room = rooms[sent % rooms.length]!;
      const at = Math.floor(sent / rooms.length);
      room[at % room.length]!.send(room[(at + 1) % room.length]!.id, padding);
    }
    await sleep(1);
  }
  const late = lag.stop();
  for (const end = performance.now() + SETTLING_MS; arrived < sent && performance.now() < end; ) await sleep(10);
  return { sent, arrived, late };
}

async function attack(url: string, count: number, seconds: number): Promise<CrowdAnswer> {
  const attackers = Array.from({ length: count }, (_, index) => new Attacker(url, floods[index % floods.length]!));
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    for (const attacker of attackers) attacker.flood();
    await sleep(FLOOD_EVERY_MS);
  }
  for (const attacker of attackers) attacker.close();
  const sum = (of: (attacker: Attacker) => number): number => attackers.reduce((all, one) => all + of(one), 0);
  return { kind: 'attacked', frames: sum(({ frames }) => frames), connections: sum(({ connections }) => connections) };
}

async function carryOut(orders: CrowdOrders): Promise<CrowdAnswer> {
  if (orders.kind === 'gather') return gather(orders.urls, orders.rooms, orders.roomSize);
  if (orders.kind === 'attack') return attack(orders.url, orders.attackers, orders.seconds);
  return { kind: 'sent', ...(await send(orders)) };
}

process.on('message', async (orders: CrowdOrders) => process.send!(await carryOut(orders)));
