import type { Clock } from '../../core/clock.js';
import type { Err } from '../../core/err.js';
import type { LinkEvent } from '../link/link-events.js';
import type { LinkTerms } from '../linked-route.js';
import type { ConnectionStatus, DisconnectReason } from '../multiplayer-types.js';
import type { IncomingPackets } from './incoming-packets.js';
import type { RemotePeer } from './remote-peer.js';
import type { WebSocketPeer } from './websocket-peer.js';

/** What a session needs of the multiplayer peer it belongs to. */
export interface SessionHost {
  readonly clock: Clock;
  readonly refuseNewConnections: boolean;
  readonly handshakeTimeoutMs: number;
  readonly incoming: IncomingPackets;
  /** What links to other scenewire peers are made with; null when there shall be none. */
  readonly link: LinkTerms | null;
  /** A WebSocketPeer with the settings of the multiplayer peer. */
  makeSocket(): WebSocketPeer;
  generateUniqueId(): number;
  /** The id for who asks with this URL: 0 for any, below 0 for nobody. */
  chooseId(url: string): number;
  /** Emits `peer_connected`; false when a listener has ended the session. */
  connected(id: number): boolean;
  /** Emits `peer_disconnected`; false when a listener has ended the session. */
  disconnected(id: number, reason: DisconnectReason): boolean;
  /** Emits what a link has noticed; false when a listener has ended the session. */
  noticed(id: number, event: LinkEvent): boolean;
  /** The session has ended by itself: the multiplayer peer is DISCONNECTED. */
  ended(): void;
}

/** A multiplayer peer from `createServer` or `createClient` to its end. */
export interface Session {
  readonly host: SessionHost;
  readonly status: ConnectionStatus;
  readonly uniqueId: number;
  poll(): void;
  put(target: number, packet: Uint8Array): Err;
  /** Why a broadcast would go to nobody. */
  objection(target: number, packet: Uint8Array): Err;
  disconnect(id: number, force: boolean): void;
  /** Without closing handshakes and without signals. */
  close(): void;
  peer(id: number): RemotePeer | undefined;
  /** Everybody who is there: another list when somebody comes or goes. */
  readonly peers: readonly RemotePeer[];
}
