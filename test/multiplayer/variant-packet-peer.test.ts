import {
  Err,
  OfflineMultiplayerPeer,
  PacketPeer,
  type Variant,
  type VariantInput,
  Vector3,
  variantCodec,
} from 'scenewire';
import { afterEach, describe, expect, it } from 'vitest';
import { noVariantCodec } from '../../src/core/no-variant-codec.js';
import { recordErrors } from '../core/support/errors.js';
import { readVectors } from '../support/vectors.js';
import { hex, unhex } from './support/variant-bytes.js';
import { joinConnections, WebRTCRoom } from './support/webrtc-room.js';

const errors = recordErrors();
afterEach(() => PacketPeer.setVariantCodec(variantCodec));

/** What is put can be got again. */
class Echo extends PacketPeer {
  readonly waiting: Uint8Array[] = [];

  getAvailablePacketCount(): number {
    return this.waiting.length;
  }

  putPacket(buffer: Uint8Array): Err {
    this.waiting.push(buffer.slice());
    return Err.OK;
  }

  protected takePacket(): Uint8Array | Err {
    return this.waiting.shift() ?? Err.ERR_UNAVAILABLE;
  }
}

describe('putVar and getVar', () => {
  const vectors = readVectors<readonly { name: string; var_to_bytes_hex: string }[]>('variant-vectors.json');

  it('R-078 every type survives, as the bytes that Godot sends', () => {
    const peer = new Echo();
    for (const { var_to_bytes_hex: bytes } of vectors) {
      const value = variantCodec.decode(unhex(bytes))?.value as Variant;
      expect(peer.putVar(value)).toBe(Err.OK);
      expect(peer.getVar()).toEqual(value);
      expect(peer.getPacketError()).toBe(Err.OK);
    }
    expect(errors).toEqual([]);
  });

  it('R-079 1 travels as int, 1.5 as float, in the full form', () => {
    const peer = new Echo();
    for (const value of [1, 1.5, 2n ** 40n]) peer.putVar(value);
    expect(peer.waiting.map(hex)).toEqual(['0200000001000000', '030000000000c03f', '020001000000000000010000']);
  });

  it('R-076 on failure null, and the error can be asked for', () => {
    const peer = new Echo();
    expect([peer.getVar(), peer.getPacketError()]).toEqual([null, Err.ERR_UNAVAILABLE]);
    peer.putPacket(unhex('04000000ff'));
    peer.putVar(null);
    expect([peer.getVar(), peer.getPacketError()]).toEqual([null, Err.ERR_INVALID_DATA]);
    expect([peer.getVar(), peer.getPacketError()]).toEqual([null, Err.OK]);
    // What a stranger sends is no reason to report.
    expect(errors).toEqual([]);
  });

  it('R-140 an encoded object is refused, asked for or not', () => {
    const peer = new Echo();
    for (const allow of [false, true]) {
      peer.putPacket(unhex('180000000a000000526566436f756e746564000000000000'));
      expect([peer.getVar(allow), peer.getPacketError()]).toEqual([null, Err.ERR_INVALID_DATA]);
    }
  });

  it('R-077 a value larger than encodeBufferMaxSize gives ERR_OUT_OF_MEMORY, reported once', () => {
    const peer = new Echo();
    peer.encodeBufferMaxSize = 1024;
    expect(peer.putVar('x'.repeat(1016))).toBe(Err.OK);
    expect(peer.putVar('x'.repeat(1017))).toBe(Err.ERR_OUT_OF_MEMORY);
    expect([peer.waiting.length, errors.map(({ err }) => err)]).toEqual([1, [Err.ERR_OUT_OF_MEMORY]]);
  });

  it.each<[string, unknown, RegExp]>([
    ['a function', () => 1, /sent: a function$/],
    ['an instance', new Date(0), /sent: an instance of "Date"$/],
    [
      'something inside',
      { items: [1, { owner: new Date(0) }] },
      /sent: at \.items\[1\]\.owner: an instance of "Date"$/,
    ],
    ['a large bigint', [2n ** 64n], /sent: at \[0\]: a bigint of more than 64 bits$/],
    ['a key', new Map([[Symbol('s'), 1]]), /sent: at \.keys\(\): a symbol$/],
  ])('R-078 %s gives ERR_INVALID_PARAMETER, and the report tells where it is', (_name, value, text) => {
    const peer = new Echo();
    expect(peer.putVar(value as VariantInput)).toBe(Err.ERR_INVALID_PARAMETER);
    expect(peer.waiting).toEqual([]);
    expect(errors.map((error) => error.text)).toEqual([expect.stringMatching(text)]);
  });

  it('what is put can be changed at once', () => {
    const peer = new Echo();
    const value = [1, new Vector3(1, 2, 3)] as const;
    peer.putVar(value);
    value[1].x = 9;
    expect(peer.getVar()).toEqual([1, new Vector3(1, 2, 3)]);
  });

  it('without a codec, as in a small page: ERR_UNCONFIGURED, and the packet stays', () => {
    PacketPeer.setVariantCodec(noVariantCodec);
    const peer = new Echo();
    expect(peer.putVar(1)).toBe(Err.ERR_UNCONFIGURED);
    peer.putPacket(unhex('0200000001000000'));
    expect([peer.getVar(), peer.getPacketError()]).toEqual([null, Err.ERR_UNCONFIGURED]);
    expect(errors.map(({ err }) => err)).toEqual([Err.ERR_UNCONFIGURED, Err.ERR_UNCONFIGURED]);
    PacketPeer.setVariantCodec(variantCodec);
    expect(peer.getVar()).toBe(1);
    // A multiplayer peer brings its own.
    PacketPeer.setVariantCodec(null);
    expect(new OfflineMultiplayerPeer().putVar((() => 1) as never)).toBe(Err.ERR_INVALID_PARAMETER);
  });
});

it('R-078 values go through a data channel', () => {
  const room = new WebRTCRoom();
  const [a, b] = [room.connection(), room.connection()];
  joinConnections(a, b);
  const [here, there] = [a, b].map((one) => one.createDataChannel('game', { negotiated: true, id: 1 }));
  room.bare.push(a, b);
  a.createOffer();
  room.frames();
  const value = { position: new Vector3(1, 2, 3), names: ['a', 'b'] };
  expect(here?.putVar(value)).toBe(Err.OK);
  room.frames(2);
  expect(there?.getVar()).toEqual(new Map(Object.entries(value)));
});
