import type { Err } from '../core/err.js';
import { GodotObject, type SignalMap } from '../core/godot-object.js';
import type { Signal } from '../core/signal.js';
import type { MultiplayerPeer } from './multiplayer-peer.js';
import { type DisconnectReason, TARGET_PEER_SERVER } from './multiplayer-types.js';
import { RpcMode } from './rpc/rpc-config.js';
import type { VariantInput } from './variant/variant.js';

export type MultiplayerAPISignals = {
  peer_connected: [id: number];
  peer_disconnected: [id: number, reason: DisconnectReason];
  connected_to_server: [];
  connection_failed: [];
  server_disconnected: [];
};

/**
 * What makes functions, objects and values cross the network, over a `MultiplayerPeer` and a tree of nodes. This is
 * `MultiplayerAPI` without the choice of a default, which has to know `SceneMultiplayer`, which has to know this.
 */
export abstract class MultiplayerAPICore<
  N extends object = object,
  S extends SignalMap = MultiplayerAPISignals,
> extends GodotObject<S> {
  static readonly RPC_MODE_DISABLED: 0 = RpcMode.RPC_MODE_DISABLED;
  static readonly RPC_MODE_ANY_PEER: 1 = RpcMode.RPC_MODE_ANY_PEER;
  static readonly RPC_MODE_AUTHORITY: 2 = RpcMode.RPC_MODE_AUTHORITY;

  /** Somebody is in the game: what is sent to this id arrives. */
  readonly peer_connected: Signal<[id: number]> = this.signal('peer_connected') as unknown as Signal<[id: number]>;
  readonly peer_disconnected: Signal<[id: number, reason: DisconnectReason]> = this.signal(
    'peer_disconnected',
  ) as unknown as Signal<[id: number, reason: DisconnectReason]>;
  readonly connected_to_server: Signal<[]> = this.signal('connected_to_server') as unknown as Signal<[]>;
  readonly connection_failed: Signal<[]> = this.signal('connection_failed') as unknown as Signal<[]>;
  readonly server_disconnected: Signal<[]> = this.signal('server_disconnected') as unknown as Signal<[]>;

  /** What carries the packets. */
  abstract get multiplayerPeer(): MultiplayerPeer | null;
  abstract set multiplayerPeer(peer: MultiplayerPeer | null);
  /** Those in the game, without this one. */
  abstract getPeers(): number[];
  /** 0 and an error report without a peer. */
  abstract getUniqueId(): number;
  /** Who called the method that is running; 0 outside of a call. */
  abstract getRemoteSenderId(): number;
  /** Receives and sends, once per frame. All signals and calls come from here. */
  abstract poll(): Err;
  /** Calls a method of the same node at the other ends. Target 0 is everybody, -n everybody but n. */
  abstract rpc(peer: number, object: N, method: string, args?: readonly VariantInput[]): Err;
  /** How spawners and synchronizers make themselves known. */
  abstract objectConfigurationAdd(object: object | null, configuration: unknown): Err;
  abstract objectConfigurationRemove(object: object | null, configuration: unknown): Err;

  getMultiplayerPeer(): MultiplayerPeer | null {
    return this.multiplayerPeer;
  }

  setMultiplayerPeer(peer: MultiplayerPeer | null): void {
    this.multiplayerPeer = peer;
  }

  hasMultiplayerPeer(): boolean {
    return this.multiplayerPeer !== null;
  }

  isServer(): boolean {
    return this.getUniqueId() === TARGET_PEER_SERVER;
  }
}
