import { type Clock, realClock } from '../../core/clock.js';
import type { ExtensionClass } from '../../extension/webrtc-peer-connection-extension.js';
import type { RtcConfiguration } from '../../extension/webrtc-types.js';
import type { TransferMode } from '../../multiplayer/multiplayer-types.js';
import type { WebRTCMultiplayerPeerOptions } from '../../multiplayer/webrtc-multiplayer-peer.js';
import type { OpenLobbySocket } from '../socket/lobby-socket.js';
import { DEFAULT_PAIRING_TIMING, DEFAULT_SOCKET_AFTER_MS, type LobbySessionOptions } from './lobby-session-options.js';
import type { PairingTiming } from './pairing-times.js';

/** How the connections of a session are made. */
export interface GameSetup {
  readonly clock: Clock;
  readonly peer: WebRTCMultiplayerPeerOptions;
  /** Modes of the channels from 1 up; the same for everybody. */
  readonly channels: readonly TransferMode[];
  /** Milliseconds; see `WebRTCMultiplayerPeer.addPeer`. */
  readonly unreliableLifetime: number | undefined;
  readonly configuration: RtcConfiguration;
  readonly extension: ExtensionClass | undefined;
  /** Whether a peer whose connection was lost is connected to again. */
  readonly reconnects: boolean;
  readonly timing: PairingTiming;
  /** When a client tries the WebSocket of its host, if that has one. */
  readonly socketAfterMs: number;
  readonly acceptsAddress: (address: string) => boolean;
}

export function readSetup(where: string | OpenLobbySocket, options: LobbySessionOptions): GameSetup {
  const { clock = realClock, link } = options;
  return {
    clock,
    peer: { clock, ...(link !== undefined && { link }) },
    channels: options.channels ?? [],
    unreliableLifetime: options.unreliableLifetime,
    configuration: options.configuration ?? {},
    extension: options.extension,
    reconnects: options.reconnects ?? true,
    timing: { ...DEFAULT_PAIRING_TIMING, ...options.pairing },
    socketAfterMs: options.socketAfterMs ?? DEFAULT_SOCKET_AFTER_MS,
    acceptsAddress: options.acceptsAddress ?? ((address) => isAsSafeAs(where, address)),
  };
}

/** A stranger may lead nobody to where the page itself would not go. */
const isAsSafeAs = (where: string | OpenLobbySocket, address: string): boolean =>
  address.startsWith('wss:') || (typeof where === 'string' && where.startsWith('ws:'));
