import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/core/clock.js';
import { Err } from '../../src/core/err.js';
import { countBundled, writeBundled } from '../../src/multiplayer/link/bundle-message.js';
import { ByeReason, readBye, writeBye } from '../../src/multiplayer/link/bye-message.js';
import { LINK_FEATURE } from '../../src/multiplayer/link/link-limits.js';
import { MessageKind } from '../../src/multiplayer/link/message-header.js';
import { PeerLink } from '../../src/multiplayer/link/peer-link.js';
import { writePiece } from '../../src/multiplayer/link/piece-message.js';
import { emptyPulse, readPulse, writePulse } from '../../src/multiplayer/link/pulse-message.js';
import { readU53, writeU53 } from '../../src/multiplayer/link/wire-bytes.js';
import { EXTRA_LANE, LANES, ORDERED_LANE, RELIABLE_LANE, UNRELIABLE_LANE } from '../support/link-rig.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** What a link sends, as hexadecimal digits. */
function recorder(startMs: number): { link: PeerLink; clock: ManualClock; sent: [number, string][] } {
  const clock = new ManualClock(startMs);
  const sent: [number, string][] = [];
  const send = (lane: number, message: Uint8Array): Err => {
    sent.push([lane, hex(message)]);
    return Err.OK;
  };
  const link = new PeerLink({ clock, lanes: LANES, transport: { send, buffered: () => 0 } });
  return { link, clock, sent };
}

