import {
  ByteReader,
  Err,
  errorString,
  ManualClock,
  type MemoryNode,
  MemorySceneAdapter,
  type MultiplayerSpawner,
  type MultiplayerSynchronizer,
  readVariant,
  SceneMultiplayer,
  SceneTree,
  type TransferMode,
  type Variant,
  type VariantInput,
} from 'scenewire';
import { GodotNode } from './godot-node.js';
import { camel, GodotWorld } from './godot-world.js';
import { hex, unhex } from './hex.js';
import { type PeerMode, SceneHub } from './scene-hub.js';
import { SceneRecorder } from './scene-recorder.js';
import type { Action, NodeSpec, Packet, PeerSpec, Recording, Scenario } from './scene-vectors.js';
import { show } from './variant-text.js';

/** Long after the start, as a running engine's clock is: intervals are over at first. */
const START_MS = 1_000_000;
/** Arguments keep what tells a float from an int, so that they are sent on as they were. */
const AS_RECORDED = { maxDepth: 1024, maxElements: 1 << 20, keepFloats: true };

const read = (text: string): VariantInput => readVariant(new ByteReader(unhex(text)), undefined, AS_RECORDED);

type Values = Readonly<Record<string, string>>;

/** Plays one scenario through this library: the same calls, in the same order, on a network in memory. */
export class SceneReplay {
  readonly recorder = new SceneRecorder();
  readonly #scenario: Scenario;
  readonly clock = new ManualClock(START_MS);
  readonly tree = new SceneTree<MemoryNode>(new MemorySceneAdapter(), { clock: this.clock });
  readonly #world: GodotWorld;
  readonly apis = new Map<number, SceneMultiplayer<MemoryNode>>();
  readonly #roots = new Map<number, MemoryNode>();
  readonly #refs = new Map<string, MemoryNode>();
  hub = this.#makeHub();

  constructor(scenario: Scenario, recording: Recording) {
    this.#scenario = scenario;
    this.#world = new GodotWorld(this.tree, recording, this.recorder);
    this.tree.multiplayerPoll = false;
    for (const peer of scenario.peers) this.#makePeer(peer);
    for (const node of scenario.nodes ?? []) {
      for (const [id, root] of this.#roots) {
        if (node.peers === undefined || node.peers.length === 0 || node.peers.includes(id))
          this.#world.build(root, node);
      }
    }
  }

  run(): void {
    for (const [step, action] of this.#scenario.actions.entries()) {
      this.recorder.step = step;
      this.#do(action);
    }
  }

