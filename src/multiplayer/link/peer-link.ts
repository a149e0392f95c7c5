import type { Clock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { TransferMode } from '../multiplayer-types.js';
import { ByeReason } from './bye-message.js';
import { Farewell, sayBye } from './farewell.js';
import { DropCounts } from './link-counters.js';
import { type LinkEndCause, type LinkEvent, LinkEvents } from './link-events.js';
import { DEFAULT_LINK_OPTIONS, type LinkOptions } from './link-limits.js';
import { LinkReceiver, type ReceiverHost } from './link-receiver.js';
import { LinkSender } from './link-sender.js';
import { type LinkStats, readLinkStats } from './link-stats.js';
import { Liveness } from './liveness.js';
import { MessageKind, RELIABLE_HEADER_BYTES } from './message-header.js';
import type { LinkTransport } from './outlet.js';
import { PathMeter } from './path-meter.js';
import { type ClockEstimate, PeerClock } from './peer-clock.js';
import { Pulses } from './pulses.js';

export interface PeerLinkSetup {
  readonly clock: Clock;
  /** How each lane travels; both sides have the same ones, in the order in which they are read. */
  readonly lanes: readonly TransferMode[];
  readonly transport: LinkTransport;
  readonly options?: Partial<LinkOptions>;
}

/**
 * What lies between a multiplayer peer and the channels of its connection to one other peer, when both announced
 * LINK_FEATURE. It has no timers and does no I/O of its own. In each frame: `receive` what has arrived, `poll`, take
 * events and packets, `put`, and at the end of the frame `flush`.
 */
export class PeerLink {
  readonly #clock: Clock;
  readonly #modes: readonly TransferMode[];
  readonly #options: LinkOptions;
  readonly #drops = new DropCounts();
  readonly #peerClock = new PeerClock();
  readonly #path = new PathMeter();
  readonly #liveness: Liveness;
  readonly #sender: LinkSender;
  readonly #receiver: LinkReceiver;
  readonly #pulses: Pulses;
  readonly #events = new LinkEvents();
  readonly #farewell = new Farewell();
  #polledAt: number;
  #quietUntil = 0;
  #violations = 0;

  constructor({ clock, lanes, transport, options }: PeerLinkSetup) {
    this.#clock = clock;
    this.#modes = lanes;
    this.#options = { ...DEFAULT_LINK_OPTIONS, ...options };
    this.#polledAt = clock.now();
    this.#liveness = new Liveness(this.#options, this.#polledAt);
    this.#sender = new LinkSender({
      modes: lanes,
      clock,
      transport,
      drops: this.#drops,
      options: this.#options,
    });
    const parts = { clock: this.#peerClock, path: this.#path, drops: this.#drops, options: this.#options };
    this.#receiver = new LinkReceiver(lanes, { ...parts, host: this.#makeHost() });
    this.#pulses = new Pulses({ ...parts, modes: lanes, sender: this.#sender, receiver: this.#receiver });
  }

  /** Why the link ended; null while it lives. */
  get ended(): LinkEndCause | null {
    return this.#events.ended;
  }

  get isUnresponsive(): boolean {
    return this.#liveness.isUnresponsive;
  }

  /** Unread packets of all lanes. */
  get availablePackets(): number {
    let packets = 0;
    for (const { inbox } of this.#receiver.lanes) packets += inbox.available;
    return packets;
  }

  /** The lane that `take` reads next: the first one that has anything; -1 when none has. */
  get nextLane(): number {
    const { lanes } = this.#receiver;
    for (let lane = 0; lane < lanes.length; lane += 1) if (lanes[lane]!.inbox.available > 0) return lane;
    return -1;
  }

  /** The next packet, or the next one of a lane. It belongs to the caller. */
  take(lane = this.nextLane): Uint8Array | undefined {
    return this.#receiver.lanes[lane]?.inbox.take();
  }

  /** When the packet that `take` gives next was put, by the peer's clock in ms; NaN when it is not told. */
  get nextPutTime(): number {
    return this.#receiver.putTime(this.nextLane, this.#polledAt);
  }

  /** The next thing that happened, oldest first. */
  nextEvent(): LinkEvent | undefined {
    return this.#events.shift();
  }

  /** The largest packet that this side sends, whatever the peer takes. */
  ownMaxPacketBytes(lane: number): number {
    return this.#sender.ownMaxPacketBytes(lane);
  }

  /**
   * Sends a packet: at the latest with the end of the frame, if there is room. ERR_BUSY asks to wait for `drained`,
   * ERR_OUT_OF_MEMORY says that it never will be possible. Unreliable packets of a size that can travel are always OK.
   */
  put(lane: number, packet: Uint8Array): Err {
    if (this.ended !== null) return Err.ERR_UNCONFIGURED;
    this.#quietUntil = 0;
    return this.#sender.put(lane, packet);
  }

  /** Says something about tracks. False when the transport takes nothing now, or never on a link that is over. */
  sendWord(word: Uint8Array): boolean {
    const lane = this.#modes.indexOf(TransferMode.TRANSFER_MODE_RELIABLE);
    if (this.ended !== null || lane < 0) return false;
    const message = new Uint8Array(RELIABLE_HEADER_BYTES + word.length);
    message[0] = MessageKind.MEDIA;
    message.set(word, RELIABLE_HEADER_BYTES);
    this.#quietUntil = 0;
    return this.#sender.sendControl(lane, message, this.#clock.now());
  }

  /** Whether reliable packets are refused now; `drained` follows a yes. */
  checkBusy(): boolean {
    return this.ended === null && this.#sender.checkBusy();
  }

  /** Bytes of reliable packets that wait in this layer. */
  get queuedBytes(): number {
    return this.#sender.queuedBytes;
  }

  /** Bytes sent of which it is known what became of them. */
  get takenBytes(): number {
    return this.#sender.outlet.log.echoedBytes;
  }

  /** Whether `receive` has budget for more in this frame; else leave the rest in the channel. */
  hasInboundRoom(lane: number): boolean {
    return this.ended !== null || this.#receiver.hasRoom(lane);
  }

  /** A message from a channel. The link keeps the array. */
  receive(lane: number, message: Uint8Array, now = this.#clock.now()): void {
    if (this.ended !== null) {
      this.#drops.add('ended');
      return;
    }
    this.#quietUntil = 0;
    this.#liveness.heard(now);
    this.#receiver.receive(lane, message, now, now - this.#polledAt);
  }

  /** The transport holds messages for which there is no room here: they show that the peer lives. */
  heard(now = this.#clock.now()): void {
    this.#liveness.heard(now);
  }

  /** Judges the peer, sends what is due and what the last frame did not flush. Call it after `receive`. */
  poll(now = this.#clock.now()): void {
    this.#polledAt = now;
    // PERF: nearly all polls of nearly all peers end here.
    if (now < this.#quietUntil || this.ended !== null) return;
    this.#receiver.polled();
    const change = this.#liveness.watch(now);
    if (change !== null) this.#onLiveness(change);
    if (this.#farewell.isDue(now)) this.#end({ kind: 'left', reason: this.#farewell.reason });
    if (this.ended !== null) return;
    this.#checkAssembly(now);
    this.#pulses.poll(now, this.#liveness);
    if (!this.#sender.isIdle) {
      this.#sender.poll(now);
      this.#tellDrained();
    }
    this.#quietUntil = this.#nextDue();
  }

  /** The frame ends: small packets leave together. */
  flush(now = this.#clock.now()): void {
    if (this.ended !== null) return;
    this.#sender.flush(now);
    this.#tellDrained();
  }

  /** Tells the peer that nobody sees this page, so that it waits longer for us; at once, since we may be frozen next. */
  setHidden(hidden: boolean): void {
    this.#quietUntil = 0;
    if (this.ended === null) this.#pulses.setHidden(hidden, this.#clock.now());
  }

  /** The transport reports trouble on the route: the peer counts as unresponsive until it is heard again. */
  suspect(): void {
    this.#quietUntil = 0;
    const change = this.ended === null ? this.#liveness.suspect() : null;
    if (change !== null) this.#onLiveness(change);
  }

  /** Tells the peer that we go, after what is sent already. Nothing is sent or received afterwards; there is no event. */
  leave(reason: number = ByeReason.LEFT): void {
    if (this.ended !== null) return;
    const now = this.#clock.now();
    this.flush(now);
    this.#sayBye(reason, now);
    this.#events.endSilently({ kind: 'closed' });
    this.#sender.clear();
    this.#receiver.clear();
  }

  /** Everything that was not sent or not handed out, whatever the reason; `stats` tells which. */
  get dropped(): number {
    return this.#drops.total();
  }

  /** What is known about the peer's clock; null before the first round trip. */
  clockEstimate(): ClockEstimate | null {
    const { isKnown, offsetMs, errorMs } = this.#peerClock;
    return isKnown ? { offsetMs, errorMs } : null;
  }

  stats(): LinkStats {
    const now = this.#clock.now();
    return readLinkStats(now, {
      modes: this.#modes,
      sender: this.#sender,
      receiver: this.#receiver,
      path: this.#path,
      drops: this.#drops,
      lossOut: this.#pulses.lossOut,
      isHidden: this.#liveness.isHidden,
    });
  }

  #makeHost(): ReceiverHost {
    return {
      onPulse: (pulse, now) => {
        this.#liveness.isHidden = pulse.isHidden;
        this.#pulses.onPulse(pulse, now, now - this.#polledAt);
      },
      onBye: (reason, reliable, now) => this.#farewell.heard(reason, reliable, now),
      onMedia: (word) => {
        if (!this.#events.pushWord(word)) this.#drops.add('flood');
      },
      onViolation: () => {
        this.#violations += 1;
        if (this.#violations > this.#options.maxViolations) this.#end({ kind: 'misbehaved' });
      },
      onBrokenPromise: () => this.#end({ kind: 'misbehaved' }),
    };
  }

  #tellDrained(): void {
    if (this.#sender.takeDrained()) this.#events.push({ kind: 'drained' });
  }

  #onLiveness(change: 'unresponsive' | 'responsive' | 'gone'): void {
    if (change === 'gone') this.#end({ kind: 'timeout' });
    else this.#events.push({ kind: change });
  }

  /** Until when polls have nothing to do, if nothing is put or received. */
  #nextDue(): number {
    const isBusy = !this.#sender.isIdle || this.#receiver.assembler.open > 0 || this.#farewell.isHeard;
    return isBusy ? 0 : Math.min(this.#pulses.quietUntil, this.#liveness.quietUntil);
  }

  /** Only a peer that lives and yet sends no more of what it began has to go: a silent one is liveness' business. */
  #checkAssembly(now: number): void {
    const { assembler } = this.#receiver;
    if (assembler.open === 0 || this.#liveness.isUnresponsive) return;
    if (now - assembler.lastPieceAt > this.#options.assemblyTimeoutMs) this.#end({ kind: 'misbehaved' });
  }

  #end(cause: LinkEndCause): void {
    if (this.ended !== null) return;
    if (cause.kind !== 'left') {
      this.#sayBye(cause.kind === 'timeout' ? ByeReason.TIMEOUT : ByeReason.MISBEHAVED, this.#clock.now());
    }
    this.#events.end(cause);
    this.#sender.clear();
    this.#receiver.end();
  }

  #sayBye(reason: number, now: number): void {
    sayBye(reason, { lanes: this.#pulses.controlLanes, modes: this.#modes, sender: this.#sender }, now);
  }
}
