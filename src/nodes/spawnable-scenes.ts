import { Err } from '../core/err.js';
import { fail } from '../core/fail.js';
import { CUSTOM_SPAWN } from '../multiplayer/replication/replicator.js';

/** Scene numbers are one byte, whose last value stands for a custom spawn. */
const MOST_SCENES = CUSTOM_SPAWN;

/** What a spawner can spawn by number, and how it is made. A scene may be listed and have no factory here yet. */
export class SpawnableScenes<N> {
  readonly #names: string[] = [];
  readonly #factories = new Map<string, () => N>();

  get count(): number {
    return this.#names.length;
  }

  get names(): readonly string[] {
    return this.#names;
  }

  at(index: number): string | undefined {
    return this.#names[index];
  }

  indexOf(name: string): number {
    return this.#names.indexOf(name);
  }

  add(name: string): void {
    const isFull = this.#names.length >= MOST_SCENES;
    if (name === '') fail(Err.ERR_INVALID_PARAMETER, 'A scene needs a name');
    else if (isFull) fail(Err.ERR_OUT_OF_MEMORY, `A spawner has at most ${MOST_SCENES} scenes`);
    else this.#names.push(name);
  }

  clear(): void {
    this.#names.length = 0;
  }

  register(name: string, factory: () => N): void {
    this.#factories.set(name, factory);
    if (!this.#names.includes(name)) this.add(name);
  }

  factoryOf(name: string): (() => N) | undefined {
    return this.#factories.get(name);
  }
}
