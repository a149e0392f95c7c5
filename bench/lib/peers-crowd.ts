import { setTimeout as sleep } from 'node:timers/promises';
import type { Figures } from './figures.js';
import { ChildParty, type Report } from './peers-child.js';
import type { Side } from './peers-end.js';
import { median } from './statistics.js';

const CLIENTS = 64;
const PACKET_BYTES = 100;
const FRAME_MS = 1000 / 20;
const PLAY_MS = 5000;
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
    describe(
      `${label} bare`,
      crowds.map(({ bare }) => bare),
    );
    const linked = crowds.map((crowd) => crowd.linked);
    const server = describe(`${label} linked`, linked);
    const unconnected = linked.map(({ open }) => CLIENTS - open);
    const missing = linked.map(({ put, arrived }) => (1 - arrived / put) * 100);
    figures.report(`crowd-${label}-unconnected`, Math.max(...unconnected), 'clients', { atMost: 0 });
    // An end that another program held up for long enough finds unreliable packets too old, and drops them.
    figures.report(`crowd-${label}-missing`, Math.max(...missing), '%', { atMost: label === 'reliable' ? 0 : 1 });
    figures.report(`crowd-${label}-cpu-per-client`, server.cpuPercent, '% of a core', { atMost: 0.5 });
    figures.report(`crowd-${label}-memory-per-client`, server.memoryMb, 'MB', { atMost: 1.5 });
  }
}

/** What one client costs an end, the middle of all rounds. */
interface Share {
  readonly cpuPercent: number;
  readonly memoryMb: number;
}

const shareOf = (reports: readonly Report[]): Share => ({
  cpuPercent: (median(reports.map(({ cpuMs }) => cpuMs)) / (PLAY_MS + SETTLING_MS) / CLIENTS) * 100,
  memoryMb: median(reports.map(({ grownMb }) => grownMb)) / CLIENTS,
});

/** Gives the share at the server. */
function describe(name: string, crowds: readonly Crowd[]): Share {
  const shares = [shareOf(crowds.map(({ server }) => server)), shareOf(crowds.map(({ clients }) => clients))] as const;
  const [server, client] = shares.map(
    ({ cpuPercent, memoryMb }) => `${cpuPercent.toFixed(2)} % of a core and ${memoryMb.toFixed(2)} MB`,
  );
  console.log(
    `${name}: ${crowds.map(({ open, put, arrived }) => `${open} open, ${arrived} of ${put} arrived`).join('; ')}; ` +
      `per client ${server} at the server, ${client} at the client`,
  );
  return shares[0];
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
