import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/core/clock.js';
import { Err } from '../../src/core/err.js';
import {
  DATAGRAM_BYTES,
  type LinkOptions,
  MAX_MESSAGE_BYTES,
  MAX_PIECE_BYTES,
  MAX_WORD_BYTES,
} from '../../src/multiplayer/link/link-limits.js';
import { MessageKind } from '../../src/multiplayer/link/message-header.js';
import { PeerLink } from '../../src/multiplayer/link/peer-link.js';
import { PULSE_BODY_BYTES } from '../../src/multiplayer/link/pulse-message.js';
import { writeU16, writeU32 } from '../../src/multiplayer/link/wire-bytes.js';
import { fuzzLink, LINK_FUZZ_KINDS } from '../support/link-fuzz.js';
import { EXTRA_LANE, LANES, RELIABLE_LANE, UNRELIABLE_LANE } from '../support/link-rig.js';
import { allocatedBy } from './support/allocation.js';

const MIB = 1024 * 1024;
/** A run of the tests; `npm run fuzz` asks for a million. */
const CASES = 30_000;

const { BUNDLE, SINGLE, PIECE_FIRST, PULSE, BYE, MEDIA } = MessageKind;

/** The body of a first piece that is the whole packet. */
function piece(bytes: number): Uint8Array {
  const body = new Uint8Array(4 + bytes);
  writeU32(body, 0, bytes);
  return body;
}

class Victim {
  readonly clock = new ManualClock(1000);
  readonly link: PeerLink;
  #serial = 0;

  constructor(options: Partial<LinkOptions> = {}) {
    const transport = { send: (): Err => Err.OK, buffered: (): number => 0 };
    this.link = new PeerLink({ clock: this.clock, lanes: LANES, transport, options });
  }

  get drops() {
    return this.link.stats().drops;
  }

