import { type MultiplayerPeer, RpcMode } from 'scenewire';
import { MemoryNode, MemorySceneAdapter } from 'scenewire/headless';
import { SceneMultiplayer } from '../../../src/multiplayer/scene/scene-multiplayer.js';
import { SceneTree } from '../../../src/nodes/scene-tree.js';
import { Arena } from './arena.js';
import { Calls, Echo, MoreCalls, Questions, type Tell } from './calls.js';

/** The game of test/godot/project on this side: the same nodes under the same names, in a tree in memory. */
export class NodeGame {
  readonly tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
  readonly api = new SceneMultiplayer<MemoryNode>();
  readonly game = new MemoryNode('Game');
  readonly calls: Calls;
  readonly moreCalls: MoreCalls;
  readonly echo: Echo;
  readonly questions: Questions;
  readonly arena: Arena;

  constructor(tell: Tell) {
    this.tree.setMultiplayer(this.api);
    this.calls = this.#add('Calls', new Calls(tell));
    this.moreCalls = this.#add('MoreCalls', new MoreCalls(tell));
    this.tree.rpcConfig(this.nodeOf(this.moreCalls), 'configured', { rpc_mode: RpcMode.RPC_MODE_ANY_PEER });
    this.echo = this.#add('Echo', new Echo(tell));
    this.questions = this.#add('Questions', new Questions());
    this.arena = new Arena(this.tree, this.game, tell);
    this.tree.addChild(this.tree.getRoot(), this.game);
    this.#tellSignals(tell);
  }

  nodeOf(script: object): MemoryNode {
    const node = this.tree.nodeOf(script);
    if (node === null) throw new Error('A script without a node');
    return node;
  }

  start(peer: MultiplayerPeer): void {
    this.api.multiplayerPeer = peer;
  }

  frame(): void {
    this.tree.processFrame();
    this.tree.flush();
  }

  #add<S extends object>(name: string, script: S): S {
    const node = new MemoryNode(name);
    this.game.addChild(node);
    this.tree.bind(node, script);
    return script;
  }

  #tellSignals(tell: Tell): void {
    const { api } = this;
    api.peer_connected.connect((id) => tell(`peer_connected ${id}`));
    api.peer_disconnected.connect((id) => tell(`peer_disconnected ${id}`));
    api.connected_to_server.connect(() => tell('connected_to_server'));
    api.connection_failed.connect(() => tell('connection_failed'));
    api.server_disconnected.connect(() => tell('server_disconnected'));
    api.peer_authenticating.connect((id) => tell(`peer_authenticating ${id}`));
    api.peer_authentication_failed.connect((id) => tell(`peer_authentication_failed ${id}`));
    api.peer_packet.connect((id, packet) => tell(`peer_packet ${id} ${hexOf(packet)}`));
  }
}

/** Without Buffer: the game also runs in pages. */
const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
