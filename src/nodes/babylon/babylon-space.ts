import { getLogger } from '../../core/log.js';
import { anglesToQuaternion, quaternionToAngles } from '../rotation.js';
import type { SpatialAccess, XYZ, XYZW } from '../spatial-property.js';
import type { BabylonNode, BabylonSpatialNode } from './babylon-types.js';

const log = getLogger('babylon');

/** What the glTF loader puts above a model. */
export const GLTF_ROOT = '__root__';

/**
 * In which space a node's own position and rotation are: the scene's, or, `raw`, that of the wire already, so that
 * nothing is mirrored. Below the root of a glTF model that is so by itself: there they are as the file has them.
 */
export type NodeSpace = 'scene' | 'raw';

/**
 * Where Babylon keeps a node. Left-handed scenes are mirrored in the plane z = 0. PERF: each kind of value is read by code
 * of its own: numbers that come out of functions with several kinds of callers are allocated one by one.
 */
export class BabylonSpace implements SpatialAccess<BabylonSpatialNode> {
  /** What the game has said. */
  readonly #given = new WeakMap<BabylonNode, NodeSpace>();

  setSpace(node: BabylonNode, space: NodeSpace): void {
    this.#given.set(node, space);
  }

  /** Looked up each time: a node may be put into a model, or taken out of one. */
  zSign(node: BabylonNode): 1 | -1 {
    if (node.getScene().useRightHandedSystem) return 1;
    const given = this.#given.get(node);
    const isRaw = given === undefined ? isInGltf(node) : given === 'raw';
    return isRaw ? 1 : -1;
  }

  readPosition(node: BabylonSpatialNode, out: XYZ): void {
    const { position } = node;
    out.x = position.x;
    out.y = position.y;
    out.z = position.z;
  }

  writePosition(node: BabylonSpatialNode, { x, y, z }: XYZ): void {
    node.position.set(x, y, z);
  }

  readScale(node: BabylonSpatialNode, out: XYZ): void {
    const { scaling } = node;
    out.x = scaling.x;
    out.y = scaling.y;
    out.z = scaling.z;
  }

  writeScale(node: BabylonSpatialNode, { x, y, z }: XYZ): void {
    node.scaling.set(x, y, z);
  }

  readQuaternion(node: BabylonSpatialNode, out: XYZW): void {
    const turned = node.rotationQuaternion;
    if (turned === null) {
      anglesToQuaternion(node.rotation.x, node.rotation.y, node.rotation.z, out);
      return;
    }
    out.x = turned.x;
    out.y = turned.y;
    out.z = turned.z;
    out.w = turned.w;
  }

  /** From then on the node's `rotation` is of no effect, as Babylon has it. */
  writeQuaternion(node: BabylonSpatialNode, { x, y, z, w }: XYZW): void {
    node.rotationQuaternion ??= node.rotation.toQuaternion();
    node.rotationQuaternion.set(x, y, z, w);
  }

  readAngles(node: BabylonSpatialNode, out: XYZ): void {
    const { rotationQuaternion: turned, rotation } = node;
    if (turned !== null) quaternionToAngles(turned.x, turned.y, turned.z, turned.w, out);
    else {
      out.x = rotation.x;
      out.y = rotation.y;
      out.z = rotation.z;
    }
  }

  writeAngles(node: BabylonSpatialNode, { x, y, z }: XYZ): void {
    if (node.rotationQuaternion === null) node.rotation.set(x, y, z);
    else anglesToQuaternion(x, y, z, node.rotationQuaternion);
  }

  isVisible(node: BabylonNode): boolean {
    return node.isEnabled(false);
  }

  setVisible(node: BabylonNode, visible: boolean): void {
    if (node.isEnabled(false) !== visible) node.setEnabled(visible);
  }
}

/** Whether all that Babylon calls a place is there; lights and cameras lack some of it. */
export function hasPlace(node: BabylonNode, property: string): node is BabylonSpatialNode {
  const part = property.split(':', 1)[0] as string;
  if (part === 'visible') return true;
  if (part === 'quaternion' || part === 'rotation' || part === 'rotationQuaternion')
    return 'rotationQuaternion' in node;
  return part === 'scale' || part === 'scaling' ? 'scaling' in node : 'position' in node;
}

/** The root of a glTF model turns and mirrors what is below it: other engines have no such node. */
export function warnOfGltfRoot(node: BabylonNode, property: string): void {
  if (node.name !== GLTF_ROOT || property.startsWith('position') || property === 'visible') return;
  log.warn(
    `${property} of ${GLTF_ROOT} means something else in other engines: put a TransformNode above the model and replicate that one`,
  );
}

function isInGltf(node: BabylonNode): boolean {
  for (let at = node.parent; at !== null; at = at.parent) if (at.name === GLTF_ROOT) return true;
  return false;
}
