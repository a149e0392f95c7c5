import { Err, TransferMode } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { ReplicationGame, type Side } from './support/replication-game.js';

const reported = recordErrors();
const { TRANSFER_MODE_RELIABLE } = TransferMode;

/** Takes so many reliable packets for a peer in each frame, and refuses the others. */
function throttle(server: Side, peer: number, perFrame: number, err: Err = Err.ERR_BUSY): { left: number } {
  const budget = { left: perFrame };
  server.peer.refuses = (to, mode) => {
    if (to !== peer || mode !== TRANSFER_MODE_RELIABLE) return Err.OK;
    budget.left -= 1;
    return budget.left >= 0 ? Err.OK : err;
  };
  return budget;
}

const stateOf = (side: Side): string[] =>
  side.world.children.map((node) => `${node.name} ${side.get(node.name)?.health} ${side.get(node.name)?.title}`).sort();

describe('a peer that takes nothing reliable for a while', () => {
  it.each([Err.ERR_BUSY, Err.ERR_OUT_OF_MEMORY])('loses nothing of 200 spawns and their changes (code %i)', (code) => {
    const { game, server, clients } = ReplicationGame.of(2, 3);
    const budget = throttle(server, 2, 0, code);
    const units = Array.from({ length: 200 }, (_, at) => server.add(`Unit${at}`));
    game.frames(5);
    expect(clients.map((side) => side.world.children.length)).toEqual([0, 200]);
    for (const unit of units) unit.health += 1;
    // What goes before it was told of is not told of at all; what is hidden neither.
    for (const unit of units.slice(0, 50)) server.tree.free(unit);
    server.syncOf(units[50] as never).setVisibilityFor(0, false);
    for (let i = 0; i < 60; i += 1) {
      budget.left = 7;
      for (const unit of units.slice(60, 70)) unit.health += 1;
      game.frames();
    }
    expect(stateOf(clients[0] as Side)).toEqual(stateOf(clients[1] as Side));
    expect(stateOf(clients[0] as Side)).toHaveLength(149);
    expect(clients[0]?.log.filter((line) => line.startsWith('despawned'))).toEqual([]);
    expect(reported).toEqual([]);
  });

  it('is sent the world as it is when it has room again, in order', () => {
    const { game, server, clients } = ReplicationGame.of(2);
    const [client] = clients as [Side];
    const hero = server.add('Hero');
    game.frames(2);
    throttle(server, 2, 0);
    server.tree.free(hero);
    const other = server.add('Hero', (unit) => Object.assign(unit, { title: 'first' }));
    other.title = 'second';
    server.syncOf(other).publicVisibility = false;
    server.syncOf(other).publicVisibility = true;
    game.frames(3);
    expect(stateOf(client)).toEqual(['Hero 100 unit']);
    server.peer.refuses = null;
    game.frames(3);
    expect(stateOf(client)).toEqual(['Hero 100 second']);
    expect(client.log.filter((line) => line.includes('spawned'))).toEqual([
      'spawned Hero',
      'despawned Hero',
      'spawned Hero',
    ]);
    expect(reported).toEqual([]);
  });

  it('hears no states of what it has not been told of', () => {
    const { game, server, clients } = ReplicationGame.of(2);
    const [client] = clients as [Side];
    throttle(server, 2, 0);
    server.add('Hero');
    game.frames(5);
    expect(game.line.sent.filter(({ bytes }) => bytes[0] === 6)).toEqual([]);
    expect(client.api.getReplicationCounters().heldUpdates).toBe(0);
  });

  it('is no target of calls on what it has not been told of', () => {
    const { game, server } = ReplicationGame.of(2);
    throttle(server, 2, 0);
    const hero = server.add('Hero');
    game.frames();
    expect(server.api.objectConfigurationAdd(null, 1)).not.toBe(Err.OK);
    server.tree.rpcConfig(hero, 'hit', { rpc_mode: 1 });
    expect(server.tree.rpcId(hero, 2, 'hit')).toBe(Err.ERR_INVALID_PARAMETER);
    server.peer.refuses = null;
    expect(server.tree.rpcId(hero, 2, 'hit')).toBe(Err.OK);
  });

  it('without a link, a packet that it can never take is given up, with an error, and the rest goes on', () => {
    const { game, server, clients } = ReplicationGame.of(2);
    const [client] = clients as [Side];
    server.peer.refuses = (_to, _mode, bytes) => (bytes.length > 500 ? Err.ERR_OUT_OF_MEMORY : Err.OK);
    server.add('Big', (unit) => {
      unit.title = 'x'.repeat(600);
    });
    server.add('Small');
    game.frames(100, 50);
    expect(client.world.children.length).toBe(0);
    game.frames(150, 50);
    expect(client.world.children.map(({ name }) => name)).toEqual(['Small']);
    expect(reported.map(({ err }) => err)).toEqual([Err.ERR_OUT_OF_MEMORY]);
  });
});

describe('updates of objects that are not known yet', () => {
  /** What the server sends to client 2 is kept back and given to it in another order. */
  function reordered() {
    const { game, server, clients } = ReplicationGame.of(2);
    const [client] = clients as [Side];
    const hero = server.add('Hero');
    hero.position.x = 1;
    game.sides.splice(1, 1);
    game.frames(2);
    hero.position.x = 2;
    hero.health = 5;
    game.frames(2);
    return { game, server, client, hero };
  }

  it('are held, and applied when the object comes: the newest state and the newest changes', () => {
    const { game, client } = reordered();
    const order = [6, 0x16, 1, 4];
    const rank = (bytes: Uint8Array): number => order.indexOf(bytes[0] as number);
    client.peer.queue.sort((a, b) => rank(a.bytes) - rank(b.bytes));
    client.tree.processFrame();
    expect(client.get('Hero')).toMatchObject({ position: { x: 2 }, health: 5 });
    expect(client.log).toEqual(['spawned Hero', 'synchronized Hero', 'delta Hero']);
    expect(client.api.getReplicationCounters()).toMatchObject({ claimedUpdates: 2, lateUpdates: 0 });
    expect(reported).toEqual([]);
    game.sides.length = 0;
  });

  it('are held for a while only, and only so many of them; nothing of it is an error', () => {
    const { game, client } = reordered();
    client.api.replicationLimits.maxHeldUpdates = 1;
    const { queue } = client.peer;
    const states = queue.filter(({ bytes }) => bytes[0] === 6 || bytes[0] === 0x16);
    const others = queue.filter((packet) => !states.includes(packet));
    queue.splice(0, queue.length, ...states);
    client.tree.processFrame();
    const { heldUpdates, unclaimedUpdates } = client.api.getReplicationCounters();
    expect(heldUpdates).toBeGreaterThan(0);
    expect(unclaimedUpdates).toBeGreaterThan(0);
    game.clock.advance(3000);
    client.tree.processFrame();
    queue.push(...others);
    client.tree.processFrame();
    expect(client.api.getReplicationCounters().claimedUpdates).toBe(0);
    expect(client.log).toEqual(['spawned Hero']);
    expect(reported).toEqual([]);
  });
});
