import { setFlagsFromString } from 'node:v8';
import { MemoryNode } from 'scenewire';
import { beforeAll, describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { allocatedBy } from './support/allocation.js';
import { SceneRoom } from './support/scene-room.js';
import { WebRTCRoom } from './support/webrtc-room.js';
import { LinkRoom } from './support/websocket-network.js';

recordErrors();

const FRAMES = 300;
const CLIENTS = [2, 3, 4, 5, 6, 7, 8, 9];
/** A time that is handed on is an object of 16 bytes here. One loop with an iterator would be more than this. */
const A_FEW_TIMES = 64;

/** What runs once in a frame is compiled after thousands of frames, which are a minute of the game or two. */
describe('an idle frame, before the engine has compiled it,', () => {
  beforeAll(() => {
    for (const flag of ['--no-opt', '--no-maglev']) setFlagsFromString(flag);
  });

  it('allocates hardly anything in a scene', () => {
    const room = new SceneRoom();
    const [server, client] = room.join(CLIENTS);
    for (let n = 0; n < 100; n += 1) server!.tree.addChild(server!.game, new MemoryNode());
    for (const side of [server!, client!]) {
      // The transport of the test is left out: it makes a list of its news with every poll.
      side.peer.poll = () => {};
      expect(allocatedBy(() => side.tree.processFrame(), FRAMES, A_FEW_TIMES)).toBeLessThan(A_FEW_TIMES);
    }
  });

  it('allocates hardly anything for each peer', () => {
    const room = new WebRTCRoom();
    const server = room.server([], { link: {} });
    for (const id of CLIENTS) room.join(server, room.client(id, [], { link: {} }));
    room.frames(600);
    expect(server.connectedIds()).toEqual(CLIENTS);
    const frame = (): void => {
      server.poll();
      server.flush();
    };
    const some = A_FEW_TIMES * CLIENTS.length;
    expect(allocatedBy(frame, FRAMES, some)).toBeLessThan(some);
  });

  it.each([{}, false] as const)('allocates hardly anything over WebSockets, with a link or without: %j', (link) => {
    const room = new LinkRoom({ link }, { link }).join();
    const { server, client } = room;
    // The network of the test stands still: what it carries is garbage of its own.
    for (const peer of [server, client]) {
      const frame = (): void => {
        peer.poll();
        peer.flush();
      };
      expect(allocatedBy(frame, FRAMES, A_FEW_TIMES)).toBeLessThan(A_FEW_TIMES);
    }
  });
});
