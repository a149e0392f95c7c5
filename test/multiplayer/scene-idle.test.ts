import { MemoryNode } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { allocatedBy } from './support/allocation.js';
import { SceneRoom } from './support/scene-room.js';

recordErrors();

const FRAMES = 20_000;

/** What the test itself allocates now and then. */
const NOISE_BYTES = 4;

describe('an idle frame', () => {
  it('of a server with eight clients allocates nothing', () => {
    const room = new SceneRoom();
    const [server] = room.join([2, 3, 4, 5, 6, 7, 8, 9]);
    for (let n = 0; n < 100; n += 1) server!.tree.addChild(server!.game, new MemoryNode());
    // The transport of the test is left out: it makes a list of its news with every poll.
    server!.peer.poll = () => {};
    expect(allocatedBy(() => server!.tree.processFrame(), FRAMES, NOISE_BYTES)).toBeLessThan(NOISE_BYTES);
  });

  it('of a client behind a server allocates nothing', () => {
    const room = new SceneRoom();
    const [, client] = room.join([2, 3]);
    client!.peer.poll = () => {};
    expect(allocatedBy(() => client!.tree.processFrame(), FRAMES, NOISE_BYTES)).toBeLessThan(NOISE_BYTES);
  });

  it('alone allocates nothing', () => {
    const room = new SceneRoom();
    const side = room.side(1);
    side.peer.poll = () => {};
    expect(allocatedBy(() => side.tree.processFrame(), FRAMES, NOISE_BYTES)).toBeLessThan(NOISE_BYTES);
  });
});
