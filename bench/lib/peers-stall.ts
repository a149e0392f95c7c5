import { setTimeout as sleep } from 'node:timers/promises';
import type { Figures } from './figures.js';
import { ChildParty } from './peers-child.js';
import type { Side } from './peers-end.js';
import { makeParty, type Party } from './peers-party.js';
import { FRAME_MS, stamped } from './peers-room.js';
import { machineMs } from './peers-time.js';

const LABELS = ['unreliable', 'ordered'] as const;
const PACKET_BYTES = 200;
const BEFORE_MS = 2000;
const STALLED_MS = 6000;
const AFTER_MS = 4000;
const STALE_MS = 500;
const GIVE_UP_MS = 15_000;

interface Stalled {
  readonly stale: number;
  readonly applied: number;
  readonly oldestMs: number;
}

/** A process that stood still for six seconds goes on: what does it still get of what was sent meanwhile? */
export async function compareStall(figures: Figures, rounds: number): Promise<void> {
  // All at once: what they do for most of the time is wait.
  const stalls = await Promise.all(LABELS.map((label) => stallOften(label, rounds)));
  for (const [at, label] of LABELS.entries()) {
    figures.report(`stall-${label}-stale`, Math.max(...stalls[at]!), 'packets', { atMost: 0 });
  }
}

/** Gives the stale packets of each round, with the link. */
async function stallOften(label: string, rounds: number): Promise<number[]> {
  const stale: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [linked, bare] = await Promise.all([stallOnce('linked', label), stallOnce('bare', label)]);
    stale.push(linked.stale);
    for (const [name, { applied, oldestMs, stale: count }] of Object.entries({ linked, bare })) {
      console.log(
        `${label} ${name}: ${count} of ${applied} packets older than ${STALE_MS} ms, the oldest ${oldestMs.toFixed(0)} ms`,
      );
    }
  }
  return stale;
}

async function stallOnce(side: Side, label: string): Promise<Stalled> {
  const { sender, receiver } = await connect(side, label);
  await play(sender, BEFORE_MS);
  // What is counted begins here.
  receiver.play(0);
  receiver.stall();
  await play(sender, STALLED_MS);
  receiver.resume();
  await play(sender, AFTER_MS);
  const { ages } = await receiver.report();
  sender.close();
  receiver.close();
  return { stale: ages.filter((age) => age > STALE_MS).length, applied: ages.length, oldestMs: Math.max(...ages) };
}

/** Tries again when it fails, as the bare library sometimes does. */
async function connect(side: Side, label: string): Promise<{ sender: Party; receiver: ChildParty }> {
  for (;;) {
    const sender: Party = makeParty({ side, role: 'server', size: 1, label }, (end, mail) =>
      receiver.receive(end, mail),
    );
    const receiver: ChildParty = new ChildParty(
      { setup: { side, role: 'clients', size: 1, label }, frameMs: FRAME_MS, bytes: PACKET_BYTES, offers: false },
      (end, mail) => sender.ends[end]?.receive(mail),
    );
    sender.ends[0]?.offer();
    const polling = setInterval(() => sender.poll(), FRAME_MS);
    const settled = Promise.all([sender.settled, receiver.settled]);
    const result = await Promise.race([settled, sleep(GIVE_UP_MS, null)]);
    clearInterval(polling);
    if (result !== null && result[0][0] === 'open' && result[1] === 1) return { sender, receiver };
    sender.close();
    receiver.close();
  }
}

async function play(sender: Party, ms: number): Promise<void> {
  for (const end = machineMs() + ms; machineMs() < end; ) {
    sender.poll();
    sender.read(() => {});
    sender.broadcast(stamped(machineMs(), PACKET_BYTES));
    await sleep(FRAME_MS);
  }
}
