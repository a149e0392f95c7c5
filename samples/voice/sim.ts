import { type MultiplayerSpawner, replicate, type SceneTree, spawnInto } from 'scenewire';

export const WIDTH = 24;
export const DEPTH = 16;
const SPEED = 4;
const RADIUS = 0.4;
/** Who just arrived stands where nobody else does. */
const STANDS = [
  [-3, 4],
  [3, 4],
  [-6, -4],
  [6, -4],
  [0, 6],
  [-9, 0],
  [9, 0],
  [0, -6],
] as const;

/** A wall, seen from above: its middle and its size. */
export interface Wall {
  readonly x: number;
  readonly z: number;
  readonly width: number;
  readonly depth: number;
}

export const WALLS: readonly Wall[] = [
  { x: -5, z: 0, width: 8, depth: 0.6 },
  { x: 6, z: 0, width: 6, depth: 0.6 },
  { x: 0, z: -5, width: 0.6, depth: 6 },
];

interface Point {
  x: number;
  z: number;
}

/** What a walker needs of a node, whichever engine it is of. */
export interface WalkerNode {
  name: string;
  readonly position: { x: number; y: number; z: number };
}

export interface CourtyardOptions<N> {
  makeNode(name: string): N;
  /** Somebody came: dress the node. */
  came?(id: number, node: N): void;
  left?(id: number): void;
}

/** People who walk about in a courtyard with walls. It knows no page, no engine and no voice. */
export class Courtyard<N extends WalkerNode> {
  readonly walkers = new Map<number, N>();
  /** Where this player wants to go: each from -1 to 1. */
  readonly wish: Point = { x: 0, z: 0 };
  readonly #tree: SceneTree<N>;
  readonly #spawner: MultiplayerSpawner<N>;
  readonly #left: (id: number) => void;
  #nextStand = 0;

  constructor(tree: SceneTree<N>, { makeNode, came, left = () => {} }: CourtyardOptions<N>) {
    this.#tree = tree;
    this.#left = left;
    const people = makeNode('People');
    tree.addChild(tree.getRoot(), people);
    const spawn = (data: unknown): N => {
      const [id, stand] = readSpawn(data);
      const node = makeNode(`Walker${id}`);
      const [x, z] = STANDS[stand % STANDS.length] ?? STANDS[0];
      node.position.x = x;
      node.position.z = z;
      // Each moves their own, and the others see it smoothly.
      replicate(
        node as object as { position: object },
        { position: { mode: 'always', smooth: 'curve' } },
        { authority: id },
      );
      this.walkers.set(id, node);
      came?.(id, node);
      return node;
    };
    this.#spawner = spawnInto<N>(people, {}, { spawn });
    // Told on the sides that did not remove it themselves.
    this.#spawner.despawned.connect((node) => this.#forget(this.idOf(node)));
    const { peer_connected, peer_disconnected } = tree.getMultiplayer();
    peer_connected.connect((id) => this.#isHost && this.#add(id));
    peer_disconnected.connect((id) => this.#remove(id));
    tree.process_frame.connect(() => this.#walk(tree.getProcessDeltaTime()));
  }

  get me(): number {
    return this.#tree.getMultiplayer().getUniqueId();
  }

  get mine(): N | undefined {
    return this.walkers.get(this.me);
  }

  /** The room stands. Whoever made it puts everybody into the courtyard, beginning with themselves. */
  open(): void {
    if (this.#isHost) this.#add(this.me);
  }

  idOf(node: N): number {
    return Number(node.name.slice('Walker'.length));
  }

  get #isHost(): boolean {
    return this.#tree.getMultiplayer().isServer();
  }

  #add(id: number): void {
    this.#spawner.spawn([id, this.#nextStand]);
    this.#nextStand += 1;
  }

  #remove(id: number): void {
    const node = this.walkers.get(id);
    if (!this.#isHost || node === undefined) return;
    this.#tree.free(node);
    this.#forget(id);
  }

  #forget(id: number): void {
    if (this.walkers.delete(id)) this.#left(id);
  }

  #walk(seconds: number): void {
    if (this.mine !== undefined) step(this.mine.position, this.wish, Math.min(seconds, 0.1));
  }
}

/** Whoever opened the courtyard may be somebody else's program: what it sent is looked at. */
function readSpawn(data: unknown): readonly [id: number, stand: number] {
  const [id, stand] = Array.isArray(data) ? data.map(Number) : [];
  return [id ?? 0, Math.abs(Math.trunc(stand ?? 0)) || 0];
}

/** One step; along a wall when it stands in the way. */
export function step(at: Point, wish: Point, seconds: number): void {
  const length = Math.max(1, Math.hypot(wish.x, wish.z));
  const x = at.x + (wish.x / length) * SPEED * seconds;
  const z = at.z + (wish.z / length) * SPEED * seconds;
  if (isFree(x, at.z)) at.x = x;
  if (isFree(at.x, z)) at.z = z;
}

function isFree(x: number, z: number): boolean {
  const isInside = Math.abs(x) < WIDTH / 2 - RADIUS && Math.abs(z) < DEPTH / 2 - RADIUS;
  return isInside && !WALLS.some((wall) => distanceTo(wall, x, z) < RADIUS);
}

const distanceTo = (wall: Wall, x: number, z: number): number =>
  Math.hypot(Math.max(0, Math.abs(x - wall.x) - wall.width / 2), Math.max(0, Math.abs(z - wall.z) - wall.depth / 2));

/** Whether a wall stands between two points: what the voice of a neighbour has to go through. */
export function isWallBetween(from: Point, to: Point): boolean {
  return WALLS.some((wall) => crosses(wall, from, to));
}

/** The part of the way that is within the wall's breadth and the part within its depth have something in common. */
function crosses(wall: Wall, from: Point, to: Point): boolean {
  const [x0, x1] = slab(from.x, to.x, wall.x, wall.width / 2);
  const [z0, z1] = slab(from.z, to.z, wall.z, wall.depth / 2);
  return Math.max(x0, z0, 0) <= Math.min(x1, z1, 1);
}

function slab(from: number, to: number, middle: number, half: number): readonly [number, number] {
  const way = to - from;
  if (way === 0) return Math.abs(from - middle) <= half ? [0, 1] : [1, 0];
  const [one, other] = [(middle - half - from) / way, (middle + half - from) / way];
  return one < other ? [one, other] : [other, one];
}
