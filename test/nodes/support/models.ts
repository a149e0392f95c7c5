/** Small glTF models, written here so that nothing has to be downloaded and every number is known. */

type Triple = readonly [number, number, number];

export interface ModelNode {
  readonly name: string;
  readonly parent: string | null;
  readonly translation?: Triple;
  readonly rotation?: readonly [number, number, number, number];
  readonly scale?: Triple;
}

const turn = (axis: 'y' | 'z', angle: number): readonly [number, number, number, number] =>
  axis === 'y' ? [0, Math.sin(angle / 2), 0, Math.cos(angle / 2)] : [0, 0, Math.sin(angle / 2), Math.cos(angle / 2)];

/** The nodes of both models: a tank whose views all differ, and a pole of two bones, bent at its middle. */
export const MODEL_NODES: { readonly [model in 'tank' | 'figure']: readonly ModelNode[] } = {
  tank: [
    { name: 'Body', parent: null, translation: [0, 0.4, 0] },
    { name: 'Turret', parent: 'Body', translation: [0.5, 0.75, -0.4], rotation: turn('y', 0.3) },
    { name: 'Barrel', parent: 'Turret', translation: [0, 0.1, 1.3], scale: [1, 1, 0.9] },
  ],
  figure: [
    { name: 'Figure', parent: null },
    { name: 'Skin', parent: 'Figure' },
    { name: 'Hip', parent: 'Figure' },
    { name: 'Spine', parent: 'Hip', translation: [0, 1, 0], rotation: turn('z', 0.6) },
  ],
};

function toGltf(nodes: readonly ModelNode[], more: { readonly [name: string]: object }): GltfNode[] {
  return nodes.map(({ parent: _parent, ...node }) => {
    const children = nodes.flatMap((child, at) => (child.parent === node.name ? [at] : []));
    return { ...node, ...(children.length > 0 && { children }), ...more[node.name] };
  });
}

interface GltfNode {
  name: string;
  children?: number[];
  mesh?: number;
  skin?: number;
  translation?: Triple;
  rotation?: readonly [number, number, number, number];
  scale?: Triple;
  extras?: object;
}

const FLOAT = 5126;
const UNSIGNED_SHORT = 5123;
const UNSIGNED_BYTE = 5121;

