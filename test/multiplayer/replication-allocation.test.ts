import { Err } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { allocatedBy } from './support/allocation.js';
import { type Mode, ReplicationGame, type Side } from './support/replication-game.js';

const NODES = 100;
const FRAMES = 500;
/** A vector for each node would be thousands. */
const HARDLY_ANY = 64;

/** A server with many units for two players, on a line that takes everything and keeps nothing. */
function serverWith(properties: Record<string, Mode>): { server: Side; frame: () => void; sent: () => number } {
  const { game, server } = ReplicationGame.of(2, 3);
  server.unitProperties = properties;
  let sent = 0;
  server.peer.poll = () => {};
  server.peer.putPacket = () => {
    sent += 1;
    return Err.OK;
  };
  for (let i = 0; i < NODES; i += 1) server.add('Unit');
  const frame = (): void => {
    game.clock.advance(16);
    server.api.poll();
  };
  for (let i = 0; i < 10; i += 1) frame();
  return { server, frame, sent: () => sent };
}

describe('a frame allocates nothing', () => {
  it('in which nothing has changed', () => {
    const { frame, sent } = serverWith({ '.:position': 'onChange', '.:health': 'onChange', '.:title': 'onChange' });
    const before = sent();
    expect(allocatedBy(frame, FRAMES, HARDLY_ANY)).toBeLessThan(HARDLY_ANY);
    expect(sent()).toBe(before);
  });

  it('in which everything is sent', () => {
    const { frame, sent } = serverWith({ '.:position': 'always', '.:health': 'always' });
    const before = sent();
    expect(allocatedBy(frame, FRAMES, HARDLY_ANY)).toBeLessThan(HARDLY_ANY);
    expect(sent()).toBeGreaterThan(before + FRAMES);
  });
});
