import { defineRpcs, Err, NodeScript, WebRTCMultiplayerPeer } from 'scenewire';
import { SceneMultiplayer } from '../../src/multiplayer/scene/scene-multiplayer.js';
import { MemoryNode } from '../../src/nodes/memory/memory-node.js';
import { MemorySceneAdapter } from '../../src/nodes/memory/memory-scene-adapter.js';
import { SceneTree } from '../../src/nodes/scene-tree.js';
import { connected } from './attempts.js';
import { carry, compareRates, type Rate } from './carry.js';
import { type Mail, Pair } from './end.js';
import type { Figures } from './figures.js';
import { channelsFrom, connectPair, FIRST_CLIENT, MultiplayerEnd, SERVER } from './peers-end.js';
import { type Contest, takeTurns } from './turns.js';

/** What the bare library sends: a message as large as its size is said to be; one call counts as much. */
const load = { name: '100B', bytes: 100, batch: 100, packets: 5000 };
const SLICES = 8;

class Player extends NodeScript<MemoryNode> {
  static readonly rpcs = defineRpcs(Player, { hit: { mode: 'any_peer' } });
  declare readonly rpcs: typeof Player.rpcs;

  calls = 0;
  #sum = 0;

  hit(damage: number, angle: number, weapon: string): void {
    this.calls += 1;
    this.#sum += damage + angle + weapon.length;
  }

  get sum(): number {
    return this.#sum;
  }
}

/** What a call is between: both ends link their packets together, or speak as Godot does. */
const kinds = ['packed', 'unpacked'] as const;
type Kind = (typeof kinds)[number];

/** One end of a game with a node whose method the other end calls. */
class SceneEnd extends MultiplayerEnd {
  readonly player = new Player();
  readonly #tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
  #taken = 0;

  constructor(kind: Kind, isServer: boolean, post: (mail: Mail) => void) {
    const peer = new WebRTCMultiplayerPeer(kind === 'unpacked' ? { link: false } : {});
    if (isServer) peer.createServer();
    else peer.createClient(FIRST_CLIENT);
    super({ peer, remoteId: isServer ? FIRST_CLIENT : SERVER, post });
    const api = new SceneMultiplayer<MemoryNode>();
    this.#tree.setMultiplayer(api);
    api.multiplayerPeer = peer;
    const node = new MemoryNode('Player');
    this.#tree.bind(node, this.player);
    this.#tree.addChild(this.#tree.getRoot(), node);
  }

  override poll(): void {
    this.#tree.processFrame();
  }

  /** So many calls: an int, a float and a short string. */
  override send(_packet: Uint8Array, times: number): void {
    const calls = this.player.rpcTo(this.remoteId);
    for (let i = 0; i < times; i += 1) if (calls.hit(i, 0.5 + i, 'sword') === Err.ERR_BUSY) break;
    this.peer.flush();
  }

  override take(): number {
    const calls = this.player.calls - this.#taken;
    this.#taken = this.player.calls;
    return calls * load.bytes;
  }
}

/** Calls from one end to the other, against bare messages of 100 bytes. */
export async function compareCalls(figures: Figures, runs: number): Promise<void> {
  for (const kind of kinds) {
    const contest: Contest<Rate> = {
      connect: (side) => (side === 'bare' ? connectPair('bare', 'reliable') : connectScene(kind)),
      carry: (pair) => carry(pair, load),
      slices: SLICES,
    };
    // Until the engine has compiled what they do.
    await takeTurns(contest, 1);
    const made = await takeTurns(contest, runs);
    const ratio = compareRates(`rpc-${kind}`, made, (side) => (side === 'bare' ? 'bare' : 'calls'));
    figures.report(`rpc-${kind}`, ratio, 'ratio', { atLeast: kind === 'packed' ? 2 : 0.5 });
  }
}

function connectScene(kind: Kind): Promise<Pair> {
  return connected(() => {
    let made = 0;
    return new Pair((_channels, post) => {
      made += 1;
      return new SceneEnd(kind, made === 1, post);
    }, channelsFrom('reliable'));
  });
}