describe('the wire format (docs/wire.md)', () => {
  it('is named link1', () => {
    expect(LINK_FEATURE).toBe('link1');
  });

  it('bundles reliable packets: kind, serial, and each packet after its length', () => {
    const { link, sent } = recorder(0);
    link.put(RELIABLE_LANE, Uint8Array.of(0xaa));
    link.put(RELIABLE_LANE, Uint8Array.of(0xbb, 0xcc));
    link.flush();
    expect(sent).toEqual([[RELIABLE_LANE, '01 0100 01aa 02bbcc'.replaceAll(' ', '')]]);
  });

  it('bundles unreliable packets: kind, serial, sequence, stamp, packets', () => {
    const { link, sent, clock } = recorder(0x1_0203_0405);
    link.put(UNRELIABLE_LANE, Uint8Array.of(0xaa));
    clock.advance(5);
    link.flush();
    link.put(ORDERED_LANE, Uint8Array.of(0xbb));
    link.flush();
    expect(sent).toEqual([
      [UNRELIABLE_LANE, '01 0100 0100 05040302 01aa'.replaceAll(' ', '')],
      [ORDERED_LANE, '01 0200 0100 0a040302 01bb'.replaceAll(' ', '')],
    ]);
  });

  it('writes lengths from 128 on in two bytes, the first one with its top bit set', () => {
    const message = new Uint8Array(2000);
    expect(writeBundled(message, 0, new Uint8Array(127))).toBe(128);
    expect(hex(message.subarray(0, 1))).toBe('7f');
    expect(writeBundled(message, 0, new Uint8Array(128))).toBe(130);
    expect(hex(message.subarray(0, 2))).toBe('8080');
    expect(writeBundled(message, 0, new Uint8Array(1000))).toBe(1002);
    expect(hex(message.subarray(0, 2))).toBe('83e8');
  });

  it('sends an unreliable packet above a datagram alone, to the end of the message', () => {
    const { link, sent } = recorder(7);
    link.put(UNRELIABLE_LANE, new Uint8Array(1142).fill(0xee));
    expect(sent).toEqual([[UNRELIABLE_LANE, `02 0100 0100 07000000 ${'ee'.repeat(1142)}`.replaceAll(' ', '')]]);
  });

  it('cuts a large reliable packet: total with the first piece, bytes alone with the next', () => {
    const message = new Uint8Array(100);
    const packet = Uint8Array.of(1, 2, 3, 4, 5);
    expect(hex(message.subarray(0, writePiece(message, packet, 0, 3)))).toBe('0300000500000001 0203'.replace(' ', ''));
    message.fill(0);
    expect(hex(message.subarray(0, writePiece(message, packet, 3, 5)))).toBe('0400000405');
  });

  it('pulses: flags, clock, two echoes with their holds, gap, received, assembled, largest packet, loss', () => {
    const message = new Uint8Array(32);
    const pulse = {
      isHidden: true,
      isProbe: true,
      hasEcho: true,
      echoSerial: 0x1234,
      echoHoldMs: 2.5,
      hasTimed: true,
      timedSerial: 0x1233,
      timedHoldMs: 8000,
      gapMs: 16,
      timeMs: 4_294_967.297,
      receivedBytes: 0x01020304,
      assembledBytes: 0x05060708,
      maxPacketBytes: 0x00400000,
      lossRate: 0.2,
    };
    writePulse(message, 0, pulse);
    expect(hex(message)).toBe(
      '0f 0100000001000000 3412 1400 3312 00fa 10 04030201 08070605 00004000 3333'.replaceAll(' ', ''),
    );
    const read = emptyPulse();
    expect(readPulse(message, 0, read)).toBe(true);
    expect(read).toEqual(pulse);
    expect(readPulse(message.subarray(1), 0, read)).toBe(false);
    message.fill(0xff, 1, 9);
    expect(readPulse(message, 0, read)).toBe(false);
  });

  it.each([
    ['isHidden', 1],
    ['isProbe', 2],
    ['hasEcho', 4],
    ['hasTimed', 8],
  ] as const)('pulses: %s is the flag %i', (name, flag) => {
    const message = new Uint8Array(32);
    const pulse = { ...emptyPulse(), [name]: true };
    writePulse(message, 0, pulse);
    expect(message[0]).toBe(flag);
    const read = emptyPulse();
    expect([readPulse(message, 0, read), read]).toEqual([true, pulse]);
  });

  it('numbers the kinds of messages and the reasons of a bye', () => {
    const { BUNDLE, SINGLE, PIECE_FIRST, PIECE_NEXT, PULSE, BYE, MEDIA } = MessageKind;
    expect([BUNDLE, SINGLE, PIECE_FIRST, PIECE_NEXT, PULSE, BYE, MEDIA]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const { LEFT, KICKED, SHUTDOWN, MISBEHAVED, TIMEOUT } = ByeReason;
    expect([LEFT, KICKED, SHUTDOWN, MISBEHAVED, TIMEOUT]).toEqual([0, 1, 2, 3, 4]);
  });

  it('a hold too long for its two bytes reads as endless', () => {
    const message = new Uint8Array(32);
    const pulse = emptyPulse();
    writePulse(message, 0, { ...pulse, echoHoldMs: 9000 });
    readPulse(message, 0, pulse);
    expect(pulse.echoHoldMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('says bye with a reason, on the fast lane and on the certain one', () => {
    const { link, sent } = recorder(0);
    link.leave(ByeReason.KICKED);
    expect(sent).toEqual([
      [UNRELIABLE_LANE, '06 0100 0100 00000000 0100'.replaceAll(' ', '')],
      [RELIABLE_LANE, '06 0200 0100'.replaceAll(' ', '')],
    ]);
    const body = new Uint8Array(2);
    writeBye(body, 0, 0xbeef);
    expect(readBye(body, 0)).toBe(0xbeef);
    expect(readBye(body, 1)).toBe(-1);
  });

  it('carries a word about tracks on the first reliable lane, to the end of the message', () => {
    const { link, sent } = recorder(0);
    expect(link.sendWord(Uint8Array.of(0, 1))).toBe(true);
    expect(sent).toEqual([[RELIABLE_LANE, '07 0100 0001'.replaceAll(' ', '')]]);
  });

  it('the first poll sends a pulse', () => {
    const { link, sent } = recorder(1);
    link.poll();
    expect(sent).toEqual([
      [
        UNRELIABLE_LANE,
        '05 0100 0100 01000000 00 e803000000000000 0000 0000 0000 0000 00 00000000 00000000 00004000 0000'.replaceAll(
          ' ',
          '',
        ),
      ],
    ]);
  });

  it('takes back what it wrote, and refuses lengths that do not add up', () => {
    expect(countBundled(bytesOf('01aa 02bbcc'), 0)).toBe(2);
    for (const wrong of ['', '00', '01', '02aa', '01aa00', '01aa80', '8001aa', '807f', '8080', 'ffff']) {
      expect(countBundled(bytesOf(wrong), 0)).toBe(-1);
    }
    const message = new Uint8Array(8);
    for (const value of [0, 1, 0xffff_ffff, 0x1_0000_0000, Number.MAX_SAFE_INTEGER]) {
      writeU53(message, 0, value);
      expect(readU53(message, 0)).toBe(value);
    }
  });

  it('serials run over all lanes and sequences in each', () => {
    const { link, sent } = recorder(0);
    for (const lane of [RELIABLE_LANE, UNRELIABLE_LANE, EXTRA_LANE, UNRELIABLE_LANE]) {
      link.put(lane, Uint8Array.of(1));
      link.flush();
    }
    expect(sent.map(([, text]) => text.slice(2, 6))).toEqual(['0100', '0200', '0300', '0400']);
    expect(sent.filter(([lane]) => lane === UNRELIABLE_LANE).map(([, text]) => text.slice(6, 10))).toEqual([
      '0100',
      '0200',
    ]);
  });
});
