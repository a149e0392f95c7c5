import { ManualClock } from '../../../src/core/clock.js';
import type { LinkConditions } from '../../../src/extension/loopback/link-conditions.js';
import { SimulatedLink } from '../../../src/extension/loopback/simulated-link.js';
import { SimulatedPath } from '../../../src/extension/loopback/simulated-path.js';
import { LinkRig, RELIABLE_LANE } from '../../support/link-rig.js';

export const FRAME = 1000 / 60;
const MIB = 1024 * 1024;
const KIB = 1024;
/** What always waits for its turn. */
const BACKLOG_BYTES = 256 * KIB;
/** A message that every data channel takes. */
const MESSAGE_BYTES = 64 * KIB;
/** A game that has run for a while before: small packets in every sixth frame, as many as the pulses of a young link. */
const IDLE_MS = 2000;
const IDLE_EVERY = 6;
const IDLE_BYTES = 40;

/** Bits per millisecond that a reliable channel takes without a link, in `ms` of always having something to send. */
export function plainRate(conditions: Partial<LinkConditions>, seed: number, ms: number): number {
  const clock = new ManualClock(1000);
  let bytes = 0;
  const path = new SimulatedPath({
    clock,
    link: new SimulatedLink(seed, conditions),
    reverse: new SimulatedLink(seed + 1000, conditions),
    deliver: (_, message) => {
      bytes += message.length;
    },
  });
  const reliable = path.openStream({ ordered: true, maxRetransmits: null, maxPacketLifeTime: null });
  const unreliable = path.openStream({ ordered: false, maxRetransmits: null, maxPacketLifeTime: 1 });
  for (let i = 0; i * FRAME < IDLE_MS; i += 1) {
    clock.advance(FRAME);
    path.pump();
    if (i % IDLE_EVERY === 0) path.send(unreliable, new Uint8Array(IDLE_BYTES), false);
  }
  bytes = 0;
  for (let t = 0; t < ms; t += FRAME) {
    clock.advance(FRAME);
    path.pump();
    while (path.bufferedAmount(reliable) < BACKLOG_BYTES) path.send(reliable, new Uint8Array(MESSAGE_BYTES), false);
  }
  return (bytes * 8) / ms;
}

/** The same over a link. */
export function linkRate(conditions: Partial<LinkConditions>, seed: number, ms: number): number {
  const rig = new LinkRig({ conditions, seed });
  rig.run(IDLE_MS, FRAME);
  let bytes = 0;
  rig.b.onPacket = ({ packet }) => {
    bytes += packet.length;
  };
  rig.run(ms, FRAME, () => keepBusy(rig));
  return (bytes * 8) / ms;
}

/** Puts as much that something is always waiting. */
export function keepBusy(rig: LinkRig): void {
  const { link } = rig.a;
  while (link.queuedBytes < BACKLOG_BYTES) link.put(RELIABLE_LANE, new Uint8Array(MESSAGE_BYTES));
}

/** How long a megabyte takes from now on. */
export function transferMs(rig: LinkRig): number {
  const startedAt = rig.clock.now();
  let doneAt = Number.POSITIVE_INFINITY;
  rig.b.onPacket = ({ at }) => {
    doneAt = at;
  };
  rig.a.link.put(RELIABLE_LANE, new Uint8Array(MIB));
  while (doneAt === Number.POSITIVE_INFINITY && rig.clock.now() - startedAt < 30_000) rig.run(FRAME, FRAME);
  return doneAt - startedAt;
}
