import { defineRpcs, Err, NodeScript, WebRTCMultiplayerPeer } from 'scenewire';
import { SceneMultiplayer } from '../../src/multiplayer/scene/scene-multiplayer.js';
import { MemoryNode } from '../../src/nodes/memory/memory-node.js';
import { MemorySceneAdapter } from '../../src/nodes/memory/memory-scene-adapter.js';
import { SceneTree } from '../../src/nodes/scene-tree.js';
import { everyTurn, time } from './attempts.js';
import { type Mail, Pair } from './end.js';
import type { Figures } from './figures.js';
import { channelsFrom, connectPair, cpuMs, FIRST_CLIENT, MultiplayerEnd, SERVER } from './peers-end.js';
import { median } from './statistics.js';
import { drain, transfer, WARM_UP_MS } from './transfer.js';

/** What the bare library sends: a message as large as its size is said to be; one call counts as much. */
const load = { name: '100B', bytes: 100, batch: 100 };
const MEASURED_MS = 1000;

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
const sides = ['packed', 'unpacked'] as const;
type Side = (typeof sides)[number];

/** One end of a game with a node whose method the other end calls. */
class SceneEnd extends MultiplayerEnd {
  readonly player = new Player();
  readonly #tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
  #taken = 0;

  constructor(side: Side, isServer: boolean, post: (mail: Mail) => void) {
    const peer = new WebRTCMultiplayerPeer(side === 'unpacked' ? { link: false } : {});
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

interface Rate {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

/** Calls from one end to the other as fast as they go, against bare messages of 100 bytes. */
export async function compareCalls(figures: Figures, rounds: number): Promise<void> {
  for (const side of sides) {
    const calls = await connectScene(side);
    const bare = await connectPair('bare', 'reliable');
    const runs: { calls: Rate; bare: Rate }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // In turns, so that a machine that slows down does not always slow the same side.
      const first = round % 2 === 0 ? await measure(calls) : undefined;
      const middle = await measure(bare);
      runs.push({ calls: first ?? (await measure(calls)), bare: middle });
    }
    await calls.close();
    await bare.close();
    for (const name of ['calls', 'bare'] as const) {
      const wall = Math.round(median(runs.map((run) => run[name].perSecond)));
      const cpu = Math.round(median(runs.map((run) => run[name].perCpuSecond)));
      console.log(`${side} ${name}: ${wall} per second, ${cpu} per second of CPU (medians)`);
    }
    const cpuRatio = median(runs.map((run) => run.calls.perCpuSecond / run.bare.perCpuSecond));
    console.log(`${side}: ${cpuRatio.toFixed(2)} times as many per second of CPU`);
    const ratio = median(runs.map((run) => run.calls.perSecond / run.bare.perSecond));
    figures.report(`rpc-${side}`, ratio, 'ratio', { atLeast: side === 'packed' ? 2 : 0.5 });
  }
}

/** Tries again when it fails, as the bare library sometimes does. */
async function connectScene(side: Side): Promise<Pair> {
  for (;;) {
    let made = 0;
    const pair = new Pair((_channels, post) => {
      made += 1;
      return new SceneEnd(side, made === 1, post);
    }, channelsFrom('reliable'));
    pair.a.offer();
    const { outcome } = await time(pair.settled(), () => pair.poll(), everyTurn);
    if (outcome === 'open') return pair;
    await pair.close();
  }
}

async function measure(pair: Pair): Promise<Rate> {
  await transfer(pair, load, WARM_UP_MS);
  const start = performance.now();
  const before = cpuMs();
  const messages = (await transfer(pair, load, MEASURED_MS)) / load.bytes;
  const cpu = cpuMs() - before;
  const seconds = (performance.now() - start) / 1000;
  await drain(pair);
  return { perSecond: messages / seconds, perCpuSecond: (messages / cpu) * 1000 };
}
