import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { PacketPeer } from '../../src/core/packet-peer.js';
import { recordErrors } from './support/errors.js';

const errors = recordErrors();

/** What is put can be got again. */
class Echo extends PacketPeer {
  readonly waiting: Uint8Array[] = [];
  readonly sent: Uint8Array[] = [];
  nextError: Err = Err.ERR_UNAVAILABLE;

  getAvailablePacketCount(): number {
    return this.waiting.length;
  }

  putPacket(buffer: Uint8Array): Err {
    if (buffer.length === 0) return Err.OK;
    this.sent.push(buffer);
    this.waiting.push(buffer.slice());
    return Err.OK;
  }

  protected takePacket(): Uint8Array | Err {
    return this.waiting.shift() ?? this.nextError;
  }
}

describe('PacketPeer', () => {
  it('starts without packets, without an error, and with an encode buffer of 8 MiB', () => {
    const peer = new Echo();
    expect([peer.getAvailablePacketCount(), peer.getPacketError()]).toEqual([0, Err.OK]);
    expect([peer.encodeBufferMaxSize, peer.getEncodeBufferMaxSize()]).toEqual([8388608, 8388608]);
  });

  it('R-043 getPacket with nothing waiting gives an empty array and ERR_UNAVAILABLE', () => {
    const peer = new Echo();
    const packet = peer.getPacket();
    expect(packet).toBeInstanceOf(Uint8Array);
    expect([packet.length, peer.getPacketError()]).toEqual([0, Err.ERR_UNAVAILABLE]);
    expect(errors).toEqual([]);
  });

  it('R-043 hands out packets first in, first out, and each stays valid after the next one', () => {
    const peer = new Echo();
    for (const n of [1, 2, 3]) peer.putPacket(Uint8Array.of(n, n));
    const packets = [peer.getPacket(), peer.getPacket(), peer.getPacket(), peer.getPacket()];
    expect(packets.map((packet) => [...packet])).toEqual([[1, 1], [2, 2], [3, 3], []]);
  });

  it('R-074 putPacket of an empty array gives OK and sends nothing', () => {
    const peer = new Echo();
    expect(peer.putPacket(new Uint8Array(0))).toBe(Err.OK);
    expect([peer.sent.length, peer.getAvailablePacketCount()]).toEqual([0, 0]);
  });

  it('R-075 getPacketError keeps the result of the last get until the next one', () => {
    const peer = new Echo();
    peer.nextError = Err.ERR_UNCONFIGURED;
    peer.getPacket();
    peer.putPacket(Uint8Array.of(1));
    expect(peer.getAvailablePacketCount()).toBe(1);
    expect([peer.getPacketError(), peer.getPacketError()]).toEqual([Err.ERR_UNCONFIGURED, Err.ERR_UNCONFIGURED]);
    peer.getPacket();
    expect(peer.getPacketError()).toBe(Err.OK);
    peer.nextError = Err.ERR_UNAVAILABLE;
    peer.getPacket();
    expect(peer.getPacketError()).toBe(Err.ERR_UNAVAILABLE);
  });

  it.each([
    [1024, 1024],
    [1025, 2048],
    [65536, 65536],
    [65537, 131072],
    [134217729, 268435456],
    [268435456, 268435456],
  ])('R-077 rounds an encodeBufferMaxSize of %i up to %i', (given, read) => {
    const peer = new Echo();
    peer.setEncodeBufferMaxSize(given);
    expect(peer.getEncodeBufferMaxSize()).toBe(read);
    expect(errors).toEqual([]);
  });

  it.each([1023, 0, -1024, 268435457, Number.NaN, Number.POSITIVE_INFINITY])(
    'R-077 refuses an encodeBufferMaxSize of %d and reports it once',
    (given) => {
      const peer = new Echo();
      peer.encodeBufferMaxSize = 4096;
      peer.encodeBufferMaxSize = given;
      expect(peer.encodeBufferMaxSize).toBe(4096);
      expect(errors.map(({ err }) => err)).toEqual([Err.ERR_INVALID_PARAMETER]);
    },
  );
});
