import { TARGET_PEER_SERVER } from '../../multiplayer/multiplayer-types.js';
import { DELTA_FLAG } from '../../multiplayer/replication/commands.js';
import { NOT_GODOTS } from '../../multiplayer/rpc/call-layout.js';
import { readCall } from '../../multiplayer/rpc/call-reader.js';
import { ASK_HEADER, Extra, extraOf } from '../../multiplayer/rpc/not-godots.js';
import { COMMAND_MASK, Command, SYS_BYTES, SysCommand } from '../../multiplayer/scene/scene-command.js';
import type { PacketNames } from '../packets/packet-names.js';
import { Rate } from './rate.js';

/** What went out and came in for one node, one method or one peer. */
export class Traffic {
  readonly name: string;
  readonly sent = new Rate();
  readonly received = new Rate();
  /** Whose states they are, or who called last; 0 while nobody knows. */
  speaker = 0;
  /** Calls of a method, states of a node. */
  count = 0;
  /** Nothing was heard of it for so long that it has lost its row. */
  isForgotten = false;
  #silentFor = 0;
  #heard = 0;

  constructor(name: string) {
    this.name = name;
  }

  add(isOutgoing: boolean, bytes: number): void {
    if (isOutgoing) this.sent.add(bytes);
    else this.received.add(bytes);
  }

  /** Returns for how many seconds nothing was heard. */
  sample(seconds: number): number {
    this.sent.sample(seconds);
    this.received.sample(seconds);
    const heard = this.sent.total + this.received.total;
    this.#silentFor = heard === this.#heard ? this.#silentFor + seconds : 0;
    this.#heard = heard;
    return this.#silentFor;
  }

  get perSecond(): number {
    return this.sent.perSecond + this.received.perSecond;
  }
}

/** A stranger can speak of anything. */
const MOST_ROWS = 4096;
const FORGET_AFTER_S = 10;
const STATE_HEADER_BYTES = 3;
const STATE_HEAD_BYTES = 8;
const CHANGE_HEAD_BYTES = 16;
const METHODS_PER_NODE = 0x10000;

/**
 * Adds up whose bytes they are, packet by packet. PERF: it runs for every packet, so it looks at heads and lengths, reads
 * no value, and allocates nothing for what it has seen before.
 */
export class TrafficLedger {
  readonly objects = new Map<string, Traffic>();
  readonly methods = new Map<string, Traffic>();
  readonly peers = new Map<number, Traffic>();
  readonly #names: PacketNames;
  /** By speaker and number, for quick finding. */
  readonly #bySync = new Map<number, Map<number, Traffic>>();
  readonly #byCall = new Map<number, Map<number, { readonly object: Traffic; readonly method: Traffic }>>();

  constructor(names: PacketNames) {
    this.#names = names;
  }

  /** `peers`: those that are sent a packet for all, or for all but one. */
  count(isOutgoing: boolean, peer: number, packet: Uint8Array, self: number, peers: readonly number[]): void {
    let copies = 1;
    if (isOutgoing && peer <= 0) {
      copies = 0;
      for (const each of peers) {
        if (each === -peer) continue;
        copies += 1;
        this.#peer(each).add(true, packet.length);
      }
    } else this.#peer(peer).add(isOutgoing, packet.length);
    const sender = isOutgoing ? self : peer;
    this.#command(packet, 0, sender, isOutgoing, copies);
  }

  sample(seconds: number): void {
    for (const traffic of this.peers.values()) traffic.sample(seconds);
    let isAnyForgotten = false;
    for (const rows of [this.objects, this.methods]) {
      for (const [name, traffic] of rows) {
        if (traffic.sample(seconds) < FORGET_AFTER_S) continue;
        rows.delete(name);
        traffic.isForgotten = true;
        isAnyForgotten = true;
      }
    }
    if (isAnyForgotten) this.#forgetNumbers();
  }

