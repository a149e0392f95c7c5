import { BufferAttribute, BufferGeometry, Color } from 'three';
import type { MeshData } from '../../look/shape.js';

const colour = new Color();

/** A model for three.js, whose colours are linear. */
export function toGeometry({ positions, normals, colours, indices }: MeshData): BufferGeometry {
  const linear = new Float32Array(colours.length);
  for (let at = 0; at < linear.length; at += 3) {
    colour.setRGB(colours[at] ?? 0, colours[at + 1] ?? 0, colours[at + 2] ?? 0).convertSRGBToLinear();
    colour.toArray(linear, at);
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3));
  geometry.setAttribute('normal', new BufferAttribute(new Float32Array(normals), 3));
  geometry.setAttribute('color', new BufferAttribute(linear, 3));
  geometry.setIndex(indices);
  return geometry;
}
