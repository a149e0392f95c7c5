import type { LinkStats } from '../../multiplayer/link/link-stats.js';
import type { MultiplayerPeer } from '../../multiplayer/multiplayer-peer.js';
import type { SceneMultiplayer } from '../../multiplayer/scene/scene-multiplayer.js';
import { showMode } from '../packets/show-packet.js';
import type { ChannelFigures, PeerFigures } from './network-figures.js';
import { entryOf, routeTo } from './peer-route.js';
import type { TrafficLedger } from './traffic-ledger.js';
import type { Amounts, WireMeter } from './wire-meter.js';

interface Sources {
  readonly multiplayer: Pick<SceneMultiplayer, 'getDropped' | 'serverRelay'>;
  readonly ledger: TrafficLedger;
  readonly unresponsive: ReadonlySet<number>;
  readonly wire: ReadonlyMap<number, WireMeter>;
}

export function readPeerFigures(peer: MultiplayerPeer, id: number, sources: Sources): PeerFigures {
  const { multiplayer, ledger, unresponsive } = sources;
  const wire = sources.wire.get(id);
  const route = routeTo(peer, id, multiplayer.serverRelay && peer.isServerRelaySupported());
  const stats = route.transport === 'server' ? null : peer.getPeerStats(id);
  const counted = ledger.peers.get(id);
  return {
    id,
    route,
    isLinked: stats !== null,
    isUnresponsive: unresponsive.has(id),
    isHidden: stats?.isHidden ?? false,
    rttMs: stats?.rttMs ?? Number.NaN,
    jitterMs: stats?.jitterMs ?? Number.NaN,
    lossIn: stats?.lossIn ?? Number.NaN,
    lossOut: stats?.lossOut ?? Number.NaN,
    sentPerSecond: stats?.sent.bytesPerSecond ?? counted?.sent.perSecond ?? 0,
    receivedPerSecond: stats?.received.bytesPerSecond ?? counted?.received.perSecond ?? 0,
    sentBytes: stats?.sent.bytes ?? counted?.sent.total ?? 0,
    receivedBytes: stats?.received.bytes ?? counted?.received.total ?? 0,
    wireSentPerSecond: wire?.sentPerSecond ?? Number.NaN,
    wireReceivedPerSecond: wire?.receivedPerSecond ?? Number.NaN,
    wireSentBytes: wire?.sentBytes ?? Number.NaN,
    wireReceivedBytes: wire?.receivedBytes ?? Number.NaN,
    queuedBytes: stats?.queuedBytes ?? Number.NaN,
    bytesUnderWay: stats?.bytesUnderWay ?? Number.NaN,
    windowBytes: stats?.windowBytes ?? Number.NaN,
    channels: route.transport === 'server' ? [] : channelsOf(peer, id, stats),
    drops: [...countsOf(stats?.drops ?? {}), ...countsOf(multiplayer.getDropped(id))],
  };
}

/** Of the link, or else of the game's packets, since somebody looks. */
export function amountsOf(peer: MultiplayerPeer, id: number, ledger: TrafficLedger): Amounts {
  const stats = peer.getPeerStats(id);
  const counted = ledger.peers.get(id);
  return {
    sentMessages: stats?.sent.messages ?? counted?.sent.count ?? 0,
    sentBytes: stats?.sent.bytes ?? counted?.sent.total ?? 0,
    receivedMessages: stats?.received.messages ?? counted?.received.count ?? 0,
    receivedBytes: stats?.received.bytes ?? counted?.received.total ?? 0,
  };
}

function channelsOf(peer: MultiplayerPeer, id: number, stats: LinkStats | null): ChannelFigures[] {
  const channels = entryOf(peer, id)?.channels;
  if (channels === undefined) {
    return (stats?.lanes ?? []).map(({ mode, unread }) => ({ label: showMode(mode), unread, bufferedBytes: 0 }));
  }
  return channels.map((channel, lane) => ({
    label: channel.getLabel(),
    unread: stats?.lanes[lane]?.unread ?? channel.getAvailablePacketCount(),
    bufferedBytes: channel.getBufferedAmount(),
  }));
}

const countsOf = (drops: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(drops).filter(([, count]) => count > 0);