  /** A message with a fitting header. */
  attack(lane: number, kind: number, body: Uint8Array): void {
    const header = lane === RELIABLE_LANE || lane === EXTRA_LANE ? 3 : 9;
    const message = new Uint8Array(header + body.length);
    this.#serial = (this.#serial + 1) & 0xffff;
    message[0] = kind;
    writeU16(message, 1, this.#serial);
    if (header === 9) {
      writeU16(message, 3, this.#serial);
      writeU32(message, 5, this.clock.now());
    }
    message.set(body, header);
    this.link.receive(lane, message);
  }

  firstPiece(lane: number, total: number, bytes: number): void {
    const body = new Uint8Array(4 + bytes);
    writeU32(body, 0, total);
    this.attack(lane, MessageKind.PIECE_FIRST, body);
  }
}

describe('a hostile peer', () => {
  it.each(LINK_FUZZ_KINDS)('%s: nothing throws, nothing grows, every drop is counted', (kind) => {
    const outcome = fuzzLink(kind, 1, CASES);
    expect(outcome.problems).toEqual([]);
    expect(outcome.dropped).toBeGreaterThan(CASES / 20);
    expect(outcome.mostAssembling).toBeLessThanOrEqual(4 * MIB);
    expect(fuzzLink(kind, 1, 1000)).toEqual(fuzzLink(kind, 1, 1000));
  });

  it.each<[string, number, number, Uint8Array, 'malformed' | 'oversized']>([
    ['a pulse that is cut off', UNRELIABLE_LANE, PULSE, new Uint8Array(PULSE_BODY_BYTES - 1), 'malformed'],
    ['a pulse of no time', UNRELIABLE_LANE, PULSE, new Uint8Array(PULSE_BODY_BYTES).fill(255, 1, 9), 'malformed'],
    ['a bye without its reason', RELIABLE_LANE, BYE, new Uint8Array(1), 'malformed'],
    ['a word about tracks that may be lost', UNRELIABLE_LANE, MEDIA, new Uint8Array(1), 'malformed'],
    ['a word about tracks that is too long', RELIABLE_LANE, MEDIA, new Uint8Array(MAX_WORD_BYTES + 1), 'malformed'],
    ['a single packet on a reliable lane', RELIABLE_LANE, SINGLE, new Uint8Array(1), 'malformed'],
    ['a single packet of nothing', UNRELIABLE_LANE, SINGLE, new Uint8Array(0), 'malformed'],
    ['a piece that may be lost', UNRELIABLE_LANE, PIECE_FIRST, Uint8Array.of(1, 0, 0, 0, 9), 'malformed'],
    ['a piece that is too large', RELIABLE_LANE, PIECE_FIRST, piece(MAX_PIECE_BYTES + 1), 'malformed'],
    ['a bundle larger than a datagram', RELIABLE_LANE, BUNDLE, new Uint8Array(DATAGRAM_BYTES).fill(1), 'malformed'],
    ['a message that is too large', UNRELIABLE_LANE, SINGLE, new Uint8Array(MAX_MESSAGE_BYTES), 'oversized'],
  ])('sends %s: dropped, counted, and held against it', (_what, lane, kind, body, reason) => {
    const victim = new Victim({ maxViolations: 1 });
    victim.attack(lane, kind, body);
    expect([victim.drops[reason], victim.link.dropped, victim.link.availablePackets]).toEqual([1, 1, 0]);
    expect([victim.link.ended, victim.link.nextEvent()]).toEqual([null, undefined]);
    victim.attack(lane, kind, body);
    expect(victim.link.ended).toEqual({ kind: 'misbehaved' });
  });

  it('announces large packets and pays for them with its own bytes', () => {
    const victim = new Victim();
    victim.firstPiece(RELIABLE_LANE, 4 * MIB, 1);
    expect(victim.link.stats().assemblingBytes).toBe(65_536);
    victim.firstPiece(EXTRA_LANE, 1, 1);
    expect(victim.link.ended).toEqual({ kind: 'misbehaved' });
    expect(victim.drops['too-large-piece']).toBe(1);
    expect(victim.link.stats().assemblingBytes).toBe(0);
  });

  it('never finishes what it began', () => {
    const victim = new Victim();
    victim.firstPiece(RELIABLE_LANE, 100_000, 1000);
    for (let i = 0; i < 31_000 / 500; i += 1) {
      victim.clock.advance(500);
      victim.attack(UNRELIABLE_LANE, MessageKind.BUNDLE, Uint8Array.of(1, 1));
      victim.link.poll();
    }
    expect(victim.link.ended).toEqual({ kind: 'misbehaved' });
  });

  it('falls silent in the middle of a packet: that is no misbehaviour, however long it is waited for', () => {
    const victim = new Victim({ goneAfterMs: 100_000 });
    victim.firstPiece(RELIABLE_LANE, 100_000, 1000);
    for (let i = 0; i < 100_000 / 500; i += 1) {
      victim.clock.advance(500);
      victim.link.poll();
    }
    expect(victim.link.ended).toBeNull();
    victim.clock.advance(500);
    victim.link.poll();
    expect(victim.link.ended).toEqual({ kind: 'timeout' });
  });

  it('is put out when it keeps breaking the rules, and told so', () => {
    const victim = new Victim({ maxViolations: 10 });
    for (let i = 0; i < 10; i += 1) victim.attack(UNRELIABLE_LANE, MessageKind.BUNDLE, Uint8Array.of(9));
    expect(victim.link.ended).toBeNull();
    victim.attack(UNRELIABLE_LANE, MessageKind.BUNDLE, Uint8Array.of(9));
    expect(victim.link.nextEvent()).toEqual({ kind: 'gone', cause: { kind: 'misbehaved' } });
    victim.attack(UNRELIABLE_LANE, MessageKind.BUNDLE, Uint8Array.of(1, 1));
    expect(victim.drops).toEqual(expect.objectContaining({ malformed: 11, ended: 1 }));
    expect(victim.link.availablePackets).toBe(0);
  });

  it('speaks of what this version does not know: counted, and no reason to end', () => {
    const victim = new Victim();
    for (let i = 0; i < 200; i += 1) victim.attack(UNRELIABLE_LANE, 77, Uint8Array.of(9));
    victim.attack(17, MessageKind.BUNDLE, Uint8Array.of(1, 1));
    expect(victim.drops).toEqual(expect.objectContaining({ 'unknown-kind': 200, 'unknown-lane': 1 }));
    expect(victim.link.ended).toBeNull();
  });

  it('floods: what is over the budget of a poll is dropped when unreliable', () => {
    const victim = new Victim({ maxPacketsPerPoll: 1000 });
    const body = new Uint8Array(DATAGRAM_BYTES - 10).map((_, i) => (i % 2 === 0 ? 1 : 7));
    for (let i = 0; i < 100; i += 1) victim.attack(UNRELIABLE_LANE, MessageKind.BUNDLE, body);
    expect(victim.link.availablePackets).toBe(2 * (body.length / 2));
    expect(victim.drops.flood).toBe(98 * (body.length / 2));
    expect(victim.link.hasInboundRoom(UNRELIABLE_LANE)).toBe(false);
    victim.link.poll();
    expect(victim.link.hasInboundRoom(UNRELIABLE_LANE)).toBe(true);
  });

  it('floods with large packets: the budget of a poll is one of bytes, too', () => {
    const victim = new Victim({ maxBytesPerPoll: 10_000 });
    // With its header each has a thousand.
    for (let i = 0; i < 20; i += 1) victim.attack(UNRELIABLE_LANE, SINGLE, new Uint8Array(991));
    expect([victim.link.availablePackets, victim.drops.flood]).toEqual([10, 10]);
    expect(victim.link.hasInboundRoom(UNRELIABLE_LANE)).toBe(false);
    victim.link.poll();
    expect(victim.link.hasInboundRoom(UNRELIABLE_LANE)).toBe(true);
  });

  it('floods with what holds no packet: that takes of the budget, too', () => {
    for (const attack of [
      (victim: Victim) => victim.attack(UNRELIABLE_LANE, MessageKind.PULSE, new Uint8Array(PULSE_BODY_BYTES)),
      (victim: Victim) => victim.attack(UNRELIABLE_LANE, 77, new Uint8Array(1)),
      (victim: Victim) => victim.link.receive(UNRELIABLE_LANE, Uint8Array.of(1, 5, 0, 5, 0, 0, 0, 0, 0, 1, 1)),
      (victim: Victim) => victim.link.receive(UNRELIABLE_LANE, Uint8Array.of(1)),
    ]) {
      const victim = new Victim({ maxPacketsPerPoll: 50 });
      for (let i = 0; i < 50; i += 1) {
        expect(victim.link.hasInboundRoom(UNRELIABLE_LANE)).toBe(true);
        attack(victim);
      }
      expect(victim.link.hasInboundRoom(UNRELIABLE_LANE)).toBe(false);
    }
  });

  it('floods with words about tracks: what is too much is counted, and what the link has to tell is told', () => {
    const victim = new Victim();
    for (let i = 0; i < 200; i += 1) victim.attack(RELIABLE_LANE, MessageKind.MEDIA, Uint8Array.of(0, i));
    victim.link.suspect();
    const told: (string | number | undefined)[] = [];
    for (let event = victim.link.nextEvent(); event; event = victim.link.nextEvent()) {
      told.push(event.kind === 'media' ? event.word[1] : event.kind);
    }
    // The first ones, in their order.
    expect(told).toEqual([...Array.from({ length: 48 }, (_, i) => i), 'unresponsive']);
    expect(victim.drops.flood).toBe(152);
    victim.attack(RELIABLE_LANE, MessageKind.MEDIA, Uint8Array.of(0, 1));
    expect(victim.link.nextEvent()?.kind).toBe('media');
  });

  it('floods: unread unreliable packets make room for newer ones, unread reliable ones end the link', () => {
    const victim = new Victim({ maxInboxPackets: 100 });
    for (let i = 0; i < 150; i += 1) victim.attack(UNRELIABLE_LANE, MessageKind.SINGLE, Uint8Array.of(i));
    expect(victim.link.availablePackets).toBe(100);
    expect(victim.drops['inbox-full']).toBe(50);
    expect(victim.link.take()).toEqual(Uint8Array.of(50));
    for (let i = 0; i < 50; i += 1) victim.attack(RELIABLE_LANE, MessageKind.BUNDLE, Uint8Array.of(1, i));
    expect(victim.link.hasInboundRoom(RELIABLE_LANE)).toBe(false);
    for (let i = 0; i < 51; i += 1) victim.attack(RELIABLE_LANE, MessageKind.BUNDLE, Uint8Array.of(1, i));
    expect(victim.link.ended).toEqual({ kind: 'misbehaved' });
    expect(victim.drops['inbox-full']).toBe(51);
    // What it sent before can still be read.
    expect(victim.link.take(RELIABLE_LANE)).toEqual(Uint8Array.of(0));
  });

  it('repeats a message: taken once', () => {
    const victim = new Victim();
    const message = Uint8Array.of(1, 1, 0, 1, 0, 0xe8, 3, 0, 0, 1, 42);
    for (let i = 0; i < 3; i += 1) victim.link.receive(UNRELIABLE_LANE, message.slice());
    expect(victim.link.availablePackets).toBe(1);
    expect(victim.drops.repeated).toBe(2);
    // It travelled three times nevertheless.
    const { received, lanes } = victim.link.stats();
    expect([received.messages, received.bytes, received.packets]).toEqual([3, 3 * message.length, 1]);
    expect(lanes.map(({ unread }) => unread)).toEqual([0, 0, 1, 0]);
  });

  it('claims to have received what was never sent: nothing changes', () => {
    const victim = new Victim();
    const before = victim.link.stats();
    const body = new Uint8Array(PULSE_BODY_BYTES);
    body[0] = 4 | 8;
    writeU16(body, 9, 5000);
    writeU16(body, 13, 5000);
    victim.attack(UNRELIABLE_LANE, MessageKind.PULSE, body);
    expect(victim.drops['bad-echo']).toBe(1);
    expect(victim.link.stats().windowBytes).toBe(before.windowBytes);
    expect(victim.link.stats().rttMs).toBeNaN();
  });
});

describe('a quiet link', () => {
  it('an idle poll of 64 peers allocates nothing', () => {
    const clock = new ManualClock(1000);
    const transport = { send: (): Err => Err.OK, buffered: (): number => 0 };
    const links = Array.from({ length: 64 }, () => new PeerLink({ clock, lanes: LANES, transport }));
    const poll = (): void => {
      for (let i = 0; i < links.length; i += 1) links[i]!.poll(clock.now());
    };
    // 64 polls in each call: not even a byte for one of them.
    expect(allocatedBy(poll, 1000, 64)).toBeLessThan(64);
  });
});