  #makeHub(): SceneHub {
    return new SceneHub((from, to, channel, mode, bytes) => this.recorder.packet(from, to, channel, mode, bytes));
  }

  #makePeer({ id, mode = id === 1 ? 'server' : 'client', auth, api = {} }: PeerSpec): void {
    const root = new GodotNode(this.tree, 'Node', `P${id}`);
    this.tree.addChild(this.tree.getRoot(), root);
    const multiplayer = new SceneMultiplayer<MemoryNode>({ clock: this.clock });
    this.tree.setMultiplayer(multiplayer, `/root/P${id}`);
    this.#setApi(multiplayer, api);
    if (auth) multiplayer.authCallback = (from, data) => this.#tell(id, 'auth_received', { from, hex: hex(data) });
    multiplayer.multiplayerPeer = this.#connect(id, mode);
    this.#listen(id, multiplayer);
    this.apis.set(id, multiplayer);
    this.#roots.set(id, root);
  }

  #connect(id: number, mode: PeerMode): ReturnType<SceneHub['create']> {
    return this.hub.create(id, mode, this.#scenario.relay_supported ?? true);
  }

  #listen(id: number, api: SceneMultiplayer<MemoryNode>): void {
    for (const event of ['peer_connected', 'peer_disconnected', 'peer_authenticating'] as const) {
      api[event].connect((other: number) => this.#tell(id, event, { id: other }));
    }
    api.peer_authentication_failed.connect((other) => this.#tell(id, 'peer_authentication_failed', { id: other }));
    for (const event of ['connected_to_server', 'connection_failed', 'server_disconnected'] as const) {
      api[event].connect(() => this.#tell(id, event));
    }
    api.peer_packet.connect((from, bytes) => this.#tell(id, 'peer_packet', { from, hex: hex(bytes) }));
  }

  #tell(peer: number, event: string, members: object = {}): void {
    this.recorder.event(peer, event, members);
  }

  #setApi(api: SceneMultiplayer<MemoryNode>, properties: object): void {
    for (const [name, value] of Object.entries(properties)) {
      (api as unknown as { [name: string]: unknown })[camel(name)] = value;
    }
  }

  #do(action: Action): void {
    const run = this.#operations[action.op];
    if (run === undefined) throw new Error(`Unknown operation ${action.op}`);
    run(action);
  }

  // What actions name.

  #api(action: Action): SceneMultiplayer<MemoryNode> {
    return this.apis.get(number(action.peer)) as SceneMultiplayer<MemoryNode>;
  }

  #node(action: Action, member = 'node'): MemoryNode {
    const path = String(action[member]);
    if (path.startsWith('$')) return this.#refs.get(path) as MemoryNode;
    const root = this.#roots.get(number(action.peer)) as MemoryNode;
    return path === '.' ? root : (this.#world.find(root, path) as MemoryNode);
  }

  #synchronizer(action: Action): MultiplayerSynchronizer<MemoryNode> {
    return this.#node(action) as unknown as MultiplayerSynchronizer<MemoryNode>;
  }

  #result(action: Action, err: Err): void {
    if (err === Err.OK) return;
    this.#tell(number(action.peer ?? 0), 'op_failed', { error: err, error_name: errorString(err) });
  }

  #value(action: Action, name: string): VariantInput {
    const recorded = action[`${name}_var_to_bytes_hex`];
    return recorded === undefined
      ? (this.#world.evaluate(String(action[name])) as VariantInput)
      : read(String(recorded));
  }

  #args(action: Action): readonly VariantInput[] {
    const recorded = action['args_var_to_bytes_hex'];
    if (recorded !== undefined) return read(String(recorded)) as readonly Variant[];
    return list(action['args']).map((text) => this.#world.evaluate(String(text)) as VariantInput);
  }

  #instance(action: Action): MemoryNode {
    const node =
      action['scene'] === undefined
        ? (this.#world.make(String(action['type'])) as MemoryNode)
        : this.#world.instantiate(String(action['scene']));
    if (action['name'] !== undefined) node.name = String(action['name']);
    const recorded = (action['props_var_to_bytes_hex'] ?? {}) as Values;
    for (const [name, value] of Object.entries((action['props'] ?? {}) as Values)) {
      const bytes = recorded[name];
      this.#world.setMember(node, name, bytes === undefined ? this.#world.evaluate(String(value)) : read(bytes));
    }
    return node;
  }

  readonly #operations: { readonly [op: string]: (action: Action) => void } = {
    note: () => {},
    link: ({ a, b }) => this.hub.link(number(a), number(b)),
    poll: ({ order }) => {
      for (const id of list(order)) this.apis.get(number(id))?.poll();
    },
    frame: () => this.tree.processFrame(1 / 60),
    wait_ms: ({ ms }) => this.clock.advance(number(ms) + 1),
    quiet: ({ on }) => {
      this.recorder.isQuiet = on === true;
    },
    repeat: (action) => this.#repeat(action),

    rpc: (action) => this.#rpc(action),
    send_bytes: (action) => {
      const { target = 0, transfer_mode: mode = 2, channel = 0 } = action;
      const bytes = unhex(String(action['hex']));
      const sent = this.#api(action).sendBytes(bytes, number(target), mode as TransferMode, number(channel));
      this.#result(action, sent);
    },
    send_auth: (action) =>
      this.#result(action, this.#api(action).sendAuth(number(action['target']), unhex(String(action['hex'])))),
    complete_auth: (action) => this.#result(action, this.#api(action).completeAuth(number(action['target']))),
    api: (action) => this.#setApi(this.#api(action), action['props'] as object),
    disconnect_peer: (action) => this.#api(action).disconnectPeer(number(action['target'])),
    get_peers: (action) => this.#tell(number(action.peer), 'get_peers', { ids: this.#api(action).getPeers() }),

    peer_disconnect: ({ peer, target, force }) =>
      this.hub.peer(number(peer)).disconnectPeer(number(target), force === true),
    close: (action) => this.#api(action).multiplayerPeer?.close(),
    set_peer_null: (action) => {
      this.#api(action).multiplayerPeer = null;
    },
    reset_peers: () => {
      const old = this.hub;
      this.hub = this.#makeHub();
      for (const [id, api] of this.apis) api.multiplayerPeer = this.#connect(id, old.peer(id).mode);
    },
    reconnect: (action) => {
      const id = number(action.peer);
      this.#api(action).multiplayerPeer = this.#connect(id, this.hub.peer(id).mode);
    },
    inject: (action) => this.#inject(action),
    drop: ({ from, to, on }) => this.hub.setDropping(number(from), number(to), on === true),

    set_property: (action) => this.#setProperty(action),
    read: (action) => {
      const value = this.tree.getIndexed(this.#node(action), String(action['property'])) ?? null;
      this.#tell(number(action.peer), 'property', {
        node: action['node'],
        property: action['property'],
        value: show(value),
      });
    },
    has_node: (action) => {
      const root = this.#roots.get(number(action.peer)) as MemoryNode;
      const exists = this.tree.resolve(root, String(action['node'])) !== null;
      this.#tell(number(action.peer), 'has_node', { node: action['node'], exists });
    },
    children: (action) => {
      const names = this.tree.getChildren(this.#node(action)).map((child) => this.tree.getName(child));
      this.#tell(number(action.peer), 'children', { node: action['node'], names });
    },

    add_node: (action) =>
      this.#world.build(this.#roots.get(number(action.peer)) as MemoryNode, action['spec'] as NodeSpec),
    instantiate: (action) => {
      this.#refs.set(`$${action['as']}`, this.#instance(action));
    },
    add_child: (action) => {
      const child = this.#refs.get(`$${action['ref']}`) as MemoryNode;
      this.tree.addChild(this.#node(action, 'parent'), child);
      this.#tell(number(action.peer), 'node_name', { ref: action['ref'], name: child.name });
    },
    add_scene: (action) => {
      const node = this.#instance(action);
      this.tree.addChild(this.#node(action, 'parent'), node);
      this.#tell(number(action.peer), 'node_name', { scene: action['scene'], name: node.name });
    },
    spawn: (action) => {
      const spawner = this.#node(action, 'spawner') as unknown as MultiplayerSpawner<MemoryNode>;
      const node = spawner.spawn(this.#value(action, 'data'));
      this.#tell(number(action.peer), 'spawn_returned', {
        node: node === null ? '<null>' : this.#world.relative(node),
      });
    },
    free: (action) => this.tree.free(this.#node(action)),
    remove: (action) => {
      const node = this.#node(action);
      this.#refs.set(`$${action['as']}`, node);
      this.tree.removeChild(this.tree.getParent(node) as MemoryNode, node);
    },
    rename: (action) => this.tree.renameNode(this.#node(action), String(action['name'])),
    set_authority: (action) =>
      this.tree.setMultiplayerAuthority(this.#node(action), number(action['id']), action['recursive'] !== false),
    rpc_config: (action) =>
      this.tree.rpcConfig(this.#node(action), String(action['method']), action['config'] as object),
    call: (action) => {
      this.#world.callMember(this.#node(action), String(action['method']), this.#args(action));
    },
    call_ref: (action) => {
      const ref = this.#refs.get(`$${action['ref']}`) as MemoryNode;
      const node = this.#world.find(ref, String(action['node']));
      this.#world.callMember(node, String(action['method']), this.#args(action));
    },

    set_visibility_for: (action) =>
      this.#synchronizer(action).setVisibilityFor(number(action['target']), action['visible'] === true),
    set_public_visibility: (action) => {
      this.#synchronizer(action).publicVisibility = action['visible'] === true;
    },
    add_visibility_filter: (action) => {
      const allowed = list(action['allow']).map(Number);
      this.#synchronizer(action).addVisibilityFilter((peer) => allowed.includes(peer));
    },
    update_visibility: (action) => this.#synchronizer(action).updateVisibility(number(action['target'] ?? 0)),
  };

  #repeat(action: Action): void {
    const text = JSON.stringify(action['do']);
    const start = number(action['start'] ?? 0);
    for (let i = start; i < start + number(action['count']); i += 1) {
      for (const inner of JSON.parse(text.replaceAll('{i}', String(i))) as Action[]) this.#do(inner);
    }
  }

  #rpc(action: Action): void {
    if (sendsObjects(action)) {
      this.#sendRecorded();
      return;
    }
    const { target = 0, method } = action;
    const err = this.tree.rpcId(this.#node(action), number(target), String(method), ...this.#args(action));
    this.#result(action, err);
  }

  /** Objects never travel from here, but a Godot peer may send some: its packets arrive as they were recorded. */
  #sendRecorded(): void {
    const packets = this.#scenario.packets.filter(({ step }) => step === this.recorder.step);
    for (const { from, to, channel, transfer_mode: mode, hex: bytes } of packets) {
      this.hub.peer(to).queue.push({ from, channel, mode: mode as TransferMode, bytes: unhex(bytes) });
    }
  }

  #inject(action: Action): void {
    const { from, to, transfer_mode: mode = 2, channel = 0 } = action as unknown as Packet;
    const bytes = unhex(String(action['hex']));
    this.hub.peer(to).queue.push({ from, channel, mode: mode as TransferMode, bytes });
    this.recorder.event(undefined, 'injected', { from, to, hex: action['hex'] });
  }

  #setProperty(action: Action): void {
    this.tree.setIndexed(this.#node(action), String(action['property']), this.#value(action, 'value'));
  }
}

const number = (value: unknown): number => Number(value);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Whether the arguments hold objects that were sent as such. */
export function sendsObjects(action: Action): boolean {
  const full = action['args_var_to_bytes_with_objects_hex'];
  return full !== undefined && full !== action['args_var_to_bytes_hex'];
}
