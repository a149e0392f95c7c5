import { Err } from '../core/err.js';
import { fail } from '../core/fail.js';
import { MultiplayerAPICore } from './multiplayer-api-core.js';
import { SceneMultiplayer } from './scene/scene-multiplayer.js';

export type MultiplayerAPIClass = new () => MultiplayerAPICore;

/** What is there without anybody's doing. */
const BUILT_IN = 'SceneMultiplayer';

// The default interface: one per process.
const choice = {
  interface: SceneMultiplayer as MultiplayerAPIClass,
  named: new Map<string, MultiplayerAPIClass>([[BUILT_IN, SceneMultiplayer]]),
};

/**
 * A multiplayer API, and which of them a tree gets by itself.
 * @example
 * ```ts run
 * import { MultiplayerAPI, SceneMultiplayer } from 'scenewire';
 *
 * console.log(MultiplayerAPI.getDefaultInterface()); // → SceneMultiplayer
 * console.log(MultiplayerAPI.createDefaultInterface() instanceof SceneMultiplayer); // → true
 * ```
 */
export abstract class MultiplayerAPI<N extends object = object> extends MultiplayerAPICore<N> {
  static createDefaultInterface(): MultiplayerAPI {
    return new choice.interface();
  }

  /** The name of its class. */
  static getDefaultInterface(): string {
    return choice.interface === SceneMultiplayer ? BUILT_IN : choice.interface.name;
  }

  /** A class, or the name of one that was a default before. */
  static setDefaultInterface(wanted: string | MultiplayerAPIClass): Err {
    const found = typeof wanted === 'string' ? choice.named.get(wanted) : wanted;
    if (typeof found !== 'function' || !(found.prototype instanceof MultiplayerAPICore)) {
      return fail(Err.ERR_INVALID_PARAMETER, `${String(wanted)} is no MultiplayerAPI`);
    }
    choice.named.set(found.name, found);
    choice.interface = found;
    return Err.OK;
  }

  static {
    // SceneMultiplayer is one, too, though it can't be a subclass of what has to know it.
    Object.defineProperty(MultiplayerAPI, Symbol.hasInstance, { value: isInstance });
  }
}

function isInstance(this: unknown, thing: unknown): boolean {
  if (this === MultiplayerAPI) return thing instanceof MultiplayerAPICore;
  return Function.prototype[Symbol.hasInstance].call(this, thing);
}
