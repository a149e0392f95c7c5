import type { PropertyBinding } from '../multiplayer/scene/scene-host.js';
import type { Variant } from '../multiplayer/variant/variant.js';
import { Quaternion, Vector3 } from '../multiplayer/variant/vectors.js';

export interface XYZ {
  x: number;
  y: number;
  z: number;
}

export interface XYZW extends XYZ {
  w: number;
}

/**
 * How an engine keeps where a node is, in its own space. Angles are Godot's (`YXZ`). Nothing here allocates.
 */
export interface SpatialAccess<N> {
  readPosition(node: N, out: XYZ): void;
  writePosition(node: N, value: XYZ): void;
  readQuaternion(node: N, out: XYZW): void;
  writeQuaternion(node: N, value: XYZW): void;
  readAngles(node: N, out: XYZ): void;
  writeAngles(node: N, value: XYZ): void;
  readScale(node: N, out: XYZ): void;
  writeScale(node: N, value: XYZ): void;
  isVisible(node: N): boolean;
  setVisible(node: N, visible: boolean): void;
  /**
   * The space of the wire is right-handed with y up, as Godot's and three's. -1 where the node's z has the other sign,
   * else 1: read each time, since a scene can be turned over while it runs.
   */
  zSign(node: N): 1 | -1;
}

type Place = 'position' | 'quaternion' | 'rotation' | 'scale';

/** The engines' own words, too. */
const PLACES: { readonly [property: string]: Place } = {
  position: 'position',
  quaternion: 'quaternion',
  rotationQuaternion: 'quaternion',
  rotation: 'rotation',
  scale: 'scale',
  scaling: 'scale',
};

/**
 * Where a node is and whether it is seen, by names that mean the same in all engines: `position`, `quaternion`,
 * `rotation` (angles in radians), `scale`, each with components (`position:x`), and `visible`. Null for other properties.
 */
export function bindSpatialProperty<N>(access: SpatialAccess<N>, node: N, property: string): PropertyBinding | null {
  if (property === 'visible') return new VisibleBinding(access, node);
  const [name = '', component, ...rest] = property.split(':');
  const place = Object.hasOwn(PLACES, name) ? PLACES[name] : undefined;
  if (place === undefined || rest.length > 0) return null;
  const whole = place === 'quaternion' ? new QuaternionBinding(access, node) : new VectorBinding(access, node, place);
  if (component === undefined) return whole;
  const isComponent = component === 'x' || component === 'y' || component === 'z';
  return isComponent && whole instanceof VectorBinding ? new ComponentBinding(whole, component) : null;
}

class VectorBinding<N> implements PropertyBinding {
  readonly #access: SpatialAccess<N>;
  readonly #node: N;
  readonly #place: Exclude<Place, 'quaternion'>;
  readonly #value = new Vector3();

  constructor(access: SpatialAccess<N>, node: N, place: Exclude<Place, 'quaternion'>) {
    this.#access = access;
    this.#node = node;
    this.#place = place;
  }

  get(): Vector3 {
    if (this.#place === 'position') this.#access.readPosition(this.#node, this.#value);
    else if (this.#place === 'scale') this.#access.readScale(this.#node, this.#value);
    else this.#access.readAngles(this.#node, this.#value);
    this.#mirror();
    return this.#value;
  }

  set(value: Variant): boolean {
    if (!(value instanceof Vector3)) return false;
    this.#value.x = value.x;
    this.#value.y = value.y;
    this.#value.z = value.z;
    this.#mirror();
    if (this.#place === 'position') this.#access.writePosition(this.#node, this.#value);
    else if (this.#place === 'scale') this.#access.writeScale(this.#node, this.#value);
    else this.#access.writeAngles(this.#node, this.#value);
    return true;
  }

  /** In the mirror of the plane z = 0, turns about x and y go the other way, those about z stay. */
  #mirror(): void {
    if (this.#place === 'scale' || this.#access.zSign(this.#node) === 1) return;
    if (this.#place === 'position') this.#value.z = -this.#value.z;
    else {
      this.#value.x = -this.#value.x;
      this.#value.y = -this.#value.y;
    }
  }
}

class QuaternionBinding<N> implements PropertyBinding {
  readonly #access: SpatialAccess<N>;
  readonly #node: N;
  readonly #value = new Quaternion();

  constructor(access: SpatialAccess<N>, node: N) {
    this.#access = access;
    this.#node = node;
  }

  get(): Quaternion {
    this.#access.readQuaternion(this.#node, this.#value);
    this.#mirror();
    return this.#value;
  }

  set(value: Variant): boolean {
    if (!(value instanceof Quaternion)) return false;
    this.#value.x = value.x;
    this.#value.y = value.y;
    this.#value.z = value.z;
    this.#value.w = value.w;
    this.#mirror();
    this.#access.writeQuaternion(this.#node, this.#value);
    return true;
  }

  #mirror(): void {
    if (this.#access.zSign(this.#node) === 1) return;
    this.#value.x = -this.#value.x;
    this.#value.y = -this.#value.y;
  }
}

class ComponentBinding<N> implements PropertyBinding {
  readonly #whole: VectorBinding<N>;
  readonly #component: 'x' | 'y' | 'z';

  constructor(whole: VectorBinding<N>, component: 'x' | 'y' | 'z') {
    this.#whole = whole;
    this.#component = component;
  }

  get(): number {
    return this.#whole.get()[this.#component];
  }

  set(value: Variant): boolean {
    if (typeof value !== 'number') return false;
    const whole = this.#whole.get();
    whole[this.#component] = value;
    return this.#whole.set(whole);
  }
}

class VisibleBinding<N> implements PropertyBinding {
  readonly #access: SpatialAccess<N>;
  readonly #node: N;

  constructor(access: SpatialAccess<N>, node: N) {
    this.#access = access;
    this.#node = node;
  }

  get(): boolean {
    return this.#access.isVisible(this.#node);
  }

  set(value: Variant): boolean {
    if (typeof value !== 'boolean') return false;
    this.#access.setVisible(this.#node, value);
    return true;
  }
}
