import { NameNumbers } from '../multiplayer/scene/node-name.js';

/** A name that nobody has makes us look at all children anew only so often in a frame: a stranger may ask for thousands. */
const FRUITLESS_LOOKS = 4;

/** What is asked about the children of one node. */
export interface ChildSource<N extends object> {
  children(): readonly N[];
  isChild(node: N): boolean;
  nameOf(child: N): string;
  /** Whether the child was given this name for good. */
  isChecked(child: N, name: string): boolean;
}

/**
 * The children of one node by their names, for engines that have no such table: there a name may be anything, belong to
 * several, and change without a word. So what is found is looked at again, and what is missing is searched for.
 */
export class ChildNames<N extends object> {
  readonly #source: ChildSource<N>;
  // Weak: a node that was disposed of must not stay in memory for its old name.
  readonly #byName = new Map<string, WeakRef<N>>();
  /** Names that several have. */
  readonly #shared = new Set<string>();
  #unchecked: WeakRef<N>[] = [];
  #numbers = new NameNumbers();
  /** How many children are known, and which was the last of them. */
  #count = 0;
  #last: WeakRef<N> | null = null;
  #frame = -1;
  #looksLeft = FRUITLESS_LOOKS;

  constructor(source: ChildSource<N>) {
    this.#source = source;
  }

  /** Where several have the name, the one it was given to for good, else the first. */
  find(name: string, frame: number): N | null {
    const known = this.#holder(name);
    if (known !== null) return known;
    if (frame !== this.#frame) this.#begin(frame);
    else if (this.#looksLeft > 0) this.#build();
    else this.#keepUp();
    const found = this.#holder(name);
    if (found === null && this.#looksLeft > 0) this.#looksLeft -= 1;
    return found;
  }

  /** Whether anybody but this child has the name. */
  isShared(child: object, name: string, frame: number): boolean {
    this.#keepUpWith(frame);
    const holder = this.#holder(name);
    return (holder !== null && holder !== child) || this.#shared.has(name);
  }

  /** Those without a name for good, in order, for whoever gives them one now. */
  takeUnchecked(frame: number): readonly N[] {
    this.#keepUpWith(frame);
    const isUnchecked = (child: N | undefined): child is N =>
      child !== undefined && !this.#source.isChecked(child, this.#source.nameOf(child));
    const children = this.#unchecked.splice(0).map((ref) => ref.deref());
    return children.filter(isUnchecked);
  }

  get hasUnchecked(): boolean {
    return this.#unchecked.length > 0;
  }

  /** The name with the number it needs: nobody else was given it for good, and `isTaken` says no as well. */
  unique(child: object, name: string, isTaken: (name: string) => boolean): string {
    return this.#numbers.unique(name, (other) => isTaken(other) || this.isGiven(child, other));
  }

  /** Whether another one was given this name for good. */
  isGiven(child: object, name: string): boolean {
    const holder = this.#byName.get(name)?.deref();
    return holder !== undefined && holder !== child && this.#source.isChecked(holder, name);
  }

  /** The child has this name for good. */
  checked(child: N, name: string): void {
    const holder = this.#holder(name);
    if (holder === null || !this.#source.isChecked(holder, name)) this.#byName.set(name, new WeakRef(child));
  }

  /** Names may have changed since the frame before; within a frame children are added, one by one. */
  #keepUpWith(frame: number): void {
    if (frame === this.#frame) this.#keepUp();
    else this.#begin(frame);
  }

  #begin(frame: number): void {
    this.#frame = frame;
    this.#looksLeft = FRUITLESS_LOOKS;
    this.#build();
  }

  #keepUp(): void {
    const children = this.#source.children();
    const isLonger =
      children.length >= this.#count && (this.#count === 0 || children[this.#count - 1] === this.#last?.deref());
    if (isLonger) this.#append(children);
    else this.#build();
  }

  #build(): void {
    this.#byName.clear();
    this.#shared.clear();
    this.#unchecked = [];
    this.#numbers = new NameNumbers();
    this.#count = 0;
    this.#append(this.#source.children());
  }

  #append(children: readonly N[]): void {
    for (; this.#count < children.length; this.#count += 1) this.#add(children[this.#count] as N);
  }

  #add(child: N): void {
    const name = this.#source.nameOf(child);
    const isChecked = this.#source.isChecked(child, name);
    const known = this.#byName.get(name)?.deref();
    const ref = new WeakRef(child);
    this.#last = ref;
    if (!isChecked) this.#unchecked.push(ref);
    if (known !== undefined) this.#shared.add(name);
    if (known === undefined || (isChecked && !this.#source.isChecked(known, name))) this.#byName.set(name, ref);
  }

  /** Who is known by the name, and still is a child of that name. */
  #holder(name: string): N | null {
    const known = this.#byName.get(name)?.deref();
    return known !== undefined && this.#source.nameOf(known) === name && this.#source.isChild(known) ? known : null;
  }
}
