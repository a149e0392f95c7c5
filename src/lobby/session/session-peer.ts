import type { Err } from '../../core/err.js';
import type { MultiplayerPeer } from '../../multiplayer/multiplayer-peer.js';
import { WebRTCMultiplayerPeer, type WebRTCMultiplayerPeerOptions } from '../../multiplayer/webrtc-multiplayer-peer.js';

/** The session behind a peer. */
export interface PeerOwner {
  /** The peer is about to be polled. */
  beforePoll(): void;
  /** The game has closed the peer. */
  peerClosed(peer: MultiplayerPeer): void;
}

/**
 * The multiplayer peer of one game of a session. Polling it polls the lobby too, and closing it leaves the room, so that a game needs to
 * know nothing but this peer once it has begun.
 */
export class SessionPeer extends WebRTCMultiplayerPeer {
  readonly #owner: PeerOwner;
  /** Called for each packet that is read. */
  onPacketFrom: (gameId: number) => void = () => {};

  constructor(owner: PeerOwner, options: WebRTCMultiplayerPeerOptions) {
    // The session has time-outs of its own: it tries again before the game hears of a failure.
    super({ ...options, connectTimeoutMs: Number.POSITIVE_INFINITY });
    this.#owner = owner;
  }

  override poll(): void {
    this.#owner.beforePoll();
    super.poll();
  }

  protected override takePacket(): Uint8Array | Err {
    if (this.getAvailablePacketCount() > 0) this.onPacketFrom(this.getPacketPeer());
    return super.takePacket();
  }

  override close(): void {
    super.close();
    this.#owner.peerClosed(this);
  }

  /** @internal Ends the game, and not the session. */
  abandon(): void {
    super.close();
  }
}
