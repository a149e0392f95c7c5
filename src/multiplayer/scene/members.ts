/**
 * Who is in the game, in Godot's two orders: those of its array set, where the last one takes the place of one that leaves,
 * and those of its map, which keeps the order in which they joined.
 */
export class Members {
  readonly #list: number[] = [];
  readonly #joined = new Set<number>();

  get connected(): readonly number[] {
    return this.#list;
  }

  get joined(): ReadonlySet<number> {
    return this.#joined;
  }

  has(peer: number): boolean {
    return this.#joined.has(peer);
  }

  add(peer: number): void {
    if (this.#joined.has(peer)) return;
    this.#joined.add(peer);
    this.#list.push(peer);
  }

  remove(peer: number): void {
    if (!this.#joined.delete(peer)) return;
    const last = this.#list.pop() as number;
    if (last !== peer) this.#list[this.#list.indexOf(peer)] = last;
  }

  clear(): void {
    this.#list.length = 0;
    this.#joined.clear();
  }
}
