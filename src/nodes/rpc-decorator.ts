import type { RpcOptions } from './rpc-options.js';
import { markRpc } from './script-rpcs.js';

/** Works as a standard decorator and as TypeScript's older kind. */
export interface RpcDecorator {
  (method: (...args: never[]) => unknown, context: ClassMethodDecoratorContext): void;
  (target: object, name: string | symbol, descriptor: PropertyDescriptor): void;
}

/**
 * `@rpc({ mode: 'any_peer' })` before a public method: the same as its line in `defineRpcs`, for those who like it there.
 * TypeScript can't see what is decorated; `declare readonly rpcs: RpcsOf<Player, 'jump' | 'hit'>` tells it.
 */
export function rpc(options: RpcOptions = {}): RpcDecorator {
  return ((target: unknown, second: unknown, descriptor?: PropertyDescriptor) => {
    if (isContext(second)) {
      if (second.kind !== 'method' || second.static || second.private) throw new TypeError(MISPLACED);
      markRpc(String(second.name), target, options);
    } else {
      if (typeof target === 'function') throw new TypeError(MISPLACED);
      markRpc(String(second), descriptor?.value, options);
    }
  }) as RpcDecorator;
}

const MISPLACED = '@rpc belongs to a public method that is not static';

function isContext(value: unknown): value is DecoratorContext & { static: boolean; private: boolean } {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
