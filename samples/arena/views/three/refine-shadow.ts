import type { DirectionalLight } from 'three';
import type { Grade } from '../../show/quality.js';

/** Shadows as fine as the grade says, or none. */
export function refineShadow(light: DirectionalLight, { shadowMapSize }: Grade): void {
  light.castShadow = shadowMapSize > 0;
  if (shadowMapSize === 0 || light.shadow.mapSize.x === shadowMapSize) return;
  light.shadow.mapSize.set(shadowMapSize, shadowMapSize);
  // It is made anew, in the new size, when it is drawn next.
  light.shadow.map?.dispose();
  light.shadow.map = null;
}
