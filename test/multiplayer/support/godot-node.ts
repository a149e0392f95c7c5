import { Color, Float, MemoryNode, type SceneTree, type VariantInput, Vector2, Vector3 } from 'scenewire';

/** Properties that a class of Godot has by itself, as far as scenarios use them. */
const PROPERTIES: { readonly [kind: string]: () => object } = {
  Node: () => ({}),
  Node2D: () => ({
    position: new Vector2(),
    rotation: new Float(),
    scale: new Vector2(1, 1),
    skew: new Float(),
    visible: true,
    z_index: 0,
    modulate: new Color(1, 1, 1, 1),
  }),
  Node3D: () => ({
    position: new Vector3(),
    rotation: new Vector3(),
    scale: new Vector3(1, 1, 1),
    visible: true,
  }),
};

export const isNodeKind = (kind: string): boolean => Object.hasOwn(PROPERTIES, kind);

/** A node of the recorded scenarios: with the properties of its class, and a few of its methods. */
export class GodotNode extends MemoryNode {
  readonly #tree: SceneTree<MemoryNode>;

  constructor(tree: SceneTree<MemoryNode>, kind: string, name = '') {
    super(name, kind);
    this.#tree = tree;
    for (const [property, value] of Object.entries((PROPERTIES[kind] ?? (() => ({})))())) {
      this.#fields[property] = value;
      const set = (next: VariantInput): boolean => tree.setIndexed(this, property, next);
      Object.defineProperty(this, `set_${property}`, { value: set });
    }
  }

  get #fields(): { [name: string]: unknown } {
    return this as unknown as { [name: string]: unknown };
  }

  // Methods that scenarios call from afar.

  set_name(name: string): void {
    this.#tree.renameNode(this, String(name));
  }

  add_to_group(_group: string): void {}

  rotate(angle: number): void {
    const rotation = this.#fields.rotation as Float;
    rotation.value += Number(angle);
  }

  translate(by: Vector2): void {
    const position = this.#fields.position as Vector2;
    position.x += by.x;
    position.y += by.y;
  }
}
