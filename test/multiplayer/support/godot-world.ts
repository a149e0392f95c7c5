import { dirname } from 'node:path/posix';
import {
  Color,
  Float,
  type MemoryNode,
  type MultiplayerAPI,
  MultiplayerNode,
  MultiplayerSpawner,
  MultiplayerSynchronizer,
  NodePath,
  Quaternion,
  SceneReplicationConfig,
  type SceneTree,
  StringName,
  type VariantInput,
  Vector2,
  Vector2i,
  Vector3,
  Vector3i,
  Vector4,
} from 'scenewire';
import { parseExpression } from './gdscript-parse.js';
import { ScriptRun, type ScriptWorld } from './gdscript-run.js';
import { GodotNode, isNodeKind } from './godot-node.js';
import { ScriptClasses } from './godot-scripts.js';
import type { SceneRecorder } from './scene-recorder.js';
import type { ConfigEntry, NodeSpec, Recording } from './scene-vectors.js';
import { show } from './variant-text.js';

type AnyNode = MemoryNode | MultiplayerNode<MemoryNode>;
type Members = { [name: string]: unknown };
type Method = (...args: unknown[]) => unknown;

/** A name such as `Node2D` in a script. */
class ClassName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

class PackedScene {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }
}

const MODES = { never: 0, always: 1, on_change: 2 } as const;
const OWN_CLASSES: readonly string[] = ['MultiplayerSynchronizer', 'MultiplayerSpawner', 'SceneReplicationConfig'];
const numbers = (args: readonly unknown[]): number[] => args.map(Number);

const FUNCTIONS: { readonly [name: string]: Method } = {
  Vector2: (...args) => new Vector2(...numbers(args)),
  Vector2i: (...args) => new Vector2i(...numbers(args)),
  Vector3: (...args) => new Vector3(...numbers(args)),
  Vector3i: (...args) => new Vector3i(...numbers(args)),
  Vector4: (...args) => new Vector4(...numbers(args)),
  Quaternion: (...args) => new Quaternion(...numbers(args)),
  Color: (...args) => new Color(...numbers(args)),
  PackedByteArray: (items) => Uint8Array.from((items as number[] | undefined) ?? []),
  PackedInt32Array: (items) => Int32Array.from((items as number[] | undefined) ?? []),
  PackedFloat32Array: (items) => Float32Array.from(numbers((items as unknown[] | undefined) ?? [])),
  NodePath: (path) => new NodePath(path as string),
  StringName: (text) => new StringName(text as string),
  int: (value) => Math.trunc(Number(value)),
  float: (value) => new Float(Number(value)),
  range: (...args) => {
    const [start, end] = args.length === 1 ? [0, Number(args[0])] : numbers(args);
    return Array.from({ length: (end ?? 0) - (start ?? 0) }, (_, index) => index + (start ?? 0));
  },
};

const STRINGS: { readonly [name: string]: (text: string, ...args: string[]) => unknown } = {
  is_valid_int: (text) => /^[-+]?\d+$/.test(text),
  to_int: (text) => Number.parseInt(text, 10) || 0,
  to_float: (text) => new Float(Number.parseFloat(text) || 0),
  begins_with: (text, start = '') => text.startsWith(start),
  ends_with: (text, end = '') => text.endsWith(end),
  length: (text) => text.length,
};

export const camel = (name: string): string => name.replace(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());

/** What the recordings call a file. */
const fileOf = (path: unknown): string => String(path).split('/').at(-1) ?? '';

/** Godot, as far as the scripts and scenes of the recorded scenarios reach: nodes made from their descriptions, and more. */
export class GodotWorld implements ScriptWorld {
  readonly tree: SceneTree<MemoryNode>;
  readonly #recorder: SceneRecorder;
  readonly #scenes: Recording['scenes'];
  readonly #scripts: ScriptClasses;

  constructor(tree: SceneTree<MemoryNode>, recording: Recording, recorder: SceneRecorder) {
    this.tree = tree;
    this.#scenes = recording.scenes;
    this.#scripts = new ScriptClasses(recording.scripts, this);
    this.#recorder = recorder;
  }

  // Values.

  evaluate(text: string): unknown {
    return new ScriptRun(this, null).value(parseExpression(text));
  }

  /** A property of a recorded description: a text to evaluate. */
  setProperties(node: AnyNode, properties: Readonly<Record<string, unknown>> = {}): void {
    for (const [name, value] of Object.entries(properties)) this.setMember(node, name, this.evaluate(String(value)));
  }

  str(value: unknown): string {
    if (typeof value === 'string') return value;
    return value instanceof StringName ? value.text : show(value);
  }

  // Nodes.

