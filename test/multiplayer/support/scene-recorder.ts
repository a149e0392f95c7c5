import { hex } from './hex.js';

/** What happened, in the words of the recordings. */
export interface Item {
  readonly step: number;
  readonly [member: string]: unknown;
}

/** Notes what a replay sends and what happens in it, in one order. */
export class SceneRecorder {
  readonly items: Item[] = [];
  step = -1;
  isQuiet = false;

  packet(from: number, to: number, channel: number, mode: number, bytes: Uint8Array): void {
    if (this.isQuiet) return;
    this.items.push({ step: this.step, from, to, channel, transfer_mode: mode, hex: hex(bytes) });
  }

  event(peer: number | undefined, event: string, members: object = {}): void {
    if (this.isQuiet) return;
    this.items.push({ step: this.step, ...(peer !== undefined && { peer }), event, ...members });
  }
}
