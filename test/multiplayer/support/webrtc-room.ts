import {
  type ExtensionClass,
  type RtcConfiguration,
  type TransferMode,
  WebRTCMultiplayerPeer,
  type WebRTCMultiplayerPeerOptions,
  WebRTCPeerConnection,
} from 'scenewire';
import { LoopbackNetwork, type LoopbackNetworkOptions, ManualClock } from 'scenewire/testing';

export const FRAME_MS = 5;

/** A packet as it was read. */
export interface Read {
  readonly from: number;
  readonly channel: number;
  readonly mode: number;
  readonly packet: number[];
}

/** Carries offers, answers and candidates between two connections, as a signalling server without delay would. */
export function joinConnections(one: WebRTCPeerConnection, other: WebRTCPeerConnection): void {
  const carry = (from: WebRTCPeerConnection, to: WebRTCPeerConnection): void => {
    from.session_description_created.connect((type, sdp) => {
      from.setLocalDescription(type, sdp);
      to.setRemoteDescription(type, sdp);
    });
    from.ice_candidate_created.connect((media, index, name) => void to.addIceCandidate(media, index, name));
  };
  carry(one, other);
  carry(other, one);
}

/** Everything that can be read now. */
export function readAll(peer: WebRTCMultiplayerPeer): Read[] {
  const all: Read[] = [];
  while (peer.getAvailablePacketCount() > 0) {
    const [from, channel, mode] = [peer.getPacketPeer(), peer.getPacketChannel(), peer.getPacketMode()];
    all.push({ from, channel, mode, packet: [...peer.getPacket()] });
  }
  return all;
}

/** Multiplayer peers on a loopback network, with a clock that only `frames` moves. */
export class WebRTCRoom {
  readonly clock = new ManualClock();
  readonly network: LoopbackNetwork;
  /** All signals of all peers in order: "server peer_connected 7". */
  readonly log: string[] = [];
  readonly peers: WebRTCMultiplayerPeer[] = [];
  /** Connections without a multiplayer peer. */
  readonly bare: WebRTCPeerConnection[] = [];

  constructor(options: Omit<LoopbackNetworkOptions, 'clock'> = {}) {
    this.network = new LoopbackNetwork({ clock: this.clock, ...options });
  }

  get Extension(): ExtensionClass {
    return this.network.Extension;
  }

  connection(configuration: RtcConfiguration = {}): WebRTCPeerConnection {
    return new WebRTCPeerConnection({ extension: this.Extension, configuration });
  }

  make(name: string, options: WebRTCMultiplayerPeerOptions = {}): WebRTCMultiplayerPeer {
    // As Godot; tests of the link ask for it.
    const peer = new WebRTCMultiplayerPeer({ clock: this.clock, link: false, ...options });
    peer.peer_connected.connect((id) => this.log.push(`${name} peer_connected ${id}`));
    peer.peer_disconnected.connect((id) => this.log.push(`${name} peer_disconnected ${id}`));
    this.peers.push(peer);
    return peer;
  }

  server(channels: readonly TransferMode[] = [], options: WebRTCMultiplayerPeerOptions = {}): WebRTCMultiplayerPeer {
    const peer = this.make('server', options);
    peer.createServer(channels);
    return peer;
  }

  client(
    id: number,
    channels: readonly TransferMode[] = [],
    options: WebRTCMultiplayerPeerOptions = {},
  ): WebRTCMultiplayerPeer {
    const peer = this.make(`client ${id}`, options);
    peer.createClient(id, channels);
    return peer;
  }

  mesh(id: number, channels: readonly TransferMode[] = []): WebRTCMultiplayerPeer {
    const peer = this.make(`mesh ${id}`);
    peer.createMesh(id, channels);
    return peer;
  }

  /** Adds each to the other and makes the offer. Gives the connection that `one` has to `other`, and the other end. */
  join(one: WebRTCMultiplayerPeer, other: WebRTCMultiplayerPeer): [WebRTCPeerConnection, WebRTCPeerConnection] {
    const [here, there] = [this.connection(), this.connection()];
    joinConnections(here, there);
    one.addPeer(here, other.getUniqueId());
    other.addPeer(there, one.getUniqueId());
    here.createOffer();
    return [here, there];
  }

  /** A server with clients that are all connected. */
  full(
    ids: readonly number[],
    channels: readonly TransferMode[] = [],
  ): [WebRTCMultiplayerPeer, ...WebRTCMultiplayerPeer[]] {
    const server = this.server(channels);
    const clients = ids.map((id) => this.client(id, channels));
    for (const client of clients) this.join(server, client);
    this.frames();
    return [server, ...clients];
  }

  frames(count = 20): void {
    for (let i = 0; i < count; i += 1) {
      this.clock.advance(FRAME_MS);
      for (const peer of this.peers) peer.poll();
      for (const connection of this.bare) connection.poll();
    }
  }

  /** Time in which only the network works: connections get their packets, but no multiplayer peer is polled. */
  wait(ms: number): void {
    this.clock.advance(ms);
  }
}

/** Sends with everything that says how. */
export function send(
  peer: WebRTCMultiplayerPeer,
  to: number,
  bytes: readonly number[],
  mode: TransferMode = 2,
  channel = 0,
) {
  peer.setTargetPeer(to);
  peer.transferMode = mode;
  peer.transferChannel = channel;
  return peer.putPacket(Uint8Array.from(bytes));
}