  make(kind: string, name = ''): AnyNode {
    if (kind === 'MultiplayerSynchronizer') return new MultiplayerSynchronizer<MemoryNode>(name);
    if (kind === 'MultiplayerSpawner') return new MultiplayerSpawner<MemoryNode>(name);
    if (!isNodeKind(kind)) throw new Error(`There is no class ${kind}`);
    return new GodotNode(this.tree, kind, name);
  }

  /** Makes what a description says below this node. */
  build(root: MemoryNode, spec: NodeSpec): void {
    const at = spec.path.lastIndexOf('/');
    const parent = at < 0 ? root : this.find(root, spec.path.slice(0, at));
    if (spec.path === '.') {
      this.#configure(root, spec);
      return;
    }
    const node = this.make(spec.type ?? 'Node', spec.path.slice(at + 1));
    this.#configure(node, spec);
    this.tree.addChild(parent, node);
    if (node instanceof MultiplayerSpawner && spec.spawn_function !== undefined) {
      const owner = this.find(node, spec.spawn_function_node ?? '..');
      const name = spec.spawn_function;
      node.spawnFunction = (data) => this.callMember(owner, name, [data]) as MemoryNode | null;
    }
  }

  instantiate(file: string): MemoryNode {
    const nodes = this.#scenes[file]?.nodes ?? [];
    const [top, ...others] = nodes;
    const properties = sceneProperties(this.#scenes[file]?.source ?? '');
    if (top === undefined) throw new Error(`There is no scene ${file}`);
    const root = this.make(top.type ?? 'Node', top.name) as MemoryNode;
    this.tree.noteScene(root, file);
    this.#configure(root, top);
    this.setProperties(root, properties.get('.'));
    for (const spec of others) {
      const folder = dirname(spec.path);
      const node = this.make(spec.type ?? 'Node', spec.path.split('/').at(-1));
      this.#configure(node, spec);
      this.setProperties(node, properties.get(spec.path));
      this.tree.addChild(folder === '.' ? root : this.find(root, folder), node);
    }
    return root;
  }

  find(from: AnyNode, path: string): AnyNode {
    const found = this.tree.resolve(from, path);
    if (found === null) throw new Error(`There is no node ${path}`);
    return found as AnyNode;
  }

  /** `/root/P<id>/…` belongs to that peer. */
  peerOf(node: object): number {
    return Number(/^\/root\/P(\d+)/.exec(this.tree.getPath(node) ?? '')?.[1] ?? -1);
  }

  /** Below the root of its peer. */
  relative(node: object): string {
    return this.tree.getPath(node)?.split('/').slice(3).join('/') || '.';
  }

  #configure(node: AnyNode, spec: NodeSpec): void {
    if (spec.script !== undefined) this.#scripts.bind(node as MemoryNode, spec.script);
    this.setProperties(node, spec.props);
    for (const [method, config] of Object.entries(spec.rpc_config ?? {})) this.tree.rpcConfig(node, method, config);
    if (node instanceof MultiplayerSynchronizer) this.#configureSynchronizer(node, spec);
    if (node instanceof MultiplayerSpawner) this.#configureSpawner(node, spec);
    if (spec.authority !== undefined) this.tree.setMultiplayerAuthority(node, spec.authority);
  }

