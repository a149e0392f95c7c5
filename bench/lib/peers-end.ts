import {
  type TransferMode,
  type WebRTCDataChannel,
  WebRTCMultiplayerPeer,
  WebRTCPeerConnection,
  type WebRTCPeerConnectionInit,
} from 'scenewire';
import { connected, gameChannels } from './attempts.js';
import { BareEnd } from './bare-end.js';
import { type ChannelSpec, End, type Mail, type MakeEnd, Pair } from './end.js';
import { deliverTo, onNative, postFrom } from './scenewire-end.js';

export const SERVER = 1;
export const FIRST_CLIENT = 2;

/** The link and its packing, the framing of Godot, and the library underneath alone. */
export const sides = ['linked', 'plain', 'bare'] as const;
export type Side = (typeof sides)[number];

/** Godot's modes by the labels of the channels that carry them. */
export const modes: Readonly<Record<string, TransferMode>> = { unreliable: 0, ordered: 1, reliable: 2 };

export interface MultiplayerEndSetup {
  readonly peer: WebRTCMultiplayerPeer;
  readonly remoteId: number;
  readonly post: (mail: Mail) => void;
  /** What `send` sends in. */
  readonly mode?: TransferMode;
  readonly init?: WebRTCPeerConnectionInit;
}

/** The connection of a multiplayer peer to one other. A server has several of these; any of them polls the whole peer. */
export class MultiplayerEnd extends End {
  readonly peer: WebRTCMultiplayerPeer;
  readonly remoteId: number;
  readonly connection: WebRTCPeerConnection;
  readonly #mode: TransferMode;
  #channels: WebRTCDataChannel[] | undefined;

  constructor({ peer, remoteId, post, mode = 2, init = onNative }: MultiplayerEndSetup) {
    // It is open when the multiplayer peer says so, not channel by channel.
    super(gameChannels.slice(0, 1));
    this.peer = peer;
    this.remoteId = remoteId;
    this.#mode = mode;
    const connection = new WebRTCPeerConnection(init);
    this.connection = connection;
    postFrom(connection, post);
    peer.peer_connected.connect((id) => {
      if (id === remoteId) this.noteOpened();
    });
    connection.connection_state_changed.connect((state) => {
      if (state === WebRTCPeerConnection.STATE_FAILED) this.noteFailed();
    });
    peer.addPeer(connection, remoteId);
  }

  offer(): void {
    this.connection.createOffer();
  }

  receive(mail: Mail): void {
    deliverTo(this.connection, mail);
  }

  poll(): void {
    this.peer.poll();
  }

  close(): void {
    this.peer.close();
  }

  /** The packets of one frame, and the frame's end. */
  send(packet: Uint8Array, times: number): void {
    const { peer } = this;
    peer.setTargetPeer(this.remoteId);
    peer.transferMode = this.#mode;
    for (let i = 0; i < times; i += 1) peer.putPacket(packet);
    peer.flush();
  }

  buffered(): number {
    this.#channels ??= this.peer.getPeer(this.remoteId)?.channels ?? [];
    return this.#channels[2 - this.#mode]?.getBufferedAmount() ?? 0;
  }

  take(): number {
    const { peer } = this;
    let bytes = 0;
    while (peer.getAvailablePacketCount() > 0) bytes += peer.getPacket().length;
    return bytes;
  }
}

/** Two ends of a side; the one that is made first is the server. What the first channel is for, `send` sends. */
export function makerOf(side: Side): MakeEnd {
  if (side === 'bare') return (channels, post) => new BareEnd(channels, post);
  let made = 0;
  return (channels, post) => {
    const isServer = made === 0;
    made += 1;
    const peer = new WebRTCMultiplayerPeer(side === 'plain' ? { link: false } : {});
    if (isServer) peer.createServer();
    else peer.createClient(FIRST_CLIENT);
    const mode = modes[channels[0]?.label ?? 'reliable'] ?? 2;
    return new MultiplayerEnd({ peer, remoteId: isServer ? FIRST_CLIENT : SERVER, post, mode });
  };
}

export const connectPair = (side: Side, label: string): Promise<Pair> =>
  connected(() => new Pair(makerOf(side), channelsFrom(label)));

/** All channels of a game, so that no side has fewer to care for, with this one first. */
export function channelsFrom(label: string): ChannelSpec[] {
  return [...gameChannels].sort((one, other) => Number(other.label === label) - Number(one.label === label));
}

/** CPU of this process, all its threads, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
