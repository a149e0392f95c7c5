import { GLTF_ROOT } from './babylon-space.js';
import { type BabylonNode, type BabylonSpatialNode, isBabylonSpatial } from './babylon-types.js';

interface Disposable {
  dispose(): void;
}

/** What an instantiation brought: Babylon's `InstantiatedEntries` by its shape. */
export interface BabylonClones {
  readonly rootNodes: readonly BabylonNode[];
  readonly skeletons: readonly Disposable[];
  readonly animationGroups: readonly Disposable[];
}

/** What `LoadAssetContainerAsync` gives: Babylon's `AssetContainer` by its shape. */
export interface BabylonAssets<C extends BabylonClones = BabylonClones> {
  instantiateModelsToScene(nameOf: (source: string) => string, cloneMaterials?: boolean, options?: object): C;
}

export interface BabylonCloneOptions<C extends BabylonClones = BabylonClones> {
  /** Each clone has materials of its own. Default: they share them. */
  cloneMaterials?: boolean;
  /** Whether the model is turned as in its file, as three.js and Godot show it; see `turnAsInFile`. Default: as Babylon does. */
  asInFile?: boolean;
  /** More for `instantiateModelsToScene`. */
  instantiate?: object;
  /** A clone was made: the place to start its animation. */
  made?: (node: BabylonSpatialNode, clones: C) => void;
}

/** Nodes may hold each other in their metadata. */
const DEEPEST = 8;

/**
 * A factory for spawners: each call gives a clone of what was loaded, below a TransformNode of its own, whose position and
 * rotation mean the same in every engine. Names stay as they are in the file, so that paths do, too.
 * `spawnInto(world, { tank: cloneOf(await LoadAssetContainerAsync('tank.glb', scene)) })`.
 */
export function cloneOf<C extends BabylonClones>(
  assets: BabylonAssets<C>,
  options: BabylonCloneOptions<C> = {},
): () => BabylonSpatialNode {
  return () => {
    const clones = assets.instantiateModelsToScene(
      (source) => source,
      options.cloneMaterials ?? false,
      options.instantiate,
    );
    const node = newNodeFor(clones.rootNodes);
    for (const root of clones.rootNodes) {
      root.parent = node;
      if (options.asInFile === true) turnAsInFile(root);
      separateMetadata(root);
    }
    disposeWith(node, [...clones.animationGroups, ...clones.skeletons]);
    options.made?.(node, clones);
    return node;
  };
}

/**
 * Babylon turns glTF models in left-handed scenes half round, so that their front is forward there; three.js and Godot show
 * them as they are in the file. In a room with both, give this the model's `__root__`, and it looks the same everywhere.
 */
export function turnAsInFile(root: BabylonNode): void {
  if (root.name !== GLTF_ROOT || !isBabylonSpatial(root) || root.getScene().useRightHandedSystem) return;
  root.rotation.set(0, 0, 0);
  root.rotationQuaternion?.set(0, 0, 0, 1);
}

/** A TransformNode without importing one: the class is among those that every node with a place descends from. */
function newNodeFor(roots: readonly BabylonNode[]): BabylonSpatialNode {
  const [model] = roots;
  if (model === undefined) throw new Error('There is no node in these assets');
  for (let at: BabylonNode = model; at !== null; at = Object.getPrototypeOf(at) as BabylonNode) {
    if (!Object.hasOwn(at, 'getClassName') || at.getClassName() !== 'TransformNode') continue;
    const TransformNode = at.constructor as new (name: string, scene: object) => BabylonSpatialNode;
    return new TransformNode('', model.getScene());
  }
  throw new Error(`${model.name} is no node with a place`);
}

/** Clones share their metadata with what they were cloned from: what one writes there, all others would read. */
function separateMetadata(node: BabylonNode): void {
  const owner = node as { metadata?: unknown };
  if (typeof owner.metadata === 'object' && owner.metadata !== null)
    owner.metadata = copyPlain(owner.metadata, DEEPEST);
  for (const child of node.getChildren(undefined, true)) separateMetadata(child);
}

/** Plain objects and arrays are copied; what belongs to a class is meant to be shared. */
function copyPlain(value: unknown, depth: number): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => copyPlain(item, depth - 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyPlain(item, depth - 1)]));
}

/** Skeletons and animations belong to no node, so nothing would dispose of them. */
function disposeWith(node: BabylonSpatialNode, things: readonly Disposable[]): void {
  node.onDisposeObservable.add(() => {
    for (const thing of things) thing.dispose();
  });
}
