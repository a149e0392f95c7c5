import { TransferMode } from '../multiplayer-types.js';
import { Arrivals } from './arrivals.js';
import { Assembler, type PieceResult } from './assembler.js';
import { countBundled } from './bundle-message.js';
import { readBye } from './bye-message.js';
import { Freshness } from './freshness.js';
import { InboundBudget } from './inbound-budget.js';
import { Inbox } from './inbox.js';
import { type DropCounts, type DropReason, Flow } from './link-counters.js';
import {
  DATAGRAM_BYTES,
  DEFAULT_MAX_PACKET_BYTES,
  type LinkOptions,
  MAX_MESSAGE_BYTES,
  MAX_PIECE_BYTES,
  MAX_WORD_BYTES,
  MIN_LATENESS_MS,
} from './link-limits.js';
import {
  headerBytes,
  isReliable,
  isTimed,
  MessageKind,
  readSequence,
  readSerial,
  readStamp,
} from './message-header.js';
import { LossMeter, type PathMeter } from './path-meter.js';
import type { PeerClock } from './peer-clock.js';
import { FIRST_PIECE_HEADER_BYTES, pieceRoom, readPieceTotal } from './piece-message.js';
import { emptyPulse, type Pulse, readPulse } from './pulse-message.js';

/** Stamps are rounded down to whole milliseconds. */
const STAMP_ROUNDING_MS = 0.5;

/** What the receiving half can't deal with itself. */
export interface ReceiverHost {
  onPulse(pulse: Pulse, now: number): void;
  onBye(reason: number, reliable: boolean, now: number): void;
  onMedia(word: Uint8Array): void;
  /** A message that no honest peer sends. */
  onViolation(): void;
  /** Reliable data had to be thrown away: the stream has a hole. */
  onBrokenPromise(): void;
}

interface InLane {
  readonly reliable: boolean;
  readonly timed: boolean;
  readonly inbox: Inbox;
  readonly flow: Flow;
  readonly freshness: Freshness;
  readonly loss: LossMeter;
}

/** The receiving half of a link: every message is checked, counted, and put into the inbox of its lane, or dropped. */
export class LinkReceiver {
  readonly arrivals = new Arrivals();
  readonly assembler: Assembler;
  readonly #lanes: readonly InLane[];
  readonly #clock: PeerClock;
  readonly #path: PathMeter;
  readonly #drops: DropCounts;
  readonly #options: LinkOptions;
  readonly #host: ReceiverHost;
  readonly #pulse = emptyPulse();
  readonly #budget: InboundBudget;
  #isOverBudget = false;
  #lastStamp = -1;

