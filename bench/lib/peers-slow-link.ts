import { setTimeout as sleep } from 'node:timers/promises';
import { WebRTCMultiplayerPeer } from 'scenewire';
import { everyMillisecond, time } from './attempts.js';
import { worst } from './end.js';
import type { Figures } from './figures.js';
import { FIRST_CLIENT, MultiplayerEnd, SERVER } from './peers-end.js';
import { heldMb, Overload } from './peers-overload.js';
import { Relay } from './peers-relay.js';
import { FRAME_MS, SimulatedRoom } from './peers-room.js';

const BANDWIDTH_BPS = 256_000;
const QUEUE_PACKETS = 100;
const OVERLOAD_MS = 30_000;
/** What is only shown for comparison is over sooner. */
const SHOWN_OVERLOAD_MS = 10_000;
/** Time for what is reliable to arrive after the last packet was put. */
const SETTLING_MS = 5000;

interface Outcome {
  readonly load: Overload;
  readonly grownMb: number;
  readonly isOpen: boolean;
}

/** A slow link and a game that offers eight times as much, with the link and without. */
export async function measureSlowLink(figures: Figures): Promise<void> {
  for (const isLinked of [true, false]) {
    const simulated = simulate(isLinked);
    describe(`simulated, ${nameOf(isLinked)}`, simulated);
    if (isLinked) report(figures, 'slow-link', simulated);
  }
  for (const isLinked of [true, false]) {
    const real = await playOverUdp(isLinked, isLinked ? OVERLOAD_MS : SHOWN_OVERLOAD_MS);
    describe(`over UDP, ${nameOf(isLinked)}`, real);
    if (isLinked) report(figures, 'slow-link-udp', real);
  }
}

const nameOf = (isLinked: boolean): string => (isLinked ? 'linked' : 'plain');

function describe(name: string, { load, grownMb, isOpen }: Outcome): void {
  const { stateAges, stateP95, callAges, callsP95, callsPut } = load;
  console.log(
    `${name}: ${stateAges.length} states, p95 ${stateP95.toFixed(0)} ms; ${callAges.length} of ${callsPut} calls, ` +
      `p95 ${callsP95.toFixed(0)} ms; ${isOpen ? 'open' : 'closed'}, ${grownMb.toFixed(1)} MB more held`,
  );
}

function report(figures: Figures, name: string, { load, grownMb, isOpen }: Outcome): void {
  figures.report(`${name}-state-p95`, load.stateP95, 'ms', { atMost: 300 });
  figures.report(`${name}-calls-p95`, load.callsP95, 'ms', { atMost: 1000 });
  figures.report(`${name}-calls-missing`, load.callsPut - load.callAges.length, 'calls', { atMost: 0 });
  figures.report(`${name}-open`, Number(isOpen), 'of 1', { atLeast: 1 });
  figures.report(`${name}-growth`, grownMb, 'MB', { atMost: 10 });
}

function simulate(isLinked: boolean): Outcome {
  const conditions = { latencyMs: 30, bandwidthBps: BANDWIDTH_BPS, queuePackets: QUEUE_PACKETS };
  const room = new SimulatedRoom({ conditions, isLinked });
  const { clock, server, clients } = room;
  const client = clients[0]!;
  const load = new Overload();
  const before = heldMb();
  for (let ms = 0; ms < OVERLOAD_MS; ms += FRAME_MS) {
    room.frame(() => {
      load.take(client, clock.now());
      load.put(server, FIRST_CLIENT, clock.now(), FRAME_MS);
    });
  }
  const grownMb = heldMb() - before;
  for (let ms = 0; ms < SETTLING_MS; ms += FRAME_MS) room.frame(() => load.take(client, clock.now()));
  return { load, grownMb, isOpen: isOpen(server, client) };
}

async function playOverUdp(isLinked: boolean, overloadMs: number): Promise<Outcome> {
  const relay = await Relay.open(BANDWIDTH_BPS, QUEUE_PACKETS);
  const [server, client] = await connectThrough(relay, isLinked);
  const load = new Overload();
  const before = heldMb();
  await play(server, client, overloadMs, load, true);
  const grownMb = heldMb() - before;
  await play(server, client, SETTLING_MS, load, false);
  const outcome = { load, grownMb, isOpen: isOpen(server, client) };
  server.close();
  client.close();
  relay.close();
  return outcome;
}

async function play(
  server: WebRTCMultiplayerPeer,
  client: WebRTCMultiplayerPeer,
  ms: number,
  load: Overload,
  isProducing: boolean,
): Promise<void> {
  const end = performance.now() + ms;
  for (let last = performance.now(); last < end; ) {
    await sleep(FRAME_MS);
    const now = performance.now();
    server.poll();
    client.poll();
    load.take(client, now);
    if (isProducing) load.put(server, FIRST_CLIENT, now, now - last);
    server.flush();
    client.flush();
    last = now;
  }
}

const isOpen = (server: WebRTCMultiplayerPeer, client: WebRTCMultiplayerPeer): boolean =>
  server.hasPeer(FIRST_CLIENT) && client.hasPeer(SERVER);

/** The client keeps its own candidates to itself: it reaches the server through the relay, and no other way. */
async function connectThrough(
  relay: Relay,
  isLinked: boolean,
): Promise<[server: WebRTCMultiplayerPeer, client: WebRTCMultiplayerPeer]> {
  const options = isLinked ? {} : ({ link: false } as const);
  const [server, client] = [new WebRTCMultiplayerPeer(options), new WebRTCMultiplayerPeer(options)];
  server.createServer();
  client.createClient(FIRST_CLIENT);
  const here: MultiplayerEnd = new MultiplayerEnd({
    peer: server,
    remoteId: FIRST_CLIENT,
    post: (mail) => there.receive(relay.disguise(mail)),
  });
  const there = new MultiplayerEnd({
    peer: client,
    remoteId: SERVER,
    post: (mail) => {
      if (mail.kind === 'description') here.receive(mail);
    },
  });
  here.offer();
  const pollBoth = (): void => {
    server.poll();
    client.poll();
  };
  const settled = Promise.all([here.settled, there.settled]).then(worst);
  const { outcome } = await time(settled, pollBoth, everyMillisecond);
  if (outcome !== 'open') throw new Error('They never connected through the relay');
  return [server, client];
}
