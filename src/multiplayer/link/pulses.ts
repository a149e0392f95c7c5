import { TransferMode } from '../multiplayer-types.js';
import type { DropCounts } from './link-counters.js';
import type { LinkOptions } from './link-limits.js';
import type { LinkReceiver } from './link-receiver.js';
import type { LinkSender } from './link-sender.js';
import type { Liveness } from './liveness.js';
import { headerBytes, isReliable, MessageKind } from './message-header.js';
import type { PathMeter } from './path-meter.js';
import type { PeerClock } from './peer-clock.js';
import { emptyPulse, PULSE_BODY_BYTES, type Pulse, writePulse } from './pulse-message.js';
import { PulseSchedule } from './pulse-schedule.js';
import type { WindowReport } from './send-window.js';

export interface PulsesSetup {
  readonly modes: readonly TransferMode[];
  readonly sender: LinkSender;
  readonly receiver: LinkReceiver;
  readonly clock: PeerClock;
  readonly path: PathMeter;
  readonly drops: DropCounts;
  readonly options: LinkOptions;
}

/** When no unreliable message was echoed for so long, reliable ones measure the route. */
const TIMED_PATIENCE_MS = 250;

/** Sends this side's pulses, and draws from the peer's what they tell about route, clock and window. */
export class Pulses {
  /** Where messages of the link itself go: the fastest lane, then a reliable one. */
  readonly controlLanes: readonly number[];
  readonly #setup: PulsesSetup;
  readonly #schedule = new PulseSchedule();
  readonly #out = emptyPulse();
  readonly #messages: readonly Uint8Array[];
  // PERF: filled anew for each report.
  readonly #report: Mutable<WindowReport>;
  #lastEcho = -1;
  #lastTimed = -1;
  #timedAt = Number.NEGATIVE_INFINITY;
  #lossOut = 0;

