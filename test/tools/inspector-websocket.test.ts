import { PacketDecoder, type PacketRecord, showContent } from 'scenewire/inspector';
import { describe, expect, it } from 'vitest';
import { unhex } from '../multiplayer/support/hex.js';
import { readVectors } from '../support/vectors.js';

interface Item {
  readonly link?: string;
  readonly dir?: 'c2s' | 's2c';
  readonly frame?: string;
  readonly payload_hex?: string;
}
interface Vectors {
  readonly scenarios: readonly { readonly name: string; readonly items: readonly Item[] }[];
}

/** The binary messages of one link, behind the id, as a recording at that client would hold them. */
function packetsOf(name: string, link: string): { self: number; packets: PacketRecord[] } {
  const { items } = readVectors<Vectors>('websocket-vectors.json').scenarios.find(
    (scenario) => scenario.name === name,
  )!;
  const messages = items.filter((item) => item.link === link && item.frame === 'binary');
  const [id, ...rest] = messages.map(({ payload_hex: hex = '' }) => unhex(hex));
  const packets = rest.map((bytes, i) => {
    const isOutgoing = messages[i + 1]?.dir === 'c2s';
    return { timeMs: i, isOutgoing, peer: 1, mode: 2, channel: 0, bytes, size: bytes.length } as const;
  });
  return { self: new DataView(id!.buffer, id!.byteOffset).getInt32(0, true), packets };
}

function read(name: string, link: string): string[] {
  const { self, packets } = packetsOf(name, link);
  const decoder = new PacketDecoder(self);
  return packets.map((packet) => `${packet.isOutgoing ? '>' : '<'} ${showContent(decoder.decode(packet).content)}`);
}

describe("what Godot's WebSockets carried", () => {
  it('is read as packets of its SceneMultiplayer', () => {
    expect(read('scene_multiplayer', 'L1')).toEqual([
      '< add-peer 64262955',
      '< relay 64262955 { raw 1 B aa }',
      '< relay 64262955 { raw 1 B bb }',
    ]);
    expect(read('scene_multiplayer', 'L2')).toEqual([
      '< add-peer 1958886741',
      '> relay all { raw 1 B aa }',
      '> relay 1958886741 { raw 1 B bb }',
      '< del-peer 1958886741',
    ]);
    expect(read('connect_and_data', 'L').slice(0, 4)).toEqual([
      '< raw 1 B 01',
      '< raw 1 B 02',
      '> raw 1 B 04',
      '> raw 1 B 05',
    ]);
  });
});
