import type { PacketKind } from './packet-content.js';
import { innermost } from './packet-content.js';
import type { DecodedPacket } from './packet-decoder.js';
import { sharesOf } from './packet-objects.js';
import { plain, showTarget } from './show-content.js';

/** Packets and their bytes. */
export interface Amount {
  packets: number;
  bytes: number;
}

/** A game has thousands of objects; a forged recording may have millions. */
const MOST_ROWS = 10_000;

/**
 * Adds packets up: by kind, by object, by method and by peer.
 * @example
 * ```ts run
 * import { PacketDecoder, PacketSummary, readRecording } from 'scenewire/inspector';
 *
 * const header = '{"format":"scenewire packets","version":1,"self":1,"began":"2026-11-20T10:02:11.483Z","dropped":0}';
 * const { self, names, packets } = readRecording(`${header}\n[0,"<",7,2,0,"AwEC"]\n`);
 * const decoder = new PacketDecoder(self, names);
 * const summary = new PacketSummary();
 * for (const packet of packets) summary.add(decoder.decode(packet));
 * console.log(summary.received.bytes); // → 3
 * ```
 */
export class PacketSummary {
  readonly sent: Amount = { packets: 0, bytes: 0 };
  readonly received: Amount = { packets: 0, bytes: 0 };
  readonly kinds = new Map<PacketKind, Amount>();
  readonly objects = new Map<string, Amount>();
  readonly methods = new Map<string, Amount>();
  readonly peers = new Map<string, Amount>();
  /** From the first packet to the last one. */
  durationMs = 0;
  #firstMs = Number.NaN;

  add(packet: DecodedPacket): void {
    const { content, size, timeMs, isOutgoing, peer } = packet;
    if (Number.isNaN(this.#firstMs)) this.#firstMs = timeMs;
    this.durationMs = Math.max(this.durationMs, timeMs - this.#firstMs);
    count(isOutgoing ? this.sent : this.received, size);
    row(this.kinds, innermost(content).kind, size);
    row(this.peers, `${isOutgoing ? 'to' : 'from'} ${showTarget(peer)}`, size);
    for (const { object, method, bytes } of sharesOf(content, size)) {
      row(this.objects, object, bytes);
      if (method !== null) row(this.methods, method, bytes);
    }
  }

  /** As lines of text, the heaviest first, so many of each table. */
  toText(rows = 20): string {
    const seconds = this.durationMs / 1000;
    const rate = (bytes: number): string => (seconds > 0 ? `, ${Math.round(bytes / seconds)} B/s` : '');
    const total = (name: string, { packets, bytes }: Amount): string =>
      `${name}: ${packets} packets, ${bytes} B${rate(bytes)}`;
    return [
      `${seconds.toFixed(1)} s`,
      total('sent', this.sent),
      total('received', this.received),
      ...table('by kind', this.kinds, rows),
      ...table('by peer', this.peers, rows),
      ...table('by object', this.objects, rows),
      ...table('by method', this.methods, rows),
    ].join('\n');
  }
}

function row<K>(rows: Map<K, Amount>, key: K, bytes: number): void {
  const known = rows.get(key);
  if (known !== undefined) count(known, bytes);
  else if (rows.size < MOST_ROWS) rows.set(key, { packets: 1, bytes });
}

function count(amount: Amount, bytes: number): void {
  amount.packets += 1;
  amount.bytes += bytes;
}

function table(title: string, rows: ReadonlyMap<string, Amount>, most: number): string[] {
  if (rows.size === 0) return [];
  const heaviest = [...rows].sort(([, a], [, b]) => b.bytes - a.bytes);
  const lines = heaviest.slice(0, most).map(([name, { packets, bytes }]) => {
    const mean = Math.round(bytes / packets);
    return `${`${bytes} B`.padStart(12)}  ${`${packets} ×`.padStart(9)}  ${`${mean} B`.padStart(7)}  ${plain(name)}`;
  });
  const more = heaviest.length > most ? [`${' '.repeat(12)}  and ${heaviest.length - most} more`] : [];
  return ['', `${title}:`, ...lines, ...more];
}