/** Collects the binary part of a file and what describes it. */
class Binary {
  readonly accessors: object[] = [];
  readonly views: object[] = [];
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  add(
    data: Float32Array | Uint16Array | Uint8Array,
    type: 'SCALAR' | 'VEC3' | 'VEC4' | 'MAT4',
    bounds?: object,
  ): number {
    const width = { SCALAR: 1, VEC3: 3, VEC4: 4, MAT4: 16 }[type];
    const componentType =
      data instanceof Float32Array ? FLOAT : data instanceof Uint16Array ? UNSIGNED_SHORT : UNSIGNED_BYTE;
    this.views.push({ buffer: 0, byteOffset: this.#length, byteLength: data.byteLength });
    this.accessors.push({
      bufferView: this.views.length - 1,
      componentType,
      count: data.length / width,
      type,
      ...bounds,
    });
    this.#push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return this.accessors.length - 1;
  }

  positions(values: readonly number[]): number {
    const axis = (at: number): number[] => values.filter((_, index) => index % 3 === at);
    const least = [0, 1, 2].map((at) => Math.min(...axis(at)));
    const most = [0, 1, 2].map((at) => Math.max(...axis(at)));
    return this.add(new Float32Array(values), 'VEC3', { min: least, max: most });
  }

  get bytes(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #push(bytes: Uint8Array): void {
    const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
    padded.set(bytes);
    this.#parts.push(padded);
    this.#length += padded.length;
  }
}

/** A box around its origin. */
function box(width: number, height: number, depth: number): { positions: number[]; indices: number[] } {
  const positions: number[] = [];
  for (const x of [-1, 1])
    for (const y of [-1, 1])
      for (const z of [-1, 1]) positions.push((x * width) / 2, (y * height) / 2, (z * depth) / 2);
  const faces = [
    [0, 1, 3, 2],
    [4, 6, 7, 5],
    [0, 4, 5, 1],
    [2, 3, 7, 6],
    [0, 2, 6, 4],
    [1, 5, 7, 3],
  ];
  const indices = faces.flatMap(([a, b, c, d]) => [a, b, c, a, c, d] as number[]);
  return { positions, indices };
}

const unlit = (name: string, r: number, g: number, b: number): object => ({
  name,
  pbrMetallicRoughness: { baseColorFactor: [r, g, b, 1], metallicFactor: 0 },
  extensions: { KHR_materials_unlit: {} },
  doubleSided: true,
});

/** A body with a turret on one side of it, and a barrel that points to +z: no two views of it look alike. */
export function tankModel(): Uint8Array {
  const binary = new Binary();
  const meshes = [box(2, 0.8, 3), box(0.9, 0.7, 0.9), box(0.25, 0.25, 2)].map(({ positions, indices }, material) => ({
    primitives: [
      {
        attributes: { POSITION: binary.positions(positions) },
        indices: binary.add(new Uint16Array(indices), 'SCALAR'),
        material,
      },
    ],
  }));
  const nodes = toGltf(MODEL_NODES.tank, {
    Body: { mesh: 0, extras: { armour: [3, 2, 1] } },
    Turret: { mesh: 1 },
    Barrel: { mesh: 2 },
  });
  const materials = [unlit('red', 1, 0, 0), unlit('green', 0, 1, 0), unlit('blue', 0, 0, 1)];
  return toGlb({ scenes: [{ nodes: [0] }], nodes, meshes, materials }, binary);
}

/** A pole of two bones, bent at its middle, and an animation that bends it further. */
export function figureModel(): Uint8Array {
  const binary = new Binary();
  const positions: number[] = [];
  const joints: number[] = [];
  const weights: number[] = [];
  for (const y of [0, 0.5, 1, 1.5, 2]) {
    for (const x of [-0.2, 0.2]) {
      positions.push(x, y, 0.1 * y);
      joints.push(0, 1, 0, 0);
      const upper = Math.min(1, Math.max(0, y - 0.5));
      weights.push(1 - upper, upper, 0, 0);
    }
  }
  const indices = [0, 1, 2, 3].flatMap((row) => [0, 1, 2, 2, 1, 3].map((corner) => row * 2 + corner));
  const primitive = {
    attributes: {
      POSITION: binary.positions(positions),
      JOINTS_0: binary.add(new Uint8Array(joints), 'VEC4'),
      WEIGHTS_0: binary.add(new Float32Array(weights), 'VEC4'),
    },
    indices: binary.add(new Uint16Array(indices), 'SCALAR'),
    material: 0,
  };
  const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  const raised = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, -1, 0, 1];
  const times = binary.add(new Float32Array([0, 1]), 'SCALAR', { min: [0], max: [1] });
  const turns = binary.add(new Float32Array([...turn('z', 0.6), ...turn('z', 1.2)]), 'VEC4');
  const nodes = toGltf(MODEL_NODES.figure, { Skin: { mesh: 0, skin: 0 } });
  return toGlb(
    {
      scenes: [{ nodes: [0] }],
      nodes,
      meshes: [{ primitives: [primitive] }],
      materials: [unlit('yellow', 1, 1, 0)],
      skins: [{ joints: [2, 3], inverseBindMatrices: binary.add(new Float32Array([...identity, ...raised]), 'MAT4') }],
      animations: [
        {
          name: 'Bend',
          samplers: [{ input: times, output: turns }],
          channels: [{ sampler: 0, target: { node: 3, path: 'rotation' } }],
        },
      ],
    },
    binary,
  );
}

function toGlb(content: object, binary: Binary): Uint8Array {
  const bytes = binary.bytes;
  const document = {
    asset: { version: '2.0' },
    extensionsUsed: ['KHR_materials_unlit'],
    scene: 0,
    ...content,
    accessors: binary.accessors,
    bufferViews: binary.views,
    buffers: [{ byteLength: bytes.length }],
  };
  const text = new TextEncoder().encode(JSON.stringify(document));
  const json = new Uint8Array(Math.ceil(text.length / 4) * 4).fill(0x20);
  json.set(text);
  const file = new Uint8Array(12 + 8 + json.length + 8 + bytes.length);
  const view = new DataView(file.buffer);
  const words = [0x46546c67, 2, file.length, json.length, 0x4e4f534a];
  for (const [at, word] of words.entries()) view.setUint32(at * 4, word, true);
  file.set(json, 20);
  view.setUint32(20 + json.length, bytes.length, true);
  view.setUint32(24 + json.length, 0x004e4942, true);
  file.set(bytes, 28 + json.length);
  return file;
}
