import type { WebRTCDataChannel } from '../../extension/webrtc-data-channel.js';
import type { WebRTCPeerConnection } from '../../extension/webrtc-peer-connection.js';
import type { CandidateInfo } from '../../extension/webrtc-types.js';
import type { MultiplayerPeer } from '../../multiplayer/multiplayer-peer.js';
import { TARGET_PEER_SERVER } from '../../multiplayer/multiplayer-types.js';

/** The way packets take to a peer. */
export interface PeerRoute {
  /** `server`: there is no connection, the server passes packets on. `other`: a transport of the game's own. */
  readonly transport: 'webrtc' | 'websocket' | 'server' | 'other';
  /** Through a TURN server. Null while it is not known, and where there is no such thing. */
  readonly isRelayed: boolean | null;
  /** Types of the candidates of both ends. */
  readonly local: CandidateInfo['type'] | null;
  readonly remote: CandidateInfo['type'] | null;
  readonly protocol: 'udp' | 'tcp' | null;
}

const WITHOUT_CANDIDATES = { isRelayed: null, local: null, remote: null, protocol: null } as const;

/** A connection and its channels, in the order of the lanes. */
export interface WebRTCEntry {
  readonly connection: WebRTCPeerConnection;
  readonly channels: readonly WebRTCDataChannel[];
}

/** What the kinds of peers have beside what all of them have. Asked for by shape: the overlay brings none of them along. */
interface WebRTCLike {
  hasPeer(id: number): boolean;
  getPeers(): ReadonlyMap<number, WebRTCEntry>;
}
interface CompositeLike {
  getTransport(id: number): MultiplayerPeer | null;
}
interface WebSocketLike {
  getPeerAddress(id: number): string;
}

const has = <T>(peer: object, name: keyof T & string): peer is T & object =>
  typeof Reflect.get(peer, name) === 'function';

export function routeTo(peer: MultiplayerPeer, id: number, isRelaying: boolean): PeerRoute {
  if (has<CompositeLike>(peer, 'getTransport')) {
    const transport = peer.getTransport(id);
    if (transport !== null) return routeTo(transport, id, isRelaying);
  }
  const isBehindServer = isRelaying && id !== TARGET_PEER_SERVER && peer.getUniqueId() !== TARGET_PEER_SERVER;
  if (isBehindServer) return { transport: 'server', ...WITHOUT_CANDIDATES };
  const entry = entryOf(peer, id);
  if (entry !== null) return webrtcRoute(entry.connection);
  const transport = has<WebSocketLike>(peer, 'getPeerAddress') ? 'websocket' : 'other';
  return { transport, ...WITHOUT_CANDIDATES };
}

/** Null without WebRTC. */
export function entryOf(peer: MultiplayerPeer, id: number): WebRTCEntry | null {
  if (has<CompositeLike>(peer, 'getTransport')) {
    const transport = peer.getTransport(id);
    return transport === null ? null : entryOf(transport, id);
  }
  if (!has<WebRTCLike>(peer, 'hasPeer') || !has<WebRTCLike>(peer, 'getPeers')) return null;
  return peer.hasPeer(id) ? (peer.getPeers().get(id) ?? null) : null;
}

/** All connections, of peers in the game and of those on their way into it; behind a composite peer those of `members`. */
export function entriesOf(peer: MultiplayerPeer, members: readonly number[]): [id: number, entry: WebRTCEntry][] {
  if (
    !has<CompositeLike>(peer, 'getTransport') &&
    has<WebRTCLike>(peer, 'hasPeer') &&
    has<WebRTCLike>(peer, 'getPeers')
  )
    return [...peer.getPeers()];
  return members.flatMap((id) => {
    const entry = entryOf(peer, id);
    return entry === null ? [] : [[id, entry] as [number, WebRTCEntry]];
  });
}

function webrtcRoute(connection: WebRTCPeerConnection): PeerRoute {
  const pair = connection.getSelectedCandidatePair();
  if (pair === null) return { transport: 'webrtc', ...WITHOUT_CANDIDATES };
  const { local, remote } = pair;
  const isRelayed = local.type === 'relay' || remote.type === 'relay';
  return { transport: 'webrtc', isRelayed, local: local.type, remote: remote.type, protocol: local.protocol };
}

/** In a few words: `WebRTC, direct, host to srflx`. */
export function showRoute({ transport, isRelayed, local, remote, protocol }: PeerRoute): string {
  if (transport === 'server') return 'through the server';
  if (transport === 'websocket') return 'WebSocket';
  if (transport === 'other') return 'own transport';
  if (isRelayed === null) return 'WebRTC';
  const way = `${local} to ${remote}${protocol === 'tcp' ? ', TCP' : ''}`;
  return `WebRTC, ${isRelayed ? 'relayed' : 'direct'}, ${way}`;
}
