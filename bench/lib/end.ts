import { setTimeout as sleep } from 'node:timers/promises';
import type { DataChannelOptions } from 'scenewire';

/** What one end has to tell the other before they are connected. */
export type Mail =
  | { kind: 'description'; type: 'offer' | 'answer'; sdp: string }
  | { kind: 'candidate'; media: string; name: string };

export type Outcome = 'open' | 'failed';

/** A negotiated channel, which both ends create. */
export interface ChannelSpec extends DataChannelOptions {
  readonly label: string;
  readonly id: number;
}

/** All traffic stays on this address. */
export const ADDRESS = '127.0.0.1';

/** Time for the other end to hear that one has closed. */
export const CLOSING_MS = 10;

/** One end of a connection under measure. Both libraries are driven through it, by the same loops. */
export abstract class End {
  /** "open" once all channels of this end are. */
  readonly settled: Promise<Outcome>;
  #settle!: (outcome: Outcome) => void;
  #waiting: number;

  constructor(channels: readonly ChannelSpec[]) {
    this.#waiting = channels.length;
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  abstract offer(): void;
  abstract receive(mail: Mail): void;
  abstract poll(): void;
  abstract close(): void;

  /** Sends a packet several times on the first channel. */
  abstract send(packet: Uint8Array, times: number): void;
  /** Bytes that wait to be sent on the first channel. */
  abstract buffered(): number;
  /** Takes the packets of the first channel that can be read now, and tells how many bytes that were. */
  abstract take(): number;

  protected noteOpened(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#settle('open');
  }

  protected noteFailed(): void {
    this.#settle('failed');
  }
}

export type MakeEnd = (channels: readonly ChannelSpec[], post: (mail: Mail) => void) => End;

/** Two ends in this process that signal by direct calls. */
export class Pair {
  readonly a: End;
  readonly b: End;

  constructor(make: MakeEnd, channels: readonly ChannelSpec[]) {
    this.a = make(channels, (mail) => this.b.receive(mail));
    this.b = make(channels, (mail) => this.a.receive(mail));
  }

  poll(): void {
    this.a.poll();
    this.b.poll();
  }

  /** One end after the other has heard of it, as players leave a game. */
  async close(): Promise<void> {
    this.a.close();
    await sleep(CLOSING_MS);
    this.b.close();
    await sleep(CLOSING_MS);
  }

  /** When both ends are open, or one has failed. */
  async settled(): Promise<Outcome> {
    return worst(await Promise.all([this.a.settled, this.b.settled]));
  }
}

export const worst = (outcomes: readonly Outcome[]): Outcome => (outcomes.includes('failed') ? 'failed' : 'open');