  #configureSynchronizer(node: MultiplayerSynchronizer<MemoryNode>, spec: NodeSpec): void {
    if (spec.root_path !== undefined) node.rootPath = spec.root_path;
    node.replicationConfig = makeConfig(spec.config ?? []);
    if (spec.replication_interval !== undefined) node.replicationInterval = spec.replication_interval;
    if (spec.delta_interval !== undefined) node.deltaInterval = spec.delta_interval;
    if (spec.public_visibility !== undefined) node.publicVisibility = spec.public_visibility;
    node.visibilityUpdateMode = MultiplayerSynchronizer.VISIBILITY_PROCESS_NONE;
    this.#listen(node);
  }

  #configureSpawner(node: MultiplayerSpawner<MemoryNode>, spec: NodeSpec): void {
    node.spawnPath = spec.spawn_path ?? '..';
    for (const file of spec.scenes ?? []) node.registerScene(file, () => this.instantiate(file));
    this.#listen(node);
  }

  #listen(node: MultiplayerNode<MemoryNode>): void {
    const tell = (event: string, members: () => object): void =>
      this.#recorder.event(this.peerOf(node), event, members());
    if (node instanceof MultiplayerSynchronizer) {
      for (const event of ['synchronized', 'delta_synchronized'] as const) {
        node[event].connect(() => tell(event, () => ({ node: this.relative(node) })));
      }
    }
    if (node instanceof MultiplayerSpawner) {
      const spawner = (): string => this.relative(node);
      node.spawned.connect((made: MemoryNode) =>
        tell('spawned', () => ({ spawner: spawner(), node: this.relative(made) })),
      );
      node.despawned.connect((gone: MemoryNode) => tell('despawned', () => ({ spawner: spawner(), name: gone.name })));
    }
  }

  // What scripts reach.

  nodeOf(self: object): object {
    return this.tree.nodeOf(self) ?? self;
  }

  nodeAt(self: object, path: string): unknown {
    return this.tree.resolve(this.nodeOf(self), path);
  }

  global(name: string): unknown {
    if (name === 'load' || name === 'preload') return (path: unknown) => this.#load(fileOf(path));
    if (name === 'str') return (value: unknown) => this.str(value);
    if (name === 'Rec') return this.#rec;
    if (Object.hasOwn(FUNCTIONS, name)) return FUNCTIONS[name];
    return isNodeKind(name) || OWN_CLASSES.includes(name) ? new ClassName(name) : undefined;
  }

  isOfClass(value: unknown, name: string): boolean {
    if (name === 'Dictionary') return value instanceof Map;
    if (name === 'Array') return Array.isArray(value);
    if (name === 'String') return typeof value === 'string';
    if (name === 'int') return typeof value === 'number' || typeof value === 'bigint';
    if (name === 'float') return value instanceof Float;
    if (value instanceof GodotNode) return value.kind === name || name === 'Node';
    return typeof value === 'object' && value?.constructor.name === name;
  }

  getMember(target: unknown, name: string): unknown {
    if (target instanceof Map) return target.get(name) ?? null;
    if (target instanceof ClassName) return (SceneReplicationConfig as unknown as Members)[name];
    if (typeof target !== 'object' || target === null) return null;
    const node = this.nodeOf(target);
    if (name === 'multiplayer' && this.#isNode(node)) return this.tree.multiplayerOf(node);
    if (node instanceof MultiplayerNode) return (node as unknown as Members)[camel(name)];
    if (node instanceof GodotNode) return name === 'name' ? node.name : (this.tree.getIndexed(node, name) ?? null);
    const value = (target as Members)[name];
    return typeof value === 'number' ? new Float(value) : value;
  }

  setMember(target: unknown, name: string, value: unknown): void {
    if (target instanceof Map) target.set(name, value);
    if (typeof target !== 'object' || target === null || target instanceof Map) return;
    const node = this.nodeOf(target);
    if (name === 'name' && this.#isNode(node)) this.tree.renameNode(node, this.str(value));
    else if (node instanceof MultiplayerNode) (node as unknown as Members)[camel(name)] = plain(value);
    else if (node instanceof GodotNode) this.tree.setIndexed(node, name, value as VariantInput);
    else (target as Members)[name] = plain(value);
  }

  callMember(target: unknown, name: string, args: readonly unknown[]): unknown {
    if (typeof target === 'string') return STRINGS[name]?.(target, ...args.map(String));
    if (target instanceof ClassName) return this.#construct(target.name);
    if (target instanceof PackedScene) return this.instantiate(target.file);
    if (target instanceof Map) return callMap(target, name, args);
    if (Array.isArray(target)) return callArray(target, name, args);
    const node = this.nodeOf(target as object);
    if (this.#isNode(node)) return this.#callNode(node, name, args);
    return (target as { [name: string]: Method })[camel(name)]?.(...args.map(plain));
  }

  #construct(name: string): unknown {
    if (name === 'SceneReplicationConfig') return new SceneReplicationConfig();
    const made = this.make(name);
    if (made instanceof MultiplayerNode) this.#configure(made, { path: '' });
    return made;
  }

  #load(file: string): unknown {
    return file.endsWith('.tscn') ? new PackedScene(file) : file;
  }

  #callNode(node: AnyNode, name: string, args: readonly unknown[]): unknown {
    const script = node instanceof MultiplayerNode ? null : (this.tree.scriptOf(node) as Members | null);
    if (typeof script?.[name] === 'function') return (script[name] as Method).apply(script, [...args]);
    const known = this.#nodeMethods[name];
    if (known !== undefined) return known(node, ...args);
    const own = (node as unknown as { [name: string]: Method | undefined })[name] ?? undefined;
    if (own !== undefined) return own.apply(node, args.map(plain));
    return (node as unknown as { [name: string]: Method })[camel(name)]?.(...args.map(plain));
  }

  readonly #nodeMethods: { readonly [name: string]: (node: AnyNode, ...args: unknown[]) => unknown } = {
    get_node: (node, path) => this.tree.resolve(node, String(path)),
    has_node: (node, path) => this.tree.resolve(node, String(path)) !== null,
    get_parent: (node) => this.tree.getParent(node),
    add_child: (node, child) => this.tree.addChild(node, this.nodeOf(child as object)),
    remove_child: (node, child) => this.tree.removeChild(node, this.nodeOf(child as object)),
    set_script: (node, file) => this.#scripts.bind(node as MemoryNode, fileOf(file)),
    set_name: (node, name) => this.tree.renameNode(node, this.str(name)),
    get_name: (node) => this.tree.getName(node),
    set_multiplayer_authority: (node, id, recursive = true) =>
      this.tree.setMultiplayerAuthority(node, Number(id), recursive === true),
    get_multiplayer_authority: (node) => this.tree.getMultiplayerAuthority(node),
    is_multiplayer_authority: (node) => this.tree.isMultiplayerAuthority(node),
    request_ready: (node) => this.tree.requestReady(node),
    queue_free: (node) => this.tree.queueFree(node),
    free: (node) => this.tree.free(node),
    rpc: (node, method, ...args) => this.tree.rpc(node, this.str(method), ...(args as VariantInput[])),
    rpc_id: (node, peer, method, ...args) =>
      this.tree.rpcId(node, Number(peer), this.str(method), ...(args as VariantInput[])),
    set: (node, name, value) => this.setMember(node, this.str(name), value),
    get: (node, name) => this.getMember(node, this.str(name)),
  };

  /** The recorder as scripts call it. */
  readonly #rec: { readonly [name: string]: Method } = {
    show: (value) => show(value),
    peerOf: (node) => this.peerOf(this.nodeOf(node as object)),
    relOf: (node) => this.relative(this.nodeOf(node as object)),
    event: (peer, name, members) =>
      this.#recorder.event(Number(peer), String(name), Object.fromEntries((members as Map<string, unknown>) ?? [])),
    called: (self, method, args) => {
      const node = this.nodeOf(self as object);
      const api: Pick<MultiplayerAPI, 'getRemoteSenderId'> = this.tree.multiplayerOf(node as MemoryNode);
      this.#recorder.event(this.peerOf(node), 'rpc_called', {
        node: this.relative(node),
        method,
        args: (args as unknown[]).map(show),
        sender: api.getRemoteSenderId(),
      });
    },
  };

  #isNode(thing: unknown): thing is AnyNode {
    return thing instanceof GodotNode || thing instanceof MultiplayerNode;
  }
}

