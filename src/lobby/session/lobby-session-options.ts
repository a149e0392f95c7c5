import type { ExtensionClass } from '../../extension/webrtc-peer-connection-extension.js';
import type { RtcConfiguration } from '../../extension/webrtc-types.js';
import type { GameIdentity } from '../../multiplayer/game-identity.js';
import type { TransferMode } from '../../multiplayer/multiplayer-types.js';
import type { WebRTCMultiplayerPeerOptions } from '../../multiplayer/webrtc-multiplayer-peer.js';
import type { LobbyClientOptions } from '../client/lobby-client.js';
import type { LeftReason } from '../client/lobby-signals.js';
import type { PeerFailure } from './attempt-facts.js';
import type { PairingTiming } from './pairing-times.js';

export type LobbySessionSignals = {
  /** A member of the room could not be connected to, in all attempts. */
  peer_failed: [id: number, failure: PeerFailure];
  /** An attempt has failed, and another one follows. The game does not hear of it. */
  peer_retried: [id: number, failure: PeerFailure];
  /** Somebody else, or this side, is the host of the room now. See `followHost`. */
  host_changed: [id: number];
  /** The lobby can't be reached. The game goes on; nobody can come in until it is back. */
  lobby_lost: [];
  lobby_restored: [];
  /** This side is no longer in the room, and did not leave by itself. After `kicked` the game is over; else it goes on. */
  left: [reason: LeftReason, text: string];
};

export interface LobbySessionOptions extends LobbyClientOptions {
  /** Modes of channels from 1 up, the same for everybody: see `WebRTCMultiplayerPeer.createServer`. */
  channels?: readonly TransferMode[] | undefined;
  /** See `WebRTCMultiplayerPeer.addPeer`. */
  unreliableLifetime?: number | undefined;
  link?: WebRTCMultiplayerPeerOptions['link'] | undefined;
  /** Of every connection. The lobby's ICE servers are added to those in here. */
  configuration?: RtcConfiguration | undefined;
  /** The back end of every connection. Default: the default one. */
  extension?: ExtensionClass | undefined;
  /** Whether a peer that was lost is connected to again, while the lobby says that it is there. Default: true. */
  reconnects?: boolean | undefined;
  /**
   * Closing the peer, as a page does that is left, ends the game and not the seat: the page may `resume` it when it is
   * loaded again. Default: false.
   */
  keepSeat?: boolean | undefined;
  /** Who plays here, unless a call names another. With one, the others have to prove who they are: see its policy. */
  identity?: GameIdentity | undefined;
  pairing?: Partial<PairingTiming> | undefined;
  /** For a client whose host has an `address`: when to try the WebSocket there. Default: 4 s. */
  socketAfterMs?: number | undefined;
  /**
   * Whether to open a WebSocket at an address that a host says, who may be anybody. Default: every `wss` address, and at
   * a lobby that is reached by `ws` every `ws` address too.
   */
  acceptsAddress?: ((address: string) => boolean) | undefined;
}

/** Who plays, in the room that is entered. */
export interface PlayerOptions {
  identity?: GameIdentity | undefined;
}

export interface ResumeOptions extends PlayerOptions {
  /** What the room was joined by, if it named a key. */
  invitation?: string | undefined;
}

/** Below 15 s, which is what a player waits. Attempts that work take a second or two, with TURN and loss as well. */
export const DEFAULT_PAIRING_TIMING: PairingTiming = Object.freeze({
  connectMs: 15_000,
  signalMs: 8000,
  attemptMs: 5000,
  pauseMs: 100,
});

/** Leaves a second for the WebSocket, so that a player is in the game within five. */
export const DEFAULT_SOCKET_AFTER_MS = 4000;
