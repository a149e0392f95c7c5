/**
 * A set in the order of Godot's array sets: new ones go to the end, and the last one takes the place of one that is
 * removed. Packets hold things in this order.
 */
export class SwapSet<T> {
  readonly #items: T[] = [];
  readonly #places = new Map<T, number>();

  get size(): number {
    return this.#items.length;
  }

  /** In order. Changes with the set. */
  get items(): readonly T[] {
    return this.#items;
  }

  has(item: T): boolean {
    return this.#places.has(item);
  }

  add(item: T): void {
    if (this.#places.has(item)) return;
    this.#places.set(item, this.#items.length);
    this.#items.push(item);
  }

  delete(item: T): boolean {
    const place = this.#places.get(item);
    if (place === undefined) return false;
    this.#places.delete(item);
    const last = this.#items.pop() as T;
    if (last === item) return true;
    this.#items[place] = last;
    this.#places.set(last, place);
    return true;
  }

  clear(): void {
    this.#items.length = 0;
    this.#places.clear();
  }
}
