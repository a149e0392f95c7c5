/**
 * Twenty seconds on each of several links, in memory: what the modes of a channel do about them, and how far off the karts
 * of others are shown. `node --import tsx samples/bad-network/headless.ts`. It ends by itself.
 */
import { pathToFileURL } from 'node:url';
import { ManualClock, MemoryNode, MemorySceneAdapter, SceneMultiplayer, SceneTree } from 'scenewire';
import { LINK_PRESETS, type LinkConditions, LoopbackNetwork } from 'scenewire/testing';
import { Bot } from '../arena/sim/bot.js';
import { MODES } from './lane.js';
import { BadRoom } from './sim.js';

const FRAME_MS = 1000 / 60;

export interface Outcome {
  readonly lanes: readonly ReturnType<BadRoom<MemoryNode>['lanes'][number]['summary']>[];
  /** Metres, the mean of the last ten seconds. */
  readonly error: number;
}

/** Plays on such a link, and tells how it was. */
export function playOn(conditions: Partial<LinkConditions>, seconds = 20): Outcome {
  const clock = new ManualClock();
  const tree = new SceneTree(new MemorySceneAdapter(), { clock });
  tree.setMultiplayer(new SceneMultiplayer<MemoryNode>({ clock }));
  const { Extension } = new LoopbackNetwork({ clock });
  const room = new BadRoom(tree, (name) => new MemoryNode(name), { extension: Extension, clock });
  room.guest.driver = new Bot(3);
  room.setConditions(conditions);
  const errors: number[] = [];
  for (let left = seconds; left > 0; left -= FRAME_MS / 1000) {
    clock.advance(FRAME_MS);
    room.frame(FRAME_MS / 1000);
    tree.processFrame(FRAME_MS / 1000);
    tree.flush();
    if (left < 10) errors.push(room.error);
  }
  const lanes = room.lanes.map((lane) => lane.summary(clock.now()));
  room.close();
  return { lanes, error: errors.reduce((sum, error) => sum + error, 0) / errors.length };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const name of ['perfect', 'wifi', 'mobile3g', 'intercontinental', 'bad'] as const) {
    const { lanes, error } = playOn(LINK_PRESETS[name]);
    console.log(`${name}: others are shown ${error.toFixed(2)} m off`);
    for (const [at, { arrived, lost, overtaken, meanMs, worstMs }] of lanes.entries())
      console.log(
        `  ${MODES[at]?.name.padEnd(18)} ${arrived} arrived, ${lost} lost, ${overtaken} overtaken, ` +
          `${meanMs.toFixed(0)} ms on average, ${worstMs.toFixed(0)} ms at most`,
      );
  }
}
