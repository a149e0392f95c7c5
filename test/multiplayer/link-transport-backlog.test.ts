import { expect, it } from 'vitest';
import { TRANSPORT_BACKLOG_BYTES } from '../../src/multiplayer/link/link-limits.js';
import { TransportBacklog } from '../../src/multiplayer/link/transport-backlog.js';
import { LANES, RELIABLE_LANE, UNRELIABLE_LANE } from '../support/link-rig.js';

/** A transport that holds what it is told to, and a backlog that has sent so much. */
function backlogOf(bytes: number): { held: number[]; backlog: TransportBacklog } {
  const held = LANES.map(() => 0);
  held[RELIABLE_LANE] = bytes;
  const backlog = new TransportBacklog({ buffered: (lane) => held[lane]! }, LANES);
  backlog.sent(RELIABLE_LANE, bytes);
  return { held, backlog };
}

it('a transport takes up to its share for each lane, and more when that has left', () => {
  const { held, backlog } = backlogOf(TRANSPORT_BACKLOG_BYTES);
  expect([backlog.hasRoom(RELIABLE_LANE, false), backlog.hasRoom(UNRELIABLE_LANE, false)]).toEqual([false, true]);
  held[RELIABLE_LANE] = 1;
  expect(backlog.hasRoom(RELIABLE_LANE, false)).toBe(true);
});

it('while it holds something back from the frame before, unreliable messages wait, and for them all that may', () => {
  const { held, backlog } = backlogOf(TRANSPORT_BACKLOG_BYTES);
  backlog.hasRoom(RELIABLE_LANE, true);
  held[RELIABLE_LANE] = 1000;
  backlog.look();
  expect(backlog.hasRoom(RELIABLE_LANE, true)).toBe(true);
  expect(backlog.hasRoom(UNRELIABLE_LANE, false)).toBe(false);
  expect([backlog.hasRoom(RELIABLE_LANE, true), backlog.hasRoom(RELIABLE_LANE, false)]).toEqual([false, true]);
  held[RELIABLE_LANE] = 0;
  backlog.look();
  expect([backlog.hasRoom(UNRELIABLE_LANE, false), backlog.hasRoom(RELIABLE_LANE, true)]).toEqual([true, true]);
});
