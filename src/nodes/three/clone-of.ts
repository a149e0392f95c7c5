import type { ThreeNode } from './three-types.js';

/** An object of three.js that can be cloned: the `scene` of a glTF, a mesh, a group. */
export interface ThreeModel extends ThreeNode {
  clone(recursive?: boolean): this;
}

/**
 * A factory for spawners: each call gives a clone of the model, with the names it has, so that paths stay the same. Figures
 * with a skeleton need the `clone` of `three/addons/utils/SkeletonUtils.js` as the second argument.
 * `spawnInto(world, { tank: cloneOf((await new GLTFLoader().loadAsync('tank.glb')).scene) })`.
 */
export function cloneOf<T extends ThreeModel>(model: T, clone?: (model: T) => T): () => T {
  if (clone === undefined && hasSkin(model)) {
    throw new Error(
      `${model.name || model.type} has a skeleton, which clones would share: give cloneOf the clone function of three's SkeletonUtils`,
    );
  }
  return () => clone?.(model) ?? model.clone(true);
}

function hasSkin(node: ThreeNode): boolean {
  return (node as { isSkinnedMesh?: boolean }).isSkinnedMesh === true || node.children.some(hasSkin);
}
