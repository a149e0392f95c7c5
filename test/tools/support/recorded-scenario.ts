import { type DecodedPacket, PacketDecoder, type PacketRecord } from 'scenewire/inspector';
import type { Scenario } from '../../multiplayer/support/scene-vectors.js';

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** The packets of a scenario that one of its peers sent or got, as a recording at that peer would hold them. */
export function packetsAt(scenario: Scenario, self: number): PacketRecord[] {
  return scenario.packets
    .filter(({ from, to }) => from === self || to === self)
    .map(({ from, to, transfer_mode, channel, hex, seq }) => {
      const bytes = bytesOf(hex);
      return {
        timeMs: seq,
        isOutgoing: from === self,
        peer: from === self ? to : from,
        mode: transfer_mode as PacketRecord['mode'],
        channel,
        bytes,
        size: bytes.length,
      };
    });
}

export function decodeScenario(scenario: Scenario, self: number): DecodedPacket[] {
  const decoder = new PacketDecoder(self);
  return packetsAt(scenario, self).map((packet) => decoder.decode(packet));
}
