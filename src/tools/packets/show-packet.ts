import { TransferMode } from '../../multiplayer/multiplayer-types.js';
import type { DecodedPacket } from './packet-decoder.js';
import type { PacketRecord } from './packet-record.js';
import { showContent, showTarget } from './show-content.js';

const MODES: Readonly<Record<TransferMode, string>> = {
  [TransferMode.TRANSFER_MODE_UNRELIABLE]: 'unreliable',
  [TransferMode.TRANSFER_MODE_UNRELIABLE_ORDERED]: 'ordered',
  [TransferMode.TRANSFER_MODE_RELIABLE]: 'reliable',
};

export const showMode = (mode: TransferMode): string => MODES[mode];

/** Whom it went to, or who it came from. */
export const showPeer = ({ isOutgoing, peer }: PacketRecord): string => `${isOutgoing ? '→' : '←'} ${showTarget(peer)}`;

/** One line: when, who, how, how large, what. */
export function showPacket(packet: DecodedPacket): string {
  const { timeMs, mode, channel, size, content } = packet;
  const way = `${showMode(mode)}${channel === 0 ? '' : ` ch ${channel}`}`;
  return [
    `${timeMs.toFixed(1)} ms`.padStart(13),
    showPeer(packet).padEnd(13),
    way.padEnd(11),
    `${size} B`.padStart(8),
    showContent(content),
  ].join('  ');
}
