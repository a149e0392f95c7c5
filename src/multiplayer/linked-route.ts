import type { Clock } from '../core/clock.js';
import { Err } from '../core/err.js';
import type { WebRTCDataChannel } from '../extension/webrtc-data-channel.js';
import type { WebRTCPeerConnection } from '../extension/webrtc-peer-connection.js';
import { ConnectionState } from '../extension/webrtc-types.js';
import type { LinkEndCause, LinkEvent } from './link/link-events.js';
import type { LinkOptions } from './link/link-limits.js';
import { PeerLink } from './link/peer-link.js';
import { DisconnectReason, type TransferMode } from './multiplayer-types.js';
import type { PacketRoute } from './packet-route.js';

export interface LinkedRouteSetup {
  readonly clock: Clock;
  readonly connection: WebRTCPeerConnection;
  readonly channels: readonly WebRTCDataChannel[];
  readonly lanes: readonly TransferMode[];
  readonly options: Partial<LinkOptions>;
}

const REASONS: Record<LinkEndCause['kind'], DisconnectReason> = {
  left: DisconnectReason.LEFT,
  timeout: DisconnectReason.TIMEOUT,
  misbehaved: DisconnectReason.MISBEHAVED,
  closed: DisconnectReason.CLOSED,
};

/** The data channels of a peer that speaks our protocol too, with the link in front of them. */
export class LinkedRoute implements PacketRoute {
  /** A transport that stumbles makes the peer unresponsive; whether it is gone the link decides. */
  readonly outlivesDisconnected = true;
  readonly link: PeerLink;
  readonly #connection: WebRTCPeerConnection;
  readonly #channels: readonly WebRTCDataChannel[];

  constructor({ clock, connection, channels, lanes, options }: LinkedRouteSetup) {
    this.#connection = connection;
    this.#channels = channels;
    this.link = new PeerLink({
      clock,
      lanes,
      options,
      transport: {
        send: (lane, message) => channels[lane]?.putPacket(message) ?? Err.ERR_INVALID_PARAMETER,
        buffered: (lane) => channels[lane]?.getBufferedAmount() ?? 0,
      },
    });
  }

  get available(): number {
    return this.link.availablePackets;
  }

  get nextLane(): number {
    return this.link.nextLane;
  }

  get ended(): DisconnectReason | null {
    const cause = this.link.ended;
    // Closed here: the connection is about to follow.
    return cause === null || cause.kind === 'closed' ? null : REASONS[cause.kind];
  }

  poll(): void {
    const { link } = this;
    for (let lane = 0; lane < this.#channels.length; lane += 1) this.#receive(lane);
    if (this.#connection.getConnectionState() === ConnectionState.STATE_DISCONNECTED) link.suspect();
    link.poll();
  }

  flush(): void {
    this.link.flush();
  }

  send(lane: number, packet: Uint8Array): Err {
    return this.link.put(lane, packet);
  }

  take(): Uint8Array | Err {
    return this.link.take() ?? Err.ERR_UNAVAILABLE;
  }

  nextEvent(): LinkEvent | undefined {
    return this.link.nextEvent();
  }

  leave(reason: number): boolean {
    this.link.leave(reason);
    return true;
  }

  /** What is over the budget of a frame stays in the channel, which has limits of its own. */
  #receive(lane: number): void {
    const channel = this.#channels[lane] as WebRTCDataChannel;
    while (channel.getAvailablePacketCount() > 0 && this.link.hasInboundRoom(lane)) {
      this.link.receive(lane, channel.getPacket());
    }
  }
}