export function makeConfig(entries: readonly ConfigEntry[]): SceneReplicationConfig {
  const config = new SceneReplicationConfig();
  for (const { path, spawn = true, mode = 'always' } of entries) {
    config.addProperty(path);
    config.propertySetSpawn(path, spawn);
    config.propertySetReplicationMode(path, MODES[mode]);
  }
  return config;
}

/** What the list of a scene's nodes leaves out: plain values in its source, by the path of the node. */
function sceneProperties(source: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const found = new Map<string, Record<string, string>>();
  let properties: Record<string, string> | null = null;
  for (const line of source.split('\n')) {
    const node = /^\[node name="([^"]*)"(?:.*? parent="([^"]*)")?/.exec(line);
    if (line.startsWith('[')) properties = node === null ? null : {};
    if (node !== null && properties !== null) found.set(pathIn(node[1] ?? '', node[2]), properties);
    const [, name, value = ''] = /^(\w+) = (.+)$/.exec(line) ?? [];
    const isPlain = name !== undefined && !LISTED.includes(name) && !/Resource\(/.test(value);
    if (properties !== null && isPlain) properties[name] = value;
  }
  return found;
}

const LISTED = [
  'root_path',
  'replication_interval',
  'delta_interval',
  'public_visibility',
  'spawn_path',
  '_spawnable_scenes',
];

function pathIn(name: string, parent: string | undefined): string {
  if (parent === undefined) return '.';
  return parent === '.' ? name : `${parent}/${name}`;
}

/** As this library's own setters and methods take it. */
function plain(value: unknown): unknown {
  if (value instanceof Float) return value.value;
  if (value instanceof NodePath) return value.path;
  return value instanceof StringName ? value.text : value;
}

function callMap(map: Map<unknown, unknown>, name: string, args: readonly unknown[]): unknown {
  if (name === 'has') return map.has(args[0]);
  if (name === 'get') return map.get(args[0]) ?? args[1] ?? null;
  if (name === 'keys') return [...map.keys()];
  return name === 'values' ? [...map.values()] : map.size;
}

function callArray(array: unknown[], name: string, args: readonly unknown[]): unknown {
  if (name === 'has') return array.includes(args[0]);
  return name === 'append' || name === 'push_back' ? array.push(args[0]) : array.length;
}
