/**
 * A round of the arena in memory: a host and three players on bad links, all of them bots, without an engine and without
 * waiting. `node --import tsx samples/arena/headless.ts` prints what each of them saw; it ends by itself.
 */
import { pathToFileURL } from 'node:url';
import {
  ManualClock,
  MemoryNode,
  MemorySceneAdapter,
  SceneMultiplayer,
  SceneTree,
  WebRTCMultiplayerPeer,
  WebRTCPeerConnection,
} from 'scenewire';
import { type LinkConditions, LoopbackNetwork } from 'scenewire/testing';
import { Arena } from './game/arena.js';
import { summaryOf } from './game/summary.js';
import { joinInProcess } from './net/in-process.js';
import { Bot } from './sim/bot.js';

export const BAD_LINK: Partial<LinkConditions> = { latencyMs: 60, jitterMs: 20, lossRate: 0.05 };
const FRAME_MS = 1000 / 60;
const SETTLING_SECONDS = 6;

/** Someone in the room: a tree in memory, with the arena in it. */
class Member {
  readonly tree: SceneTree<MemoryNode>;
  readonly arena: Arena<MemoryNode>;
  readonly peer: WebRTCMultiplayerPeer;

  constructor(clock: ManualClock, seed: number, roundSeconds: number) {
    this.tree = new SceneTree(new MemorySceneAdapter(), { clock });
    this.tree.setMultiplayer(new SceneMultiplayer<MemoryNode>({ clock }));
    this.peer = new WebRTCMultiplayerPeer({ clock });
    const makeNode = (name: string): MemoryNode => new MemoryNode(name);
    this.arena = new Arena(this.tree, { makeNode, fillTo: 8, seed, roundSeconds });
    this.arena.driver = new Bot(seed);
  }

  get summary(): string[] {
    return summaryOf(this.arena);
  }

  frame(): void {
    this.tree.processFrame(FRAME_MS / 1000);
    this.tree.flush();
  }
}

/** Plays one round and gives everybody's view of it. */
export function playRound(roundSeconds: number, link: Partial<LinkConditions>, seed = 1): string[][] {
  const clock = new ManualClock();
  const network = new LoopbackNetwork({ clock, seed, conditions: link });
  WebRTCPeerConnection.setDefaultExtension(network.Extension);
  const members = [0, 1, 2, 3].map((number) => new Member(clock, seed + 100 * number, roundSeconds));
  const [host, ...players] = members as [Member, ...Member[]];
  host.peer.createServer();
  host.tree.getMultiplayer().multiplayerPeer = host.peer;
  host.arena.enter('Host', 0);
  for (const [number, { tree, arena, peer }] of players.entries()) {
    joinInProcess(host.peer, peer);
    tree.getMultiplayer().multiplayerPeer = peer;
    tree.getMultiplayer().connected_to_server.connect(() => arena.enter(`Player ${number + 1}`, number + 1));
  }
  for (let left = roundSeconds + SETTLING_SECONDS; left > 0; left -= FRAME_MS / 1000) {
    clock.advance(FRAME_MS);
    for (const member of members) member.frame();
  }
  const summaries = members.map((member) => member.summary);
  for (const { peer } of members) peer.close();
  WebRTCPeerConnection.setDefaultExtension(null);
  return summaries;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [first = [], ...others] = playRound(60, BAD_LINK);
  console.log(first.join('\n'));
  const agree = others.every((other) => other.join() === first.join());
  console.log(
    agree ? 'All four agree.' : `They do not agree:\n${others.map((other) => other.join('\n')).join('\n\n')}`,
  );
  process.exitCode = agree ? 0 : 1;
}