  constructor(setup: PulsesSetup) {
    this.#setup = setup;
    const { modes } = setup;
    this.controlLanes = findControlLanes(modes);
    this.#messages = this.controlLanes.map((lane) => {
      const message = new Uint8Array(headerBytes(isReliable(modes[lane])) + PULSE_BODY_BYTES);
      message[0] = MessageKind.PULSE;
      return message;
    });
    this.#out.maxPacketBytes = setup.options.maxPacketBytes;
    this.#report = {
      now: 0,
      receivedBytes: 0,
      forwardMs: 0,
      gapMs: 0,
      loopMs: 0,
      peerTime: 0,
      loadBytes: 0,
      isTimed: true,
    };
  }

  /** The share of our unreliable messages that did not reach the peer lately. */
  get lossOut(): number {
    return this.#lossOut;
  }

  poll(now: number, liveness: Liveness): void {
    const { sender, receiver } = this.#setup;
    const asks = liveness.isSuspicious(now) || this.#isWaiting();
    if (this.#schedule.isDue(now, receiver.arrivals, sender.outlet, asks)) this.#send(0, now, asks);
  }

  /** Data waits for room, or had to since the last pulse. */
  #isWaiting(): boolean {
    const { sender } = this.#setup;
    return sender.outlet.hasWaited || (!sender.isIdle && sender.outlet.isFull());
  }

  /** Until when a poll has nothing to do here, if nothing else happens. */
  get quietUntil(): number {
    const { sender, receiver } = this.#setup;
    return this.#schedule.quietUntil(receiver.arrivals, sender.outlet);
  }

  setHidden(hidden: boolean, now: number): void {
    if (hidden === this.#out.isHidden) return;
    this.#out.isHidden = hidden;
    for (let i = 0; i < this.controlLanes.length; i += 1) this.#send(i, now, false);
  }

  onPulse(pulse: Pulse, now: number, gapMs: number): void {
    const { clock, path, sender, drops } = this.#setup;
    clock.heard(pulse.timeMs, now);
    path.addTransit(now - pulse.timeMs, now);
    sender.reportedAssembled(pulse.assembledBytes, pulse.maxPacketBytes);
    this.#lossOut = pulse.lossRate;
    this.#schedule.heard(pulse.isProbe);
    const { log, budget } = sender.outlet;
    if ((pulse.hasEcho && !log.knows(pulse.echoSerial)) || (pulse.hasTimed && !log.knows(pulse.timedSerial))) {
      drops.add('bad-echo');
      return;
    }
    if (pulse.hasEcho) budget.echoed(log.echoed(pulse.echoSerial));
    this.#measure(pulse, now, gapMs);
  }

  /**
   * Measures the route with the newest unreliable message. Without any (the transport gives them up when its own window
   * is full) a reliable one has to do, which also shows the time it waited for the repetition of an older one.
   */
  #measure(pulse: Pulse, now: number, gapMs: number): void {
    if (pulse.hasTimed && pulse.timedSerial !== this.#lastTimed) {
      this.#lastTimed = pulse.timedSerial;
      this.#timedAt = now;
      this.#report.isTimed = true;
      this.#onSample(pulse, pulse.timedSerial, pulse.timedHoldMs, now, gapMs);
    } else if (pulse.hasEcho && pulse.echoSerial !== this.#lastEcho && now - this.#timedAt > TIMED_PATIENCE_MS) {
      this.#report.isTimed = false;
      this.#onSample(pulse, pulse.echoSerial, pulse.echoHoldMs, now, gapMs);
    }
    this.#lastEcho = pulse.echoSerial;
  }

  #onSample(pulse: Pulse, serial: number, holdMs: number, now: number, gapMs: number): void {
    const { clock, path, sender } = this.#setup;
    const sentAt = sender.outlet.log.sentAt(serial);
    const arrivedAt = pulse.timeMs - holdMs;
    if (!Number.isFinite(arrivedAt)) return;
    clock.echoed(sentAt, arrivedAt, now);
    // Both ends look only once per poll; on average what they found had been waiting for half of the time between.
    path.addRoundTrip(Math.max(0, now - sentAt - holdMs - (gapMs + pulse.gapMs) / 2), now);
    const report = this.#report;
    report.now = now;
    report.receivedBytes = pulse.receivedBytes;
    report.forwardMs = arrivedAt - sentAt;
    report.gapMs = pulse.gapMs;
    report.loopMs = now - sentAt;
    report.peerTime = pulse.timeMs;
    report.loadBytes = sender.outlet.log.loadAt(serial);
    sender.outlet.budget.report(report);
  }

  #send(control: number, now: number, asks: boolean): void {
    const { receiver, sender } = this.#setup;
    const { arrivals, assembler } = receiver;
    const { newest, newestTimed } = arrivals;
    const out = this.#out;
    out.isProbe = asks;
    out.hasEcho = newest.hasAny;
    out.echoSerial = newest.serial;
    out.echoHoldMs = newest.hasAny ? now - newest.at : 0;
    out.hasTimed = newestTimed.hasAny;
    out.timedSerial = newestTimed.serial;
    out.timedHoldMs = newestTimed.hasAny ? now - newestTimed.at : 0;
    out.gapMs = newestTimed.gapMs;
    out.timeMs = now;
    out.receivedBytes = arrivals.receivedBytes;
    out.assembledBytes = assembler.assembledBytes;
    out.lossRate = receiver.lossRate(now);
    const lane = this.controlLanes[control]!;
    const message = this.#messages[control]!;
    writePulse(message, headerBytes(isReliable(this.#setup.modes[lane])), out);
    sender.sendControl(lane, message, now);
    sender.outlet.hasWaited = false;
    this.#schedule.sent(now, arrivals, asks);
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function findControlLanes(modes: readonly TransferMode[]): number[] {
  const { TRANSFER_MODE_UNRELIABLE, TRANSFER_MODE_UNRELIABLE_ORDERED, TRANSFER_MODE_RELIABLE } = TransferMode;
  const byPreference = [TRANSFER_MODE_UNRELIABLE, TRANSFER_MODE_UNRELIABLE_ORDERED, TRANSFER_MODE_RELIABLE];
  const fastest = byPreference.map((mode) => modes.indexOf(mode)).find((lane) => lane >= 0) ?? 0;
  const certain = modes.indexOf(TRANSFER_MODE_RELIABLE);
  return certain >= 0 && certain !== fastest ? [fastest, certain] : [fastest];
}
