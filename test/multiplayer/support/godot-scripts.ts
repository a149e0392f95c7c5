import type { MemoryNode, SceneTree } from 'scenewire';
import type { RpcOptions } from '../../../src/nodes/rpc-options.js';
import { listRpcs } from '../../../src/nodes/script-rpcs.js';
import { parseScript, type ScriptTree } from './gdscript-parse.js';
import { ScriptRun, type ScriptWorld } from './gdscript-run.js';

type ScriptClass = new () => object;

/** A word of `@rpc` by what it says. */
const WORDS: { readonly [word: string]: RpcOptions } = {
  any_peer: { mode: 'any_peer' },
  authority: { mode: 'authority' },
  disabled: { mode: 'disabled' },
  call_local: { callLocal: true },
  call_remote: { callLocal: false },
  reliable: { transfer: 'reliable' },
  unreliable: { transfer: 'unreliable' },
  unreliable_ordered: { transfer: 'unreliable_ordered' },
};

/** Hooks are called by other names here. */
const HOOKS: Readonly<Record<string, string>> = { _enter_tree: '_enterTree', _exit_tree: '_exitTree' };

const optionsOf = (words: readonly (string | number)[]): RpcOptions =>
  Object.assign({}, ...words.map((word) => (typeof word === 'number' ? { channel: word } : WORDS[word])));

/** The world with its tree. */
export interface ScriptHome extends ScriptWorld {
  readonly tree: SceneTree<MemoryNode>;
}

/** Recorded scripts as classes: their variables are fields, their functions methods, what they extend is a base class. */
export class ScriptClasses {
  readonly #sources: Readonly<Record<string, { readonly source: string }>>;
  readonly #world: ScriptHome;
  readonly #classes = new Map<string, ScriptClass>();

  constructor(sources: Readonly<Record<string, { readonly source: string }>>, world: ScriptHome) {
    this.#sources = sources;
    this.#world = world;
  }

  bind(node: MemoryNode, file: string): void {
    this.#world.tree.bind(node, new (this.#classOf(file))());
  }

  #classOf(file: string): ScriptClass {
    const known = this.#classes.get(file);
    if (known !== undefined) return known;
    const source = this.#sources[file]?.source;
    if (source === undefined) throw new Error(`There is no script ${file}`);
    const made = this.#make(parseScript(source));
    this.#classes.set(file, made);
    return made;
  }

  #make({ base, variables, functions }: ScriptTree): ScriptClass {
    const world = this.#world;
    const Base: ScriptClass = base.endsWith('.gd') ? this.#classOf(base.split('/').at(-1) ?? '') : Object;
    class Script extends Base {
      constructor() {
        super();
        const fields = this as unknown as { [name: string]: unknown };
        for (const { name, value } of variables) {
          fields[name] = value === null ? null : new ScriptRun(world, this).value(value);
        }
      }
    }
    const rpcs: Record<string, RpcOptions> = {};
    for (const fn of functions) {
      Object.defineProperty(Script.prototype, HOOKS[fn.name] ?? fn.name, {
        configurable: true,
        writable: true,
        // Its declared number of arguments counts.
        value: withLength(fn.parameters.length, function run(this: object, ...args: unknown[]) {
          return new ScriptRun(world, this).call(fn, args);
        }),
      });
      if (fn.rpc !== null) rpcs[fn.name] = optionsOf(fn.rpc);
    }
    listRpcs(Script.prototype, rpcs);
    return Script;
  }
}

function withLength<F extends (...args: never[]) => unknown>(length: number, fn: F): F {
  return Object.defineProperty(fn, 'length', { value: length });
}
