import { anglesToQuaternion, quaternionToAngles } from '../rotation.js';
import type { SpatialAccess, XYZ, XYZW } from '../spatial-property.js';
import type { ThreeNode, ThreeVector } from './three-types.js';

const ORDER = 'YXZ';

/** Scratch: filled and read within one call. */
const turned = { x: 0, y: 0, z: 0, w: 1 };

/** Where three.js keeps a node. Its space is that of the wire. */
export const threeSpace: SpatialAccess<ThreeNode> = {
  readPosition: (node, out) => read(node.position, out),
  writePosition: (node, value) => write(node, node.position, value),
  readScale: (node, out) => read(node.scale, out),
  writeScale: (node, value) => write(node, node.scale, value),
  readQuaternion(node, out) {
    read(node.quaternion, out);
    out.w = node.quaternion.w;
  },
  writeQuaternion(node, { x, y, z, w }: XYZW) {
    node.quaternion.set(x, y, z, w);
    applied(node);
  },
  readAngles(node, out) {
    const { x, y, z, w } = node.quaternion;
    // Angles of another order are other numbers for the same rotation.
    if (node.rotation.order === ORDER) read(node.rotation, out);
    else quaternionToAngles(x, y, z, w, out);
  },
  writeAngles(node, value) {
    if (node.rotation.order === ORDER) node.rotation.set(value.x, value.y, value.z);
    else {
      anglesToQuaternion(value.x, value.y, value.z, turned);
      node.quaternion.set(turned.x, turned.y, turned.z, turned.w);
    }
    applied(node);
  },
  isVisible: (node) => node.visible,
  setVisible(node, visible) {
    node.visible = visible;
  },
  zSign: () => 1,
};

function read(from: Readonly<XYZ>, out: XYZ): void {
  out.x = from.x;
  out.y = from.y;
  out.z = from.z;
}

function write(node: ThreeNode, into: ThreeVector, value: XYZ): void {
  into.set(value.x, value.y, value.z);
  applied(node);
}

/** A node whose matrix is not made each frame would not be seen to move. */
function applied(node: ThreeNode): void {
  if (!node.matrixAutoUpdate) node.updateMatrix();
}
