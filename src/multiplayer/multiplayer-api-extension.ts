import { Err } from '../core/err.js';
import { MultiplayerAPI } from './multiplayer-api.js';
import type { MultiplayerPeer } from './multiplayer-peer.js';
import { TARGET_PEER_SERVER } from './multiplayer-types.js';
import type { VariantInput } from './variant/variant.js';

/**
 * A multiplayer API of your own, for a tree to use in the place of `SceneMultiplayer`: to log every call, to count, or
 * to speak another protocol. Override the methods with an underscore; `docs/scene.md` has an example.
 * @example
 * ```ts run
 * import { type Err, MultiplayerAPIExtension, SceneMultiplayer } from 'scenewire';
 *
 * class Counted extends MultiplayerAPIExtension {
 *   readonly inner = new SceneMultiplayer();
 *   polls = 0;
 *
 *   protected override _poll(): Err {
 *     this.polls += 1;
 *     return this.inner.poll();
 *   }
 * }
 *
 * const api = new Counted();
 * api.poll();
 * console.log(api.polls); // → 1
 * ```
 */
export abstract class MultiplayerAPIExtension<N extends object = object> extends MultiplayerAPI<N> {
  protected _poll(): Err {
    return Err.OK;
  }

  protected _setMultiplayerPeer(_multiplayerPeer: MultiplayerPeer | null): void {}

  protected _getMultiplayerPeer(): MultiplayerPeer | null {
    return null;
  }

  protected _getUniqueId(): number {
    return TARGET_PEER_SERVER;
  }

  protected _getPeerIds(): number[] {
    return [];
  }

  protected _rpc(_peer: number, _object: N, _method: string, _args: readonly VariantInput[]): Err {
    return Err.ERR_UNAVAILABLE;
  }

  protected _getRemoteSenderId(): number {
    return 0;
  }

  /** Without an object, the configuration is the tree (`SceneRoot`) that this API was set on. */
  protected _objectConfigurationAdd(_object: object | null, _configuration: unknown): Err {
    return Err.ERR_UNAVAILABLE;
  }

  protected _objectConfigurationRemove(_object: object | null, _configuration: unknown): Err {
    return Err.ERR_UNAVAILABLE;
  }

  override get multiplayerPeer(): MultiplayerPeer | null {
    return this._getMultiplayerPeer();
  }

  override set multiplayerPeer(peer: MultiplayerPeer | null) {
    this._setMultiplayerPeer(peer);
  }

  override getPeers(): number[] {
    return this._getPeerIds();
  }

  override getUniqueId(): number {
    return this._getUniqueId();
  }

  override getRemoteSenderId(): number {
    return this._getRemoteSenderId();
  }

  override poll(): Err {
    return this._poll();
  }

  override rpc(peer: number, object: N, method: string, args: readonly VariantInput[] = []): Err {
    return this._rpc(peer, object, method, args);
  }

  override objectConfigurationAdd(object: object | null, configuration: unknown): Err {
    return this._objectConfigurationAdd(object, configuration);
  }

  override objectConfigurationRemove(object: object | null, configuration: unknown): Err {
    return this._objectConfigurationRemove(object, configuration);
  }
}
