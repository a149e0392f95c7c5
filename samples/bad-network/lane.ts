import { TransferMode } from 'scenewire';

/** How many of the last packets a lane shows. */
export const LANE_LENGTH = 80;
/** Milliseconds after which an unreliable packet that has not come is taken for lost. */
const LOST_AFTER_MS = 1500;

export const MODES = [
  { mode: TransferMode.TRANSFER_MODE_UNRELIABLE, name: 'unreliable', text: 'may be lost, may be overtaken' },
  {
    mode: TransferMode.TRANSFER_MODE_UNRELIABLE_ORDERED,
    name: 'unreliable ordered',
    text: 'may be lost; in order, so what follows a lost one waits until that is given up, or is dropped',
  },
  {
    mode: TransferMode.TRANSFER_MODE_RELIABLE,
    name: 'reliable',
    text: 'everything, in order; what is behind a lost one waits',
  },
] as const;

/** One numbered packet: when it was sent, and what became of it. */
export interface Numbered {
  readonly number: number;
  readonly sentMs: number;
  /** NaN: it has not come. */
  delayMs: number;
  /** It came after a newer one. */
  wasOvertaken: boolean;
}

export type Fate = 'under way' | 'arrived' | 'overtaken' | 'lost';

/** What a mode of channel 0 does with packets that are sent at regular intervals. */
export class Lane {
  readonly mode: TransferMode;
  readonly packets: Numbered[] = [];
  #next = 0;
  #newest = -1;

  constructor(mode: TransferMode) {
    this.mode = mode;
  }

  /** The number of the packet that is sent now. */
  send(nowMs: number): number {
    const number = this.#next;
    this.#next += 1;
    this.packets.push({ number, sentMs: nowMs, delayMs: Number.NaN, wasOvertaken: false });
    if (this.packets.length > LANE_LENGTH) this.packets.shift();
    return number;
  }

  receive(number: number, nowMs: number): void {
    const packet = this.packets.find((one) => one.number === number);
    if (packet === undefined) return;
    packet.delayMs = nowMs - packet.sentMs;
    packet.wasOvertaken = number < this.#newest;
    this.#newest = Math.max(this.#newest, number);
  }

  fateOf(packet: Numbered, nowMs: number): Fate {
    if (!Number.isNaN(packet.delayMs)) return packet.wasOvertaken ? 'overtaken' : 'arrived';
    return this.mode !== TransferMode.TRANSFER_MODE_RELIABLE && nowMs - packet.sentMs > LOST_AFTER_MS
      ? 'lost'
      : 'under way';
  }

  /** Of the packets whose fate is known. */
  summary(nowMs: number): { arrived: number; lost: number; overtaken: number; meanMs: number; worstMs: number } {
    const fates = this.packets.map((packet) => this.fateOf(packet, nowMs));
    const delays = this.packets.map(({ delayMs }) => delayMs).filter((delay) => !Number.isNaN(delay));
    return {
      arrived: delays.length,
      lost: fates.filter((fate) => fate === 'lost').length,
      overtaken: fates.filter((fate) => fate === 'overtaken').length,
      meanMs: delays.length === 0 ? Number.NaN : delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
      worstMs: delays.length === 0 ? Number.NaN : Math.max(...delays),
    };
  }
}
