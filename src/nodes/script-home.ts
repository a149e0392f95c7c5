import { Err } from '../core/err.js';
import { fail } from '../core/fail.js';
import type { MultiplayerAPICore } from '../multiplayer/multiplayer-api-core.js';
import type { AskOptions } from '../multiplayer/rpc/ask-options.js';
import { RpcError } from '../multiplayer/rpc/rpc-error.js';
import type { Variant, VariantInput } from '../multiplayer/variant/variant.js';
import { attachTo, takeWaiting } from './attaching.js';
import type { NodeHome } from './multiplayer-node.js';

/** The node a script was bound to, and its tree. */
export interface ScriptPlace {
  readonly home: NodeHome<object>;
  readonly node: object;
}

// A script has to find its way to the network by itself: `player.rpc.jump()` names no tree, and a script may be any object.
// One table per process: a script is bound to one node, whoever asks, and to be bound it needs no base class or field.
const places = new WeakMap<object, ScriptPlace>();

/** For the tree that binds a script to a node. */
export function setScriptPlace(script: object, place: ScriptPlace): void {
  places.set(script, place);
  for (const attached of takeWaiting(script)) attachTo(place.node, attached);
}

/** For the tree that bound it. Another tree may have bound it by now. */
export function releaseScript(script: object, home: NodeHome<object>): void {
  if (places.get(script)?.home === home) places.delete(script);
}

export function placeOf(script: object): ScriptPlace | undefined {
  return places.get(script);
}

/** The API of the node, or undefined while it is in no tree. */
export function multiplayerOf(script: object): MultiplayerAPICore | undefined {
  const place = places.get(script);
  return place?.home.isInsideTree(place.node) ? place.home.multiplayerOf(place.node) : undefined;
}

export function callScript(script: object, peer: number, method: string, args: readonly VariantInput[]): Err {
  const place = places.get(script);
  if (place?.home.isInsideTree(place.node)) {
    return place.home.multiplayerOf(place.node).rpc(peer, place.node, method, args);
  }
  return fail(Err.ERR_UNCONFIGURED, `${method} was called on a script without a node in the tree`);
}

export function askScript(
  script: object,
  peer: number,
  method: string,
  args: readonly VariantInput[],
  options: AskOptions | undefined,
): Promise<Variant> {
  const api = multiplayerOf(script);
  if (api !== undefined) return api.ask(peer, places.get(script)!.node, method, args, options);
  const error = new RpcError('not-sent', peer, method, `${method} was asked of a script without a node in the tree`);
  const promise = Promise.reject(error);
  promise.catch(() => {});
  return promise;
}
