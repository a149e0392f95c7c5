import type { SocketLimits, SocketVerdict } from './lobby-store.js';

/** Open sockets of this process, by address. */
export class SocketCounts {
  readonly #byAddress = new Map<string, number>();
  total = 0;

  verdict(address: string, limits: SocketLimits): SocketVerdict {
    if (this.total >= limits.sockets) return 'too_many_peers';
    return this.of(address) >= limits.socketsPerAddress ? 'too_many_sockets' : 'ok';
  }

  of(address: string): number {
    return this.#byAddress.get(address) ?? 0;
  }

  add(address: string): void {
    this.total += 1;
    this.#byAddress.set(address, this.of(address) + 1);
  }

  remove(address: string): void {
    const left = this.of(address) - 1;
    if (left < 0) return;
    this.total -= 1;
    if (left === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, left);
  }

  entries(): IterableIterator<[string, number]> {
    return this.#byAddress.entries();
  }
}
