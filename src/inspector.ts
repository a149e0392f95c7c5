/**
 * Packets recorded, read and summed up, and the figures of the overlay for programs without a page.
 * @module scenewire/inspector
 */

export type { ConnectionEvent, ConnectionFigures } from './tools/monitor/connection-log.js';
export type {
  ChannelFigures,
  MethodFigures,
  NetworkFigures,
  ObjectFigures,
  PeerFigures,
} from './tools/monitor/network-figures.js';
export { type MonitorOptions, NetworkMonitor } from './tools/monitor/network-monitor.js';
export { type PeerRoute, showRoute } from './tools/monitor/peer-route.js';
export {
  decodeLinkMessage,
  type LinkMessage,
  type LinkMessageBody,
  showLinkMessage,
} from './tools/packets/link-message.js';
export { PACKET_KINDS, type PacketContent, type PacketKind } from './tools/packets/packet-content.js';
export { type DecodedPacket, PacketDecoder } from './tools/packets/packet-decoder.js';
export type { PacketNames, SyncNames } from './tools/packets/packet-names.js';
export type { PacketRecord } from './tools/packets/packet-record.js';
export { PacketRecording, type RecordingOptions, recordPackets } from './tools/packets/packet-recording.js';
export { type Amount, PacketSummary } from './tools/packets/packet-summary.js';
export { RecordedNames } from './tools/packets/recorded-names.js';
export { type RecordedPackets, RecordingError, readRecording, writeRecording } from './tools/packets/recording-file.js';
export { showContent } from './tools/packets/show-content.js';
export { showPacket } from './tools/packets/show-packet.js';