  /** The network begins anew, and so do all numbers. */
  clear(): void {
    for (const rows of [this.objects, this.methods, this.peers, this.#bySync, this.#byCall]) rows.clear();
  }

  forgetPeer(peer: number): void {
    this.peers.delete(peer);
    this.#bySync.delete(peer);
    this.#byCall.delete(peer);
  }

  /** Of what has no row any more: shots come and go by the thousand. */
  #forgetNumbers(): void {
    for (const known of this.#bySync.values()) {
      for (const [id, traffic] of known) if (traffic.isForgotten) known.delete(id);
    }
    for (const known of this.#byCall.values()) {
      for (const [key, rows] of known) if (rows.object.isForgotten || rows.method.isForgotten) known.delete(key);
    }
  }

  #command(packet: Uint8Array, from: number, sender: number, isOutgoing: boolean, copies: number): void {
    const first = packet[from] ?? 0;
    const command = first & COMMAND_MASK;
    if (command === Command.SYNC) this.#states(packet, from, sender, isOutgoing, copies);
    else if (command === Command.REMOTE_CALL) this.#call(packet.subarray(from), sender, isOutgoing, copies);
    else if (command === Command.SYS && from === 0 && packet[1] === SysCommand.RELAY && packet.length > SYS_BYTES) {
      // From the server's mouth it is somebody else's; on the way to it, it is the sender's own.
      const speaker = sender === TARGET_PEER_SERVER ? u32(packet, 2) | 0 : sender;
      const isSystem = ((packet[SYS_BYTES] as number) & COMMAND_MASK) === Command.SYS;
      if (!isSystem) this.#command(packet, SYS_BYTES, speaker, isOutgoing, copies);
    }
  }

  #states(packet: Uint8Array, from: number, speaker: number, isOutgoing: boolean, copies: number): void {
    const isDelta = ((packet[from] as number) & DELTA_FLAG) !== 0;
    const head = isDelta ? CHANGE_HEAD_BYTES : STATE_HEAD_BYTES;
    let at = from + (isDelta ? 1 : STATE_HEADER_BYTES);
    while (at + head <= packet.length) {
      const size = u32(packet, at + head - 4);
      const traffic = this.#sync(speaker, u32(packet, at));
      if (traffic !== undefined) {
        traffic.add(isOutgoing, (head + size) * copies);
        traffic.count += copies;
      }
      at += head + size;
    }
  }

  #sync(speaker: number, id: number): Traffic | undefined {
    const found = this.#bySync.get(speaker)?.get(id);
    if (found !== undefined) return found;
    const sync = this.#names.syncOf(speaker, id);
    const traffic = sync === null ? undefined : rowOf(this.objects, sync.path);
    if (traffic === undefined) return undefined;
    traffic.speaker = speaker;
    const known = this.#bySync.get(speaker) ?? new Map<number, Traffic>();
    this.#bySync.set(speaker, known.set(id, traffic));
    return traffic;
  }

  #call(packet: Uint8Array, speaker: number, isOutgoing: boolean, copies: number): void {
    let bytes = packet;
    if (((packet[0] as number) & NOT_GODOTS) !== 0) {
      if (extraOf(packet) !== Extra.ASK) return;
      bytes = packet.subarray(ASK_HEADER);
    }
    const call = readCall(bytes);
    if (call === null) return;
    const rows = this.#callRows(speaker, call);
    if (rows === undefined) return;
    for (const traffic of [rows.object, rows.method]) {
      traffic.add(isOutgoing, packet.length * copies);
      traffic.count += copies;
      traffic.speaker = speaker;
    }
  }

  #callRows(
    speaker: number,
    { node, path: given, method }: { node: number; path: string | null; method: number },
  ): { readonly object: Traffic; readonly method: Traffic } | undefined {
    const key = node * METHODS_PER_NODE + method;
    const known = given === null ? this.#byCall.get(speaker)?.get(key) : undefined;
    if (known !== undefined) return known;
    const path = given ?? this.#names.pathOf(speaker, node);
    if (path === null) return undefined;
    const name = this.#names.methodOf(speaker, path, method);
    // What leads to no method of this side is not worth a row.
    const object = name === null ? undefined : rowOf(this.objects, path);
    const called = name === null ? undefined : rowOf(this.methods, `${path}.${name}`);
    if (object === undefined || called === undefined) return undefined;
    const rows = { object, method: called };
    if (given === null) {
      const byCall = this.#byCall.get(speaker) ?? new Map<number, typeof rows>();
      this.#byCall.set(speaker, byCall.set(key, rows));
    }
    return rows;
  }

  #peer(id: number): Traffic {
    const known = this.peers.get(id);
    if (known !== undefined) return known;
    const made = new Traffic(String(id));
    if (this.peers.size < MOST_ROWS) this.peers.set(id, made);
    return made;
  }
}

function rowOf(rows: Map<string, Traffic>, name: string): Traffic | undefined {
  const known = rows.get(name);
  if (known !== undefined || rows.size >= MOST_ROWS) return known;
  const made = new Traffic(name);
  rows.set(name, made);
  return made;
}

/** PERF: without a view on the bytes. */
const u32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)) >>>
  0;
