import type { SpawnMessage } from './spawn-packet.js';

/** A spawn whose place is not there yet. */
export interface HeldSpawn {
  readonly message: SpawnMessage;
  readonly bytes: number;
  readonly since: number;
}

/** Spawns of one peer whose spawner, or its spawn node, is not there yet: a level is being loaded. They keep their order. */
export class HeldSpawns {
  readonly #byNetId = new Map<number, HeldSpawn>();
  #bytes = 0;

  get size(): number {
    return this.#byNetId.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get all(): readonly HeldSpawn[] {
    return [...this.#byNetId.values()];
  }

  has(netId: number): boolean {
    return this.#byNetId.has(netId);
  }

  /** The message holds no bytes of a packet that is used again. */
  add(message: SpawnMessage, bytes: number, since: number): void {
    this.#byNetId.set(message.netId, { message, bytes, since });
    this.#bytes += bytes;
  }

  take(netId: number): HeldSpawn | undefined {
    const held = this.#byNetId.get(netId);
    if (held === undefined) return undefined;
    this.#byNetId.delete(netId);
    this.#bytes -= held.bytes;
    return held;
  }
}
