import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ManualClock } from '../../src/core/clock.js';
import { Err } from '../../src/core/err.js';
import { Random } from '../../src/extension/loopback/random.js';
import { BYE_BODY_BYTES } from '../../src/multiplayer/link/bye-message.js';
import { headerBytes, MessageKind, RELIABLE_HEADER_BYTES } from '../../src/multiplayer/link/message-header.js';
import { PeerLink } from '../../src/multiplayer/link/peer-link.js';
import { FIRST_PIECE_HEADER_BYTES } from '../../src/multiplayer/link/piece-message.js';
import { emptyPulse, PULSE_BODY_BYTES, writePulse } from '../../src/multiplayer/link/pulse-message.js';
import { writeU16, writeU32 } from '../../src/multiplayer/link/wire-bytes.js';
import { LANES } from './link-rig.js';

export const LINK_FUZZ_KINDS = [
  'bundle',
  'single',
  'first-piece',
  'next-piece',
  'pulse',
  'bye',
  'media',
  'noise',
] as const;
export type LinkFuzzKind = (typeof LINK_FUZZ_KINDS)[number];

export interface LinkFuzzOutcome {
  readonly cases: number;
  /** What should not have happened, with the number of the case. */
  readonly problems: readonly string[];
  /** Packets that were handed out, drops that were counted, links that were ended. */
  readonly taken: number;
  readonly dropped: number;
  readonly ended: number;
  /** The most memory that was held for unfinished packets. */
  readonly mostAssembling: number;
}

/** Numbers at which checks break. */
const EDGES = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];
/** What the link is shown is bounded, as a channel's messages are. */
const MOST_NOISE_BYTES = 2000;
const POLL_EVERY = 50;
const CHECK_MEMORY_EVERY = 500;
const MOST_PROBLEMS = 20;
/** Nothing stays behind: a look at the memory now and then, against the first one. */
const LOOK_EVERY = 10_000;
const MOST_GROWTH_BYTES = 16 * 1024 * 1024;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as NodeJS.GCFunction;

/** Shows a link messages of one kind with something wrong with most of them. Same seed, same messages. */
export function fuzzLink(kind: LinkFuzzKind, seed: number, cases: number): LinkFuzzOutcome {
  return new LinkFuzz(kind, seed).run(cases);
}

class LinkFuzz {
  readonly #kind: LinkFuzzKind;
  readonly #dice: Random;
  readonly #clock = new ManualClock(1000);
  readonly #problems: string[] = [];
  readonly #pulse = emptyPulse();
  #link: PeerLink;
  /** Lanes on which a large packet was begun. */
  readonly #begun = new Set<number>();
  #serial = 0;
  #taken = 0;
  #dropped = 0;
  #ended = 0;
  #mostAssembling = 0;
  #firstHeap = 0;

  constructor(kind: LinkFuzzKind, seed: number) {
    this.#kind = kind;
    this.#dice = new Random(seed, LINK_FUZZ_KINDS.indexOf(kind));
    this.#link = this.#makeLink();
  }

  run(cases: number): LinkFuzzOutcome {
    for (let index = 0; index < cases && this.#problems.length < MOST_PROBLEMS; index += 1) {
      try {
        this.#step(index);
      } catch (thrown) {
        this.#problems.push(`case ${index} threw ${String(thrown)}`);
      }
    }
    this.#dropped += this.#link.dropped;
    return {
      cases,
      problems: this.#problems,
      taken: this.#taken,
      dropped: this.#dropped,
      ended: this.#ended,
      mostAssembling: this.#mostAssembling,
    };
  }

  #step(index: number): void {
    const link = this.#link;
    const lane = this.#below(20) === 0 ? this.#below(8) : this.#below(LANES.length);
    if (this.#kind === 'next-piece') this.#beginPacket(lane);
    const message = this.#mutated(this.#message(lane));
    const before = link.dropped;
    const packetsBefore = link.availablePackets;
    link.receive(lane, message);
    const isKept = link.availablePackets > packetsBefore;
    if (!isKept && !mayBeSilent(lane, message) && link.dropped === before) {
      this.#problems.push(`case ${index} is gone without a trace: ${Buffer.from(message).toString('hex')} on ${lane}`);
    }
    if (index % POLL_EVERY === 0) this.#frame();
    if (index % LOOK_EVERY === 0) this.#weigh(index);
    if (index % CHECK_MEMORY_EVERY === 0) {
      this.#mostAssembling = Math.max(this.#mostAssembling, link.stats().assemblingBytes);
    }
    if (link.ended !== null) this.#renew();
  }

