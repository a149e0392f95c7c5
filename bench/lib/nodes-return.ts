import type { Figures } from './figures.js';
import { type Engine, engines, joinScenes, record } from './nodes-games.js';

const OBJECTS = 100;
const SECONDS = 60;
const HZ = 20;
/** Others share the machine: the best of some. */
const ROUNDS = 5;
const FRAME_MS = 1000 / 60;

/** Milliseconds of the first frame of a page that comes back after a minute, in which all objects moved all the time. */
function comeBack(engine: Engine): number {
  const game = joinScenes(engine, 'always', OBJECTS);
  // As a game runs on before its page is hidden.
  for (let n = 0; n < 100; n += 1) game.client.frame();
  const missed = record(game, SECONDS * HZ, OBJECTS).flat();
  game.clientPeer.load(missed);
  game.client.pass(SECONDS * 1000);
  const began = performance.now();
  game.client.frame();
  const ms = performance.now() - began;
  const left = game.clientPeer.getAvailablePacketCount();
  game.close();
  if (left > 0) throw new Error(`${left} of ${missed.length} packets were not read`);
  return ms;
}

/** 100 objects of which nobody read anything for 60 s. */
export function measureReturn(figures: Figures): void {
  for (const engine of Object.keys(engines) as Engine[]) {
    const times = Array.from({ length: ROUNDS }, () => comeBack(engine));
    console.log(`${engine}, the first frame after ${SECONDS} s: ${times.map((ms) => ms.toFixed(1)).join(', ')} ms`);
    figures.report(`nodes-${engine}-return-frame`, Math.min(...times), 'ms', { atMost: FRAME_MS });
  }
}
