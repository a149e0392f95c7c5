import { type MultiplayerSpawner, type ReplicatedProperties, replicate, type SceneNetwork, spawnInto } from 'scenewire';

/** Everything in the world whose place is looked at. */
export const THINGS = ['arm', 'fore', 'hand', 'tank', 'turret', 'barrel', 'crate', 'figure', 'spine'] as const;
export type Thing = (typeof THINGS)[number];

/** Who has the say: the server, or one of the clients. */
export const OWNERS: { readonly [thing in Thing]?: number } = {
  arm: 1,
  fore: 2,
  hand: 3,
  tank: 4,
  turret: 4,
  crate: 1,
  figure: 2,
};

/** Where a thing is, in the space of the wire. */
export interface Place {
  readonly position?: readonly [number, number, number];
  readonly quaternion?: readonly [number, number, number, number];
  readonly scale?: readonly [number, number, number];
}

export type Rgb = readonly [number, number, number];

/** What an engine has to know for a side of the world. Nodes are the engine's own. */
export interface WorldEngine {
  readonly network: SceneNetwork;
  group(name: string): object;
  box(name: string, parent: object | null, size: readonly [number, number, number], color: Rgb): object;
  /** The model of a tank, in the scene. */
  tank(name: string): object;
  /** A clone of the model with a skeleton, in no scene yet. */
  figure(): object;
  /** From the tank to what is inside the model. */
  readonly modelPath: string;
  /** The first node below this one with this name. */
  below(node: object, name: string): object;
  /** In the space of the wire, column by column. */
  matrixOf(node: object): number[];
  /** As a user of the engine moves a node. */
  put(node: object, place: Place): void;
  /** One frame of the engine. */
  frame(): void;
  close(): void;
}

const PLACE = { position: 'always', quaternion: 'always', scale: 'always' };

/** The same small world, whatever shows it: a chain of parents, a model, a spawned crate and a spawned figure. */
export class WorldSide {
  readonly engine: WorldEngine;
  readonly spawner: MultiplayerSpawner<object>;
  readonly #things = new Map<Thing, object>();

  constructor(engine: WorldEngine) {
    this.engine = engine;
    const arm = engine.box('Arm', null, [0.5, 0.5, 2], [1, 0, 1]);
    const fore = engine.box('Fore', arm, [0.4, 0.4, 1.6], [0, 1, 1]);
    const hand = engine.box('Hand', fore, [0.7, 0.3, 0.5], [1, 1, 1]);
    const tank = engine.tank('Tank');
    const placed = { arm, fore, hand, tank } as const;
    for (const [thing, node] of Object.entries(placed)) this.#keep(thing as Thing, node);
    this.#things.set('turret', engine.below(tank, 'Turret'));
    this.#things.set('barrel', engine.below(tank, 'Barrel'));
    share(tank, { [`${engine.modelPath}/Turret:quaternion`]: 'always' }, 'Turret', 4);
    this.spawner = spawnInto<object>(engine.group('Things'), {
      crate: () => this.#keep('crate', engine.box('', null, [0.8, 0.8, 0.8], [1, 0, 0])),
      figure: () => {
        const figure = this.#keep('figure', engine.figure());
        this.#things.set('spine', engine.below(figure, 'Spine'));
        return figure;
      },
    });
  }

  get isComplete(): boolean {
    return THINGS.every((thing) => this.#things.has(thing));
  }

  put(thing: Thing, place: Place): void {
    this.engine.put(this.#of(thing), place);
  }

  matrixOf(thing: Thing): number[] {
    return this.engine.matrixOf(this.#of(thing));
  }

  #of(thing: Thing): object {
    const node = this.#things.get(thing);
    if (node === undefined) throw new Error(`There is no ${thing}`);
    return node;
  }

  #keep(thing: Thing, node: object): object {
    this.#things.set(thing, node);
    share(node, PLACE, 'Place', OWNERS[thing] ?? 1);
    return node;
  }
}

function share(node: object, properties: { readonly [path: string]: string }, name: string, authority: number): void {
  replicate(node, properties as ReplicatedProperties<object>, { name, authority });
}
