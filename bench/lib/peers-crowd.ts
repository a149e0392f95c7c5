import { setTimeout as sleep } from 'node:timers/promises';
import type { Figures } from './figures.js';
import { ChildParty, type Report } from './peers-child.js';
import type { Side } from './peers-end.js';
import { median } from './statistics.js';

const CLIENTS = 64;
const PACKET_BYTES = 100;
const FRAME_MS = 1000 / 20;
const PLAY_MS = 10_000;
const SETTLING_MS = 1500;
const GIVE_UP_MS = 30_000;

interface Crowd {
  readonly open: number;
  /** Of what was put for open connections, in both directions. */
  readonly put: number;
  readonly arrived: number;
  readonly server: Report;
  readonly clients: Report;
}

/** A full server and its players, each of the two sides in a process of its own. */
export async function measureCrowd(figures: Figures, rounds: number): Promise<void> {
  for (const label of ['reliable', 'unreliable']) {
    const crowds: { linked: Crowd; bare: Crowd }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      crowds.push({ linked: await playOnce('linked', label), bare: await playOnce('bare', label) });
    }
    for (const side of ['linked', 'bare'] as const) {
      describe(
        `${label} ${side}`,
        crowds.map((crowd) => crowd[side]),
      );
    }
    const unconnected = crowds.map(({ linked }) => CLIENTS - linked.open);
    const missing = crowds.map(({ linked }) => linked.put - linked.arrived);
    figures.report(`crowd-${label}-unconnected`, Math.max(...unconnected), 'clients', { atMost: 0 });
    figures.report(`crowd-${label}-missing`, Math.max(...missing), 'packets', { atMost: 0 });
  }
}

function describe(name: string, crowds: readonly Crowd[]): void {
  const middle = (read: (crowd: Crowd) => number): string => median(crowds.map(read)).toFixed(2);
  const share = (report: Report): number => report.cpuMs / (PLAY_MS + SETTLING_MS) / CLIENTS;
  console.log(
    `${name}: ${crowds.map(({ open, put, arrived }) => `${open} open, ${arrived} of ${put}`).join('; ')} arrived; ` +
      `CPU per client ${middle(({ server }) => share(server) * 100)} % of a core at the server, ` +
      `${middle(({ clients }) => share(clients) * 100)} % at the client; memory per client ` +
      `${middle(({ server }) => server.grownMb / CLIENTS)} MB and ${middle(({ clients }) => clients.grownMb / CLIENTS)} MB`,
  );
}

async function playOnce(side: Side, label: string): Promise<Crowd> {
  const shared = { frameMs: FRAME_MS, bytes: PACKET_BYTES };
  const setup = { side, size: CLIENTS, label };
  const clients: ChildParty = new ChildParty(
    { ...shared, setup: { ...setup, role: 'clients' }, offers: false },
    (end, mail) => server.receive(end, mail),
  );
  const server: ChildParty = new ChildParty(
    { ...shared, setup: { ...setup, role: 'server' }, offers: true },
    (end, mail) => clients.receive(end, mail),
  );
  const settled = Promise.all([server.settled, clients.settled]);
  const [open] = (await Promise.race([settled, sleep(GIVE_UP_MS, [0, 0])])) as [number, number];
  await sleep(SETTLING_MS);
  server.play(PLAY_MS);
  clients.play(PLAY_MS);
  await sleep(PLAY_MS + SETTLING_MS);
  const reports = await Promise.all([server.report(), clients.report()]);
  server.close();
  clients.close();
  return {
    open,
    put: open * (reports[0].sent + reports[1].sent),
    arrived: reports[0].ages.length + reports[1].ages.length,
    server: reports[0],
    clients: reports[1],
  };
}
