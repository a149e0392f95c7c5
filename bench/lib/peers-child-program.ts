/** The child process of `ChildParty`: one party, in frames of its own. It ends when its parent lets go of it. */

import type { FromChild, Orders, Report } from './peers-child.js';
import { cpuMs } from './peers-end.js';
import { heldMb } from './peers-overload.js';
import { makeParty, type Party } from './peers-party.js';
import { putAt, stamped } from './peers-room.js';
import { machineMs } from './peers-time.js';

let party: Party | undefined;
let rssAtStart = 0;
let cpuAtStart = 0;
let playUntil = 0;
let sent = 0;
let ages: number[] = [];
const packet = (bytes: number): Uint8Array => stamped(machineMs(), bytes);
const tell = (message: FromChild): void => void process.send?.(message);

process.on('message', (orders: Orders) => {
  if (orders.kind === 'begin') begin(orders);
  if (orders.kind === 'mail') party?.ends[orders.end]?.receive(orders.mail);
  if (orders.kind === 'play') {
    cpuAtStart = cpuMs();
    sent = 0;
    ages = [];
    playUntil = machineMs() + orders.ms;
  }
  if (orders.kind === 'report') tell({ kind: 'report', report: report() });
});
process.on('disconnect', () => process.exit(0));

function begin({ setup, frameMs, bytes, offers }: Extract<Orders, { kind: 'begin' }>): void {
  heldMb();
  rssAtStart = process.memoryUsage().rss;
  const made = makeParty(setup, (end, mail) => tell({ kind: 'mail', end, mail }));
  party = made;
  void made.settled.then((outcomes) =>
    tell({ kind: 'settled', open: outcomes.filter((one) => one === 'open').length }),
  );
  setInterval(() => {
    made.poll();
    const now = machineMs();
    made.read((one) => void ages.push(now - putAt(one)));
    if (now >= playUntil) return;
    made.broadcast(packet(bytes));
    sent += 1;
  }, frameMs);
  if (offers) for (const end of made.ends) end.offer();
}

function report(): Report {
  const spentMs = cpuMs() - cpuAtStart;
  heldMb();
  return { sent, ages, cpuMs: spentMs, grownMb: (process.memoryUsage().rss - rssAtStart) / 1024 / 1024 };
}
