import { Err } from '../../core/err.js';
import { pushError } from '../../core/fail.js';
import type { PropertyBinding, SceneHost, SceneNode, Unsubscribe } from '../scene/scene-host.js';
import type { EngineValue } from '../variant/engine-types.js';
import type { Variant, VariantInput } from '../variant/variant.js';

/** One property that a synchronizer looks after. It is looked up once, and again when its node has left the tree. */
export class ReplicatedProperty {
  readonly path: string;
  /** What arrived last. PERF: the next value of the same type is read into it. */
  inbox: Variant | EngineValue = null;

  readonly #root: SceneNode;
  readonly #nodePath: string;
  readonly #name: string;
  #binding: PropertyBinding | null = null;
  #unsubscribe: Unsubscribe | null = null;
  #wasReported = false;

  constructor(root: SceneNode, path: string) {
    const colon = path.indexOf(':');
    this.path = path;
    this.#root = root;
    this.#nodePath = colon < 0 ? path : path.slice(0, colon);
    this.#name = colon < 0 ? '' : path.slice(colon + 1);
  }

  /** The value now; undefined, reported once, when it can't be read. */
  read(host: SceneHost): VariantInput | undefined {
    try {
      const value = (this.#binding ?? this.#bind(host))?.get();
      if (value !== undefined) return value;
      this.#report('cannot be read');
    } catch (thrown) {
      this.#report('cannot be read', thrown);
    }
    return undefined;
  }

  /** False, reported once, when it can't be set. */
  write(host: SceneHost, value: Variant | EngineValue): boolean {
    try {
      if ((this.#binding ?? this.#bind(host))?.set(value as Variant)) return true;
      this.#report('cannot be set');
    } catch (thrown) {
      this.#report('cannot be set', thrown);
    }
    return false;
  }

  /** What it is set through, for who sets it later; null when there is no such property. */
  bindingIn(host: SceneHost): PropertyBinding | null {
    return this.#binding ?? this.#bind(host);
  }

  /** Its value is none that travels. Reported once. */
  reportUnsendable(err: Err): void {
    this.#report('has a value that cannot be sent', undefined, err);
  }

  release(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#binding = null;
  }

  #bind(host: SceneHost): PropertyBinding | null {
    const target = this.#nodePath === '.' ? this.#root : host.resolve(this.#root, this.#nodePath);
    if (target === null || this.#name === '') return null;
    const binding = host.bindProperty(target, this.#name);
    if (binding === null) return null;
    this.#unsubscribe?.();
    this.#unsubscribe = host.onTreeExiting(target, () => this.release());
    this.#binding = binding;
    return binding;
  }

  #report(problem: string, cause?: unknown, err: Err = Err.ERR_DOES_NOT_EXIST): void {
    if (this.#wasReported) return;
    this.#wasReported = true;
    pushError(`The replicated property ${this.path} ${problem}`, err, cause);
  }
}
