import type { TransferMode } from '../multiplayer-types.js';
import { type DropCounts, type DropReason, type FlowStats, sumFlows } from './link-counters.js';
import type { LinkReceiver } from './link-receiver.js';
import type { LinkSender } from './link-sender.js';
import type { PathMeter } from './path-meter.js';

export interface LinkLaneStats {
  readonly mode: TransferMode;
  readonly sent: FlowStats;
  readonly received: FlowStats;
  /** Unreliable messages of the peer that did not come, in all. */
  readonly lostMessages: number;
  /** Their share in the last ten seconds. */
  readonly lossRate: number;
  /** Packets that wait to be taken. */
  readonly unread: number;
}

export interface LinkStats {
  /** Mean of the last ten seconds, without the time the message waited for a poll. NaN while unknown, as the next two. */
  readonly rttMs: number;
  /** The least of the last ten seconds. */
  readonly shortestRttMs: number;
  /** Mean difference between the delays of two pulses in a row (as in RFC 3550). */
  readonly jitterMs: number;
  /** Share of the peer's unreliable messages that did not come, in the last ten seconds. */
  readonly lossIn: number;
  /** Share of ours that did not reach the peer, as it says. */
  readonly lossOut: number;
  readonly sent: FlowStats;
  readonly received: FlowStats;
  readonly lanes: readonly LinkLaneStats[];
  readonly drops: Readonly<Record<DropReason, number>>;
  /** Reliable bytes that wait here. */
  readonly queuedBytes: number;
  /** Memory held for large packets of the peer that are not complete. */
  readonly assemblingBytes: number;
  /** Bytes sent of which neither arrival nor loss is known, and how many may be. */
  readonly bytesUnderWay: number;
  readonly windowBytes: number;
  /** The peer has said that nobody sees its page. */
  readonly isHidden: boolean;
}

export interface StatsSources {
  readonly modes: readonly TransferMode[];
  readonly sender: LinkSender;
  readonly receiver: LinkReceiver;
  readonly path: PathMeter;
  readonly drops: DropCounts;
  readonly lossOut: number;
  readonly isHidden: boolean;
}

export function readLinkStats(now: number, sources: StatsSources): LinkStats {
  const { modes, sender, receiver, path, drops, lossOut, isHidden } = sources;
  const lanes = modes.map((mode, lane): LinkLaneStats => {
    const { flow, loss, inbox } = receiver.lanes[lane]!;
    const lost = loss.lost(now);
    return {
      mode,
      sent: sender.flows[lane]!.read(now),
      received: flow.read(now),
      lostMessages: Math.max(0, loss.lostEver),
      lossRate: lost > 0 ? lost / (lost + loss.arrived(now)) : 0,
      unread: inbox.available,
    };
  });
  return {
    rttMs: path.rttMs(now),
    shortestRttMs: path.shortestRttMs(now),
    jitterMs: path.jitterMs(now),
    lossIn: receiver.lossRate(now),
    lossOut,
    sent: sumFlows(lanes.map((lane) => lane.sent)),
    received: sumFlows(lanes.map((lane) => lane.received)),
    lanes,
    drops: drops.copy(),
    queuedBytes: sender.queuedBytes,
    assemblingBytes: receiver.assembler.heldBytes,
    bytesUnderWay: sender.outlet.log.bytesUnderWay,
    windowBytes: sender.outlet.budget.bytes,
    isHidden,
  };
}
