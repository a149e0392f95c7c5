/** The same example without a page: `node --import tsx samples/minimal/headless.ts`. It ends by itself. */
import { MinimalExample } from './sim.js';

const FRAME_MS = 16;
const GIVE_UP_AFTER_MS = 10_000;

// Both ends are in this process, so nothing has to leave the machine.
const example = new MinimalExample({ libdatachannel: { bindAddress: '127.0.0.1' } });
const startedAt = performance.now();
example.ready();

const frames = setInterval(() => {
  example.process();
  const isLate = performance.now() - startedAt > GIVE_UP_AFTER_MS;
  if (!example.isDone && !isLate) return;
  for (const { name, received } of [example.p1, example.p2]) console.log(`${name} received: ${received.join(', ')}`);
  process.exitCode = example.isDone ? 0 : 1;
  // Nothing else keeps the process alive.
  example.close();
  clearInterval(frames);
}, FRAME_MS);
