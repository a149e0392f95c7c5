import { anglesToQuaternion, quaternionToAngles } from '../rotation.js';
import type { SpatialAccess } from '../spatial-property.js';
import type { ThreeNode } from './three-types.js';

const ORDER = 'YXZ';

/** Scratch: filled and read within one call. */
const turned = { x: 0, y: 0, z: 0, w: 1 };

/**
 * Where three.js keeps a node. Its space is that of the wire. PERF: each kind of value is read by code of its own, and
 * written as an object: numbers that pass through functions with several kinds of callers are allocated one by one.
 */
export const threeSpace: SpatialAccess<ThreeNode> = {
  readPosition(node, out) {
    const { position } = node;
    out.x = position.x;
    out.y = position.y;
    out.z = position.z;
  },
  writePosition(node, value) {
    node.position.copy(value);
    applied(node);
  },
  readScale(node, out) {
    const { scale } = node;
    out.x = scale.x;
    out.y = scale.y;
    out.z = scale.z;
  },
  writeScale(node, value) {
    node.scale.copy(value);
    applied(node);
  },
  readQuaternion(node, out) {
    const { quaternion } = node;
    out.x = quaternion.x;
    out.y = quaternion.y;
    out.z = quaternion.z;
    out.w = quaternion.w;
  },
  writeQuaternion(node, value) {
    node.quaternion.copy(value);
    applied(node);
  },
  readAngles(node, out) {
    const { rotation, quaternion } = node;
    // Angles of another order are other numbers for the same rotation.
    if (rotation.order !== ORDER) quaternionToAngles(quaternion.x, quaternion.y, quaternion.z, quaternion.w, out);
    else {
      out.x = rotation.x;
      out.y = rotation.y;
      out.z = rotation.z;
    }
  },
  writeAngles(node, value) {
    if (node.rotation.order === ORDER) node.rotation.set(value.x, value.y, value.z);
    else {
      anglesToQuaternion(value.x, value.y, value.z, turned);
      node.quaternion.copy(turned);
    }
    applied(node);
  },
  isVisible: (node) => node.visible,
  setVisible(node, visible) {
    node.visible = visible;
  },
  zSign: () => 1,
};

/** A node whose matrix is not made each frame would not be seen to move. */
function applied(node: ThreeNode): void {
  if (!node.matrixAutoUpdate) node.updateMatrix();
}
