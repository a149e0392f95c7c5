import { DELTA_FLAG } from '../../multiplayer/replication/commands.js';
import { COMMAND_MASK, Command } from '../../multiplayer/scene/scene-command.js';
import type { DecodedPacket, PacketDecoder } from '../packets/packet-decoder.js';
import type { PacketRecord } from '../packets/packet-record.js';
import { showContent } from '../packets/show-content.js';
import { showMode, showPeer } from '../packets/show-packet.js';

/** What a row has room for, and more: a title is not cut in the middle of a name. */
const MOST_SHORT = 160;
/** Packets of states come by the hundred, and are alike; others are worth to be kept for longer. */
const MOST_STATES = 6;
const MOST_OTHERS = 200;

/** A packet in the list. It is read when it is to be shown. */
export class PacketLine {
  readonly record: PacketRecord;
  #decoded: DecodedPacket | null = null;
  #text: string | null = null;

  constructor(record: PacketRecord) {
    this.record = record;
  }

  get who(): string {
    return showPeer(this.record);
  }

  decoded(decoder: PacketDecoder): DecodedPacket {
    this.#decoded ??= decoder.decode(this.record);
    return this.#decoded;
  }

  text(decoder: PacketDecoder): string {
    this.#text ??= showContent(this.decoded(decoder).content);
    return this.#text;
  }

  short(decoder: PacketDecoder): string {
    const text = this.text(decoder);
    return text.length > MOST_SHORT ? `${text.slice(0, MOST_SHORT)}…` : text;
  }

  full(decoder: PacketDecoder): string {
    const { mode, channel, size } = this.record;
    const way = `${showMode(mode)}${channel === 0 ? '' : `, channel ${channel}`}`;
    return `${this.who}, ${way}, ${size} B: ${this.text(decoder)}`;
  }

  /** States that are sent always. */
  get isState(): boolean {
    const first = this.record.bytes[0] ?? 0;
    return (first & COMMAND_MASK) === Command.SYNC && (first & DELTA_FLAG) === 0;
  }
}

/** The last packets, in two kinds, so that a flood of states does not wash away what happens once. */
export class RecentPackets {
  #states: PacketLine[] = [];
  #others: PacketLine[] = [];

  add(line: PacketLine): void {
    const [lines, most] = line.isState ? [this.#states, MOST_STATES] : [this.#others, MOST_OTHERS];
    lines.push(line);
    if (lines.length > most) lines.shift();
  }

  clear(): void {
    this.#states = [];
    this.#others = [];
  }

  /** The newest first. With a text in lower case, those that contain it. */
  newest(most: number, wanted: string, decoder: PacketDecoder): PacketLine[] {
    const all = [...this.#states, ...this.#others].sort((a, b) => b.record.timeMs - a.record.timeMs);
    if (wanted === '') return all.slice(0, most);
    return all.filter((line) => `${line.who} ${line.text(decoder)}`.toLowerCase().includes(wanted)).slice(0, most);
  }
}
