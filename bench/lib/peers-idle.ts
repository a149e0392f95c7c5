import { WebRTCMultiplayerPeer } from 'scenewire';
import { ManualClock } from 'scenewire/testing';
import { everyMillisecond, time } from './attempts.js';
import { worst } from './end.js';
import type { Figures } from './figures.js';
import { cpuMs, FIRST_CLIENT, MultiplayerEnd, SERVER } from './peers-end.js';
import { FRAME_MS, SimulatedRoom } from './peers-room.js';
import { median } from './statistics.js';

const CLIENTS = 64;
const POLLS = 100_000;
const ROUNDS = 5;
const SETTLING_FRAMES = 600;
const LIVING_FRAMES = 3600;

/** What a server's poll costs in a frame in which nothing has happened to any of its players. */
export async function measureIdleServer(figures: Figures): Promise<void> {
  for (const isLinked of [true, false]) {
    const room = new SimulatedRoom({ clients: CLIENTS, isLinked });
    for (let i = 0; i < SETTLING_FRAMES; i += 1) room.frame();
    const name = isLinked ? 'linked' : 'plain';
    measure(figures, `idle-server-${name}`, room.server);
    if (!isLinked) continue;
    showLife(room);
  }
  await measureNative(figures);
}

function measure(figures: Figures, name: string, server: WebRTCMultiplayerPeer): void {
  const rounds = Array.from({ length: ROUNDS }, () => pollOften(server));
  const us = median(rounds.map((round) => round.us));
  const grown = rounds.map((round) => round.bytes);
  console.log(`${name}: ${us.toFixed(2)} us a poll; the heap grew by ${grown.join(', ')} bytes in ${POLLS} polls`);
  figures.report(`${name}-poll`, us, 'us', { atMost: 20 });
  // What the reading of the memory itself allocates is not the polls'.
  figures.report(`${name}-allocation`, Math.max(0, Math.floor(Math.min(...grown) / POLLS)), 'bytes', { atMost: 0 });
}

/** CPU time, since the machine may be busy with other things. */
function pollOften(server: WebRTCMultiplayerPeer): { us: number; bytes: number } {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const start = cpuMs();
  for (let i = 0; i < POLLS; i += 1) server.poll();
  const us = ((cpuMs() - start) * 1000) / POLLS;
  return { us, bytes: process.memoryUsage().heapUsed - before };
}

/** Shown beside it: with time that goes on, the heartbeats of all players are part of it. */
function showLife(room: SimulatedRoom): void {
  let spentMs = 0;
  for (let i = 0; i < LIVING_FRAMES; i += 1) {
    room.clock.advance(FRAME_MS);
    const start = performance.now();
    room.server.poll();
    spentMs += performance.now() - start;
    for (const client of room.clients) client.poll();
  }
  console.log(`with the heartbeats of a minute: ${((spentMs * 1000) / LIVING_FRAMES).toFixed(1)} us a poll`);
}

/** The clock of the peers stands still while it is measured, the machine's does not. */
async function measureNative(figures: Figures): Promise<void> {
  const clock = new ManualClock(1000);
  const server = new WebRTCMultiplayerPeer({ clock });
  server.createServer();
  const clients: WebRTCMultiplayerPeer[] = [];
  const pollAll = (): void => {
    clock.advance(1);
    server.poll();
    for (const client of clients) client.poll();
  };
  let missing = 0;
  for (let i = 0; i < CLIENTS; i += 1) {
    const ends = joinNative(server, FIRST_CLIENT + i, clock);
    clients.push(ends[1].peer);
    const settled = Promise.all(ends.map((end) => end.settled)).then(worst);
    if ((await time(settled, pollAll, everyMillisecond)).outcome !== 'open') missing += 1;
  }
  for (let i = 0; i < SETTLING_FRAMES; i += 1) {
    pollAll();
    await everyMillisecond.next();
  }
  if (missing > 0) console.log(`${missing} of ${CLIENTS} did not connect`);
  measure(figures, 'idle-server-native', server);
  server.close();
  for (const client of clients) client.close();
}

function joinNative(server: WebRTCMultiplayerPeer, id: number, clock: ManualClock): [MultiplayerEnd, MultiplayerEnd] {
  const peer = new WebRTCMultiplayerPeer({ clock });
  peer.createClient(id);
  const here: MultiplayerEnd = new MultiplayerEnd({
    peer: server,
    remoteId: id,
    post: (mail) => there.receive(mail),
  });
  const there = new MultiplayerEnd({ peer, remoteId: SERVER, post: (mail) => here.receive(mail) });
  here.offer();
  return [here, there];
}