  constructor(
    modes: readonly TransferMode[],
    parts: { clock: PeerClock; path: PathMeter; drops: DropCounts; options: LinkOptions; host: ReceiverHost },
  ) {
    const { options } = parts;
    this.#clock = parts.clock;
    this.#path = parts.path;
    this.#drops = parts.drops;
    this.#options = options;
    this.#host = parts.host;
    this.#budget = new InboundBudget(options);
    this.assembler = new Assembler(modes.length, Math.max(DEFAULT_MAX_PACKET_BYTES, options.maxPacketBytes));
    this.#lanes = modes.map((mode, lane) => ({
      reliable: isReliable(mode),
      timed: isTimed(modes, lane),
      inbox: new Inbox(options.maxInboxPackets, options.maxInboxBytes),
      flow: new Flow(),
      freshness: new Freshness(mode === TransferMode.TRANSFER_MODE_UNRELIABLE_ORDERED),
      loss: new LossMeter(),
    }));
  }

  get lanes(): readonly Readonly<Pick<InLane, 'inbox' | 'flow' | 'loss'>>[] {
    return this.#lanes;
  }

  /** Whether the budget until the next poll has something left; else leave the messages in their channel. */
  hasRoom(lane: number): boolean {
    const into = this.#lanes[lane];
    if (into === undefined || this.#budget.packets === 0) return false;
    return !into.reliable || !into.inbox.isHalfFull;
  }

  polled(): void {
    this.#budget.refill();
  }

  /** When the oldest unread packet of a lane was put, by the peer's clock; NaN on reliable lanes, which do not tell. */
  putTime(lane: number, now: number): number {
    const from = this.#lanes[lane];
    const message = from === undefined || from.reliable ? undefined : from.inbox.oldest;
    return message === undefined ? Number.NaN : this.#clock.unwrap(readStamp(message), now);
  }

  receive(lane: number, message: Uint8Array, now: number, gapMs: number): void {
    const into = this.#lanes[lane];
    if (into === undefined) {
      this.#drops.add('unknown-lane');
      return;
    }
    this.#isOverBudget = this.#budget.packets === 0;
    // One at least, since also what holds no packet takes its time.
    this.#budget.spend(1, message.length);
    const header = headerBytes(into.reliable);
    if (message.length < header || message.length > MAX_MESSAGE_BYTES) {
      this.#violation(message.length < header ? 'malformed' : 'oversized');
      return;
    }
    this.arrivals.add(readSerial(message), message.length, now, gapMs, into.timed);
    if (into.reliable || this.#isWanted(into, message, now)) this.#dispatch(lane, into, message, header, now);
    else into.flow.add(0, message.length, now);
  }

  /** The share of the unreliable messages of the last seconds that did not come. */
  lossRate(now: number): number {
    let lost = 0;
    let all = 0;
    for (const { loss } of this.#lanes) {
      lost += loss.lost(now);
      all += loss.lost(now) + loss.arrived(now);
    }
    return all > 0 ? lost / all : 0;
  }

  /** Forgets half-finished packets; unread ones stay readable. */
  end(): void {
    this.assembler.clear();
  }

  clear(): void {
    this.assembler.clear();
    for (const { inbox } of this.#lanes) inbox.clear();
  }

  /** Judges an unreliable message by its sequence and its age, and learns from both. */
  #isWanted(into: InLane, message: Uint8Array, now: number): boolean {
    const verdict = into.freshness.judge(readSequence(message));
    if (verdict === 'repeated') {
      this.#dropPackets(verdict, message, headerBytes(false));
      return false;
    }
    into.loss.add(into.freshness.lastGap, now);
    const isData = message[0] === MessageKind.BUNDLE || message[0] === MessageKind.SINGLE;
    if (isData && into.freshness.lastGap >= 0) this.#learnFromStamp(readStamp(message), now);
    if (verdict === 'fresh' && !(isData && this.#isStale(readStamp(message), now))) return true;
    this.#dropPackets(verdict === 'fresh' ? 'stale' : verdict, message, headerBytes(false));
    return false;
  }

  #learnFromStamp(stamp: number, now: number): void {
    const peerTime = this.#clock.unwrap(stamp, now);
    if (Number.isNaN(peerTime)) return;
    this.#clock.heard(peerTime, now);
    // Messages of one frame tell the delay once.
    if (stamp !== this.#lastStamp) this.#path.addTransit(now - peerTime - STAMP_ROUNDING_MS, now);
    this.#lastStamp = stamp;
  }

  #isStale(stamp: number, now: number): boolean {
    const age = this.#clock.ageOf(stamp, now);
    if (age <= this.#options.maxAgeMs) return false;
    const shortest = this.#path.shortestRttMs(now);
    // On a route that takes long by itself nothing would ever be fresh: what counts there is how late it is.
    return !(age <= shortest / 2 + MIN_LATENESS_MS);
  }

  #dispatch(lane: number, into: InLane, message: Uint8Array, header: number, now: number): void {
    switch (message[0]) {
      case MessageKind.BUNDLE:
        this.#onBundle(into, message, header, now);
        break;
      case MessageKind.SINGLE:
        this.#onSingle(into, message, header, now);
        break;
      case MessageKind.PIECE_FIRST:
      case MessageKind.PIECE_NEXT:
        this.#onPiece(lane, into, message, now);
        break;
      default:
        into.flow.add(0, message.length, now);
        this.#onControl(into.reliable, message, header, now);
    }
  }

  #onControl(reliable: boolean, message: Uint8Array, header: number, now: number): void {
    if (message[0] === MessageKind.PULSE) {
      if (readPulse(message, header, this.#pulse)) this.#host.onPulse(this.#pulse, now);
      else this.#violation('malformed');
    } else if (message[0] === MessageKind.BYE) {
      const reason = readBye(message, header);
      if (reason >= 0) this.#host.onBye(reason, reliable, now);
      else this.#violation('malformed');
    } else if (message[0] === MessageKind.MEDIA) {
      if (reliable && message.length <= header + MAX_WORD_BYTES) this.#host.onMedia(message.subarray(header));
      else this.#violation('malformed');
    } else {
      // Not held against the peer: a later version may have kinds that are no harm to leave out.
      this.#drops.add('unknown-kind');
    }
  }

  #onBundle(into: InLane, message: Uint8Array, header: number, now: number): void {
    const packets = message.length > DATAGRAM_BYTES ? -1 : countBundled(message, header);
    into.flow.add(Math.max(0, packets), message.length, now);
    if (packets < 0) this.#violation('malformed');
    else if (this.#admits(into, packets, message.length)) into.inbox.pushBundle(message, header, packets);
  }

  #onSingle(into: InLane, message: Uint8Array, header: number, now: number): void {
    const isWrong = into.reliable || message.length === header;
    into.flow.add(isWrong ? 0 : 1, message.length, now);
    if (isWrong) this.#violation('malformed');
    else if (this.#admits(into, 1, message.length)) into.inbox.pushWhole(message, header);
  }

  #onPiece(lane: number, into: InLane, message: Uint8Array, now: number): void {
    if (!into.reliable || message.length > pieceRoom(MAX_PIECE_BYTES)) {
      this.#violation('malformed');
      return;
    }
    const result = this.#assemble(lane, message, now);
    into.flow.add(result === 'complete' ? 1 : 0, message.length, now);
    if (result === 'more') return;
    if (result !== 'complete') {
      this.#violation(result === 'broken' ? 'broken-piece' : 'too-large-piece');
      this.#host.onBrokenPromise();
      return;
    }
    const packet = this.assembler.take(lane);
    if (this.#admits(into, 1, packet.length)) into.inbox.pushWhole(packet, 0);
  }

  #assemble(lane: number, message: Uint8Array, now: number): PieceResult {
    if (message[0] === MessageKind.PIECE_NEXT)
      return this.assembler.next(lane, message.subarray(headerBytes(true)), now);
    if (message.length < FIRST_PIECE_HEADER_BYTES) return 'broken';
    const piece = message.subarray(FIRST_PIECE_HEADER_BYTES);
    return this.assembler.first(lane, readPieceTotal(message), piece, now);
  }

  /** Whether packets may go into the inbox: the budget stops unreliable floods, the inbox's limit all others. */
  #admits(into: InLane, packets: number, bytes: number): boolean {
    this.#budget.spend(packets - 1, 0);
    if (into.reliable) {
      if (into.inbox.hasRoom(packets, bytes)) return true;
      this.#drops.add('inbox-full', packets);
      this.#host.onBrokenPromise();
      return false;
    }
    if (this.#isOverBudget) {
      this.#drops.add('flood', packets);
      return false;
    }
    while (!into.inbox.hasRoom(packets, bytes)) {
      const dropped = into.inbox.dropOldest();
      if (dropped === 0) return false;
      this.#drops.add('inbox-full', dropped);
    }
    return true;
  }

  #dropPackets(reason: DropReason, message: Uint8Array, from: number): void {
    const packets = message[0] === MessageKind.BUNDLE ? countBundled(message, from) : 1;
    this.#drops.add(reason, Math.max(1, packets));
  }

  #violation(reason: DropReason): void {
    this.#drops.add(reason);
    this.#host.onViolation();
  }
}
