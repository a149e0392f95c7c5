import type { Err } from '../core/err.js';
import { GodotObject } from '../core/godot-object.js';
import type { PeerIdentity } from '../extension/identity-types.js';
import type { MultiplayerPeer } from './multiplayer-peer.js';
import { type DisconnectReason, TARGET_PEER_SERVER } from './multiplayer-types.js';
import type { AskOptions } from './rpc/ask-options.js';
import { RpcMode } from './rpc/rpc-config.js';
import { RpcError } from './rpc/rpc-error.js';
import type { Variant, VariantInput } from './variant/variant.js';

/** Of any API. The last three are those of `SceneMultiplayer`; another one may do without. */
export type MultiplayerAPISignals = {
  /** Somebody is in the game: what is sent to this id arrives. */
  peer_connected: [id: number];
  peer_disconnected: [id: number, reason: DisconnectReason];
  connected_to_server: [];
  connection_failed: [];
  server_disconnected: [];
  /** A peer is connected and has to prove who it is: `sendAuth`, `completeAuth`. */
  peer_authenticating: [id: number];
  /** It left before that, or took too long. */
  peer_authentication_failed: [id: number];
  /** What `sendBytes` sent at the other end. */
  peer_packet: [id: number, packet: Uint8Array<ArrayBuffer>];
};

/**
 * What makes functions, objects and values cross the network, over a `MultiplayerPeer` and a tree of nodes. This is
 * `MultiplayerAPI` without the choice of a default, which has to know `SceneMultiplayer`, which has to know this.
 * @example
 * ```ts run
 * import type { MultiplayerAPICore } from 'scenewire';
 * import { createHeadless } from 'scenewire/headless';
 *
 * // Works with SceneMultiplayer and with an API of your own.
 * function describe(api: MultiplayerAPICore): string {
 *   return api.isServer() ? `the server, and ${api.getPeers().length} others` : `peer ${api.getUniqueId()}`;
 * }
 *
 * const net = createHeadless();
 * console.log(describe(net.multiplayer)); // → the server, and 0 others
 * net.close();
 * ```
 */
export abstract class MultiplayerAPICore<N extends object = object> extends GodotObject<MultiplayerAPISignals> {
  static readonly RPC_MODE_DISABLED: 0 = RpcMode.RPC_MODE_DISABLED;
  static readonly RPC_MODE_ANY_PEER: 1 = RpcMode.RPC_MODE_ANY_PEER;
  static readonly RPC_MODE_AUTHORITY: 2 = RpcMode.RPC_MODE_AUTHORITY;

  readonly peer_connected = this.signal('peer_connected');
  readonly peer_disconnected = this.signal('peer_disconnected');
  readonly connected_to_server = this.signal('connected_to_server');
  readonly connection_failed = this.signal('connection_failed');
  readonly server_disconnected = this.signal('server_disconnected');

  /** What carries the packets. */
  abstract get multiplayerPeer(): MultiplayerPeer | null;
  abstract set multiplayerPeer(peer: MultiplayerPeer | null);
  /** Those in the game, without this one. */
  abstract getPeers(): number[];
  /** 0 and an error report without a peer. */
  abstract getUniqueId(): number;
  /** Who a peer has proved to be; null where nobody asked. In an `authCallback` it is known already. */
  getPeerIdentity(id: number): PeerIdentity | null {
    return this.multiplayerPeer?.getPeerIdentity(id) ?? null;
  }

  /** Who called the method that is running; 0 outside of a call. */
  abstract getRemoteSenderId(): number;
  /** Receives and sends, once per frame. All signals and calls come from here. */
  abstract poll(): Err;
  /** Calls a method of the same node at the other ends. Target 0 is everybody, -n everybody but n. */
  abstract rpc(peer: number, object: N, method: string, args?: readonly VariantInput[]): Err;
  /** A call that one scenewire peer answers. Never throws; rejects with an `RpcError`. An API may do without. */
  ask(
    peer: number,
    _object: N,
    method: string,
    _args?: readonly VariantInput[],
    _options?: AskOptions,
  ): Promise<Variant> {
    return Promise.reject(new RpcError('unsupported', peer, method, 'This API has no calls with answers'));
  }

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
