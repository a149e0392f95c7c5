import type { RtpPacket } from './rtp-packet.js';

/** A second or so of pictures, at most some 750 KiB. */
const SIZE = 512;

/** The packets of a track that came last, for listeners who missed some. */
export class PacketHistory {
  readonly #packets: (RtpPacket | undefined)[] = [];

  add(packet: RtpPacket): void {
    this.#packets[packet.sequence % SIZE] = packet;
  }

  find(sequence: number, source: number): RtpPacket | undefined {
    const packet = this.#packets[sequence % SIZE];
    return packet?.sequence === sequence && packet.ssrc === source ? packet : undefined;
  }
}