  #weigh(index: number): void {
    collect();
    const { heapUsed } = process.memoryUsage();
    this.#firstHeap ||= heapUsed;
    const growth = heapUsed - this.#firstHeap;
    if (growth > MOST_GROWTH_BYTES) this.#problems.push(`case ${index}: the memory grew by ${growth} bytes`);
  }

  /** Mostly there is a packet for the next piece to belong to. */
  #beginPacket(lane: number): void {
    if (LANES[lane] !== 2 || this.#begun.has(lane) || this.#below(10) === 0) return;
    this.#begun.add(lane);
    const message = new Uint8Array(FIRST_PIECE_HEADER_BYTES + 1);
    this.#serial = (this.#serial + 1) & 0xffff;
    message[0] = MessageKind.PIECE_FIRST;
    writeU16(message, 1, this.#serial);
    writeU32(message, RELIABLE_HEADER_BYTES, 2 + this.#below(4 * MOST_NOISE_BYTES));
    this.#link.receive(lane, message);
  }

  #frame(): void {
    const link = this.#link;
    this.#clock.advance(this.#below(20));
    link.put(this.#below(LANES.length), new Uint8Array(this.#below(3000)));
    link.poll();
    for (let packet = link.take(); packet; packet = link.take()) {
      this.#taken += 1;
      if (packet.length === 0) this.#problems.push('an empty packet was handed out');
    }
    while (link.nextEvent());
  }

  /** Every case meets a link that lives. */
  #renew(): void {
    this.#ended += 1;
    this.#dropped += this.#link.dropped;
    this.#taken += this.#link.availablePackets;
    this.#link = this.#makeLink();
    this.#serial = 0;
    this.#begun.clear();
  }

  #makeLink(): PeerLink {
    const transport = { send: (): Err => Err.OK, buffered: (): number => 0 };
    return new PeerLink({ clock: this.#clock, lanes: LANES, transport });
  }

  /** A message as an honest peer sends it. */
  #message(lane: number): Uint8Array {
    const header = LANES[lane] === 2 ? 3 : 9;
    const body = this.#body();
    const message = new Uint8Array(header + body.length);
    this.#serial = (this.#serial + 1) & 0xffff;
    message[0] = this.#kind === 'noise' ? this.#below(256) : LINK_FUZZ_KINDS.indexOf(this.#kind) + 1;
    writeU16(message, 1, this.#serial);
    if (header === 9) {
      writeU16(message, 3, this.#serial);
      writeU32(message, 5, this.#clock.now());
    }
    message.set(body, header);
    return message;
  }

  #body(): Uint8Array {
    switch (this.#kind) {
      case 'bundle':
        return this.#bundle();
      case 'first-piece': {
        const piece = this.#bytes(this.#below(MOST_NOISE_BYTES) + 4);
        writeU32(piece, 0, this.#below(2) === 0 ? piece.length - 4 : this.#edge());
        return piece;
      }
      case 'pulse': {
        const body = new Uint8Array(PULSE_BODY_BYTES);
        this.#pulse.timeMs = this.#clock.now();
        this.#pulse.hasEcho = this.#pulse.hasTimed = this.#below(2) === 0;
        this.#pulse.echoSerial = this.#below(100);
        this.#pulse.timedSerial = this.#below(100);
        writePulse(body, 0, this.#pulse);
        return body;
      }
      case 'bye':
        return this.#bytes(2);
      default:
        return this.#bytes(this.#below(MOST_NOISE_BYTES));
    }
  }

  #bundle(): Uint8Array {
    const sizes = Array.from({ length: 1 + this.#below(8) }, () => 1 + this.#below(140));
    const body = new Uint8Array(sizes.reduce((sum, size) => sum + size + (size > 127 ? 2 : 1), 0));
    let at = 0;
    for (const size of sizes) {
      if (size > 127) body[at++] = 0x80;
      body[at++] = size;
      at += size;
    }
    return body;
  }

  /** Nothing to three things wrong with it. */
  #mutated(message: Uint8Array): Uint8Array {
    let result = message;
    for (let left = this.#below(4); left > 0; left -= 1) result = this.#mutation(result);
    return result;
  }

  #mutation(message: Uint8Array): Uint8Array {
    const at = this.#below(Math.min(message.length, 48));
    switch (this.#below(6)) {
      case 0:
        return message.subarray(0, this.#below(message.length + 1));
      case 1: {
        const longer = this.#bytes(message.length + this.#below(40));
        longer.set(message);
        return longer;
      }
      case 2:
        if (at + 4 <= message.length) writeU32(message, at, this.#edge());
        return message;
      case 3:
        if (at + 2 <= message.length) writeU16(message, at, this.#edge());
        return message;
      default:
        if (message.length > 0) message[at] = this.#below(256);
        return message;
    }
  }

  #bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < Math.min(length, 64); i += 1) bytes[i] = this.#below(256);
    return bytes;
  }

  #edge(): number {
    return EDGES[this.#below(EDGES.length)]!;
  }

  #below(end: number): number {
    return Math.floor(this.#dice.float() * end);
  }
}

/** Whether it may neither bring a packet nor be counted: what is said, and pieces that wait for the rest. */
function mayBeSilent(lane: number, message: Uint8Array): boolean {
  const isReliable = LANES[lane] === 2;
  const bodyBytes = message.length - headerBytes(isReliable);
  switch (message[0]) {
    case MessageKind.PULSE:
      return bodyBytes >= PULSE_BODY_BYTES;
    case MessageKind.BYE:
      return bodyBytes >= BYE_BODY_BYTES;
    case MessageKind.MEDIA:
    case MessageKind.PIECE_FIRST:
    case MessageKind.PIECE_NEXT:
      return isReliable && bodyBytes >= 0;
    default:
      return false;
  }
}
