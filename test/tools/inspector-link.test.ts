import { decodeLinkMessage, PacketDecoder, showContent, showLinkMessage } from 'scenewire/inspector';
import { describe, expect, it } from 'vitest';
import { unhex } from '../multiplayer/support/hex.js';
import { SmallArena } from './support/small-arena.js';

const show = (hex: string, isReliable: boolean): string =>
  showLinkMessage(decodeLinkMessage(unhex(hex.replaceAll(' ', '')), isReliable));

describe('messages of the link', () => {
  it.each([
    ['01 0100 01aa 02bbcc', true, 'bundle of 1 B, 2 B (serial 1)'],
    ['01 0100 0100 05040302 01aa', false, 'bundle of 1 B (serial 1, sequence 1, put at 33752069 ms)'],
    ['03 0000 05000000 010203', true, 'first piece, 3 B of 5 B (serial 0)'],
    ['04 0000 0405', true, 'next piece, 2 B (serial 0)'],
    ['06 0200 0100', true, 'bye, reason 1 (serial 2)'],
    ['01 0100 02aa', true, 'malformed: a bundle whose packets do not end where it does (serial 1)'],
    ['0901 00', true, 'malformed: kind 9 (serial 1)'],
    ['01', true, 'malformed: shorter than its header (serial 0)'],
  ])('%s is read as the page on the wire has it', (hex, isReliable, text) => {
    expect(show(hex, isReliable)).toBe(text);
  });

  it('are read as they stand on the data channels of a game', () => {
    const arena = new SmallArena({ karts: 1 }).begin();
    const channel = arena.server.peer.getPeer(2)!.channels[2]!;
    const messages: Uint8Array[] = [];
    const { putPacket } = channel;
    channel.putPacket = (bytes) => {
      messages.push(bytes.slice());
      return putPacket.call(channel, bytes);
    };
    arena.frames(60);
    const decoder = new PacketDecoder(1, arena.server.api.names);
    const decoded = messages.map((message) => decodeLinkMessage(message, false));
    const packets = decoded.flatMap((message) => ('packets' in message ? message.packets : []));
    const said = packets.map((bytes) => {
      const record = { timeMs: 0, isOutgoing: true, peer: 2, mode: 0, channel: 0, bytes, size: bytes.length } as const;
      return showContent(decoder.decode(record).content);
    });
    expect(said.length).toBe(60);
    for (const line of said) expect(line).toMatch(/^sync #\d+ World\/Kart0 \[position=Vector3\(/);
    expect(decoded.map(showLinkMessage)).toContainEqual(
      expect.stringMatching(/^pulse at [\d.]+ ms, has seen \d+, \d+ B arrived/),
    );
  });
});
