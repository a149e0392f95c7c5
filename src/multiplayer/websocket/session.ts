import type { Clock } from '../../core/clock.js';
import type { Err } from '../../core/err.js';
import type { ConnectionStatus } from '../multiplayer-types.js';
import type { IncomingPackets } from './remote-peer.js';
import type { WebSocketPeer } from './websocket-peer.js';

/** What a session needs of the multiplayer peer it belongs to. */
export interface SessionHost {
  readonly clock: Clock;
  readonly refuseNewConnections: boolean;
  readonly handshakeTimeoutMs: number;
  readonly incoming: IncomingPackets;
  /** A WebSocketPeer with the settings of the multiplayer peer. */
  makeSocket(): WebSocketPeer;
  generateUniqueId(): number;
  /** Emits `peer_connected`; false when a listener has ended the session. */
  connected(id: number): boolean;
  /** Emits `peer_disconnected`; false when a listener has ended the session. */
  disconnected(id: number): boolean;
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
  disconnect(id: number, force: boolean): void;
  /** Without closing handshakes and without signals. */
  close(): void;
  peer(id: number): WebSocketPeer | undefined;
}
