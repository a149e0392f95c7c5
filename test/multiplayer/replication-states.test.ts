import { Err, TransferMode, Vector3 } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { MemoryNode } from '../../src/nodes/memory/memory-node.js';
import { recordErrors } from '../core/support/errors.js';
import { configOf, ReplicationGame, type Side, synchronizerOf, Unit } from './support/replication-game.js';

const reported = recordErrors();
const SYNC = 0x06;
const DELTA = 0x16;

/** Packets of this kind from the server to a client since the last look. */
function taken(game: ReplicationGame, first: number, to = 2): Uint8Array[] {
  const found = game.line.sent.filter((packet) => packet.to === to && packet.bytes[0] === first);
  game.line.sent.length = 0;
  return found.map(({ bytes }) => bytes);
}

/** A game in which the hero is there on all sides, and everything that follows from that has been sent. */
function withHero(...clients: number[]) {
  const { game, server, clients: sides } = ReplicationGame.of(...clients);
  const hero = server.add('Hero');
  game.frames(3);
  game.line.sent.length = 0;
  for (const side of game.sides) side.log.length = 0;
  const copies = sides.map((side) => side.get('Hero') as Unit);
  return { game, server, hero, sides, copies, copy: copies[0] as Unit, client: sides[0] as Side };
}

describe('states and changes', () => {
  it('R-153 R-157: always properties go unreliably, on-change ones reliably, both on channel 0; then the signal', () => {
    const { game, hero, copy, client } = withHero(2);
    hero.position.x = 3;
    hero.health = 50;
    const during: number[] = [];
    client.syncOf(copy).synchronized.connect(() => during.push(copy.position.x));
    client.syncOf(copy).delta_synchronized.connect(() => during.push(copy.health));
    game.frames();
    const sent = game.line.sent.filter(({ from }) => from === 1);
    const { TRANSFER_MODE_UNRELIABLE, TRANSFER_MODE_RELIABLE } = TransferMode;
    expect(sent.map(({ mode, channel, bytes }) => [bytes[0], mode, channel])).toEqual([
      [SYNC, TRANSFER_MODE_UNRELIABLE, 0],
      [DELTA, TRANSFER_MODE_RELIABLE, 0],
    ]);
    game.frames();
    expect(during).toEqual([3, 50, 3]);
  });

  it('R-154: an older state than the last is dropped', () => {
    const { game, hero, copy, client } = withHero(2);
    hero.position.x = 1;
    game.frames(2);
    const [old] = taken(game, SYNC);
    hero.position.x = 2;
    game.frames(2);
    client.peer.queue.push({ from: 1, to: 2, mode: 0, channel: 0, bytes: old as Uint8Array });
    game.sides[1]?.tree.processFrame();
    expect(copy.position.x).toBe(2);
  });

  it('R-155: the first changes hold all, later ones what is different, deep down too', () => {
    const { game, server, clients } = ReplicationGame.of(2);
    const data = { list: [1, { deep: 2 }], health: 100 };
    for (const side of game.sides) side.unitProperties = { '.:health': 'onChange', '.:data': 'onChange' };
    for (const side of game.sides) {
      side.spawner.registerScene('unit', () => Object.assign(side.unit(), { data: structuredClone(data) }));
    }
    const hero = server.add('Hero') as Unit & { data: typeof data };
    game.frames();
    expect(taken(game, DELTA)[0]?.subarray(5, 13)).toEqual(Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0));
    game.frames(2);
    expect(taken(game, DELTA)).toEqual([]);
    (hero.data.list[1] as { deep: number }).deep = 3;
    game.frames();
    expect(taken(game, DELTA)[0]?.subarray(5, 13)).toEqual(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0));
    game.frames();
    const copy = clients[0]?.get('Hero') as unknown as { data: Map<string, [number, Map<string, number>]> };
    expect(copy.data.get('list')?.[1].get('deep')).toBe(3);
    expect(reported).toEqual([]);
  });

  it('R-155: at most 64 properties can be sent on change, which is reported', () => {
    const { game, server } = ReplicationGame.of(2);
    const names = Array.from({ length: 65 }, (_, at) => `p${at}`);
    const node = Object.assign(new MemoryNode('Many'), Object.fromEntries(names.map((name) => [name, 0])));
    server.tree.attach(
      node,
      synchronizerOf(Object.fromEntries(names.map((name) => [`.:${name}`, 'onChange'] as const))),
    );
    server.world.addChild(node);
    game.frames(3);
    expect(reported.map(({ err }) => err)).toContain(Err.ERR_PARAMETER_RANGE_ERROR);
  });

  it('R-156: what is larger than the limit is not sent, with one error each, until it fits again', () => {
    const { game, server, hero, copy } = withHero(2);
    server.api.maxSyncPacketSize = 128;
    server.api.maxDeltaPacketSize = 128;
    server.syncOf(hero).replicationConfig = configOf({ '.:title': 'always', '.:health': 'onChange' });
    game.sides[1]?.syncOf(copy);
    Object.assign(hero, { title: 'x'.repeat(130), health: 'y'.repeat(130) });
    game.frames(3);
    expect(taken(game, SYNC)).toEqual([]);
    expect(taken(game, DELTA)).toEqual([]);
    expect(reported.map(({ err }) => err)).toEqual([Err.ERR_OUT_OF_MEMORY, Err.ERR_OUT_OF_MEMORY]);
    Object.assign(hero, { title: 'short', health: 7 });
    game.frames();
    expect(game.line.sent.filter(({ from }) => from === 1).map(({ bytes }) => bytes[0])).toEqual([SYNC, DELTA]);
  });

  it('R-156: a limit below 128 is refused', () => {
    const { server } = ReplicationGame.of();
    server.api.maxSyncPacketSize = 127;
    server.api.maxDeltaPacketSize = 1;
    expect([server.api.maxSyncPacketSize, server.api.maxDeltaPacketSize]).toEqual([1350, 65535]);
    expect(reported).toHaveLength(2);
  });

  it('R-157: what comes from a peer that is not the authority is ignored', () => {
    const { game, hero, copy, client, sides } = withHero(2, 3);
    hero.position.x = 9;
    game.frames();
    const [state] = taken(game, SYNC);
    const other = sides[1] as Side;
    const relayed = Uint8Array.of(7, 3, 2, 0, 0, 0, ...(state as Uint8Array));
    new DataView(relayed.buffer).setFloat32(6 + 11 + 4, 77, true);
    other.peer.setTargetPeer(1);
    other.peer.putPacket(relayed);
    client.api.replicationLimits.heldMs = 0;
    game.frames(3);
    expect(copy.position.x).toBe(9);
    expect(client.api.getReplicationCounters().heldUpdates).toBe(1);
  });

  it('R-158: intervals are per synchronizer and the same for all peers; negative ones are refused', () => {
    const { game, server, hero } = withHero(2, 3);
    server.syncOf(hero).replicationInterval = 0.1;
    server.syncOf(hero).deltaInterval = 0.1;
    hero.health = 1;
    game.frames(1, 16);
    for (let i = 0; i < 20; i += 1) {
      hero.health += 1;
      game.frames(1, 20);
    }
    const counts = [2, 3].map((to) => [SYNC, DELTA].map((kind) => count(game, to, kind)));
    expect(counts).toEqual([
      [5, 5],
      [5, 5],
    ]);
    server.syncOf(hero).replicationInterval = -1;
    server.syncOf(hero).deltaInterval = Number.NaN;
    expect([server.syncOf(hero).replicationInterval, server.syncOf(hero).deltaInterval]).toEqual([0.1, 0.1]);
    expect(reported).toHaveLength(2);
  });

  const count = (game: ReplicationGame, to: number, kind: number): number =>
    game.line.sent.filter((packet) => packet.to === to && packet.bytes[0] === kind).length;

  it('R-159: another authority, or another root, begins anew and goes by the path', () => {
    const { game, server, hero, copy, client } = withHero(2);
    for (const [side, unit] of [
      [server, hero],
      [client, copy],
    ] as const) {
      side.syncOf(unit).setMultiplayerAuthority(2);
    }
    copy.position.x = 5;
    copy.health = 3;
    game.frames(5);
    expect([hero.position.x, hero.health]).toEqual([5, 3]);
    expect(reported).toEqual([]);
    // And back: the former owner's number is known already.
    for (const [side, unit] of [
      [server, hero],
      [client, copy],
    ] as const) {
      side.syncOf(unit).setMultiplayerAuthority(1);
    }
    hero.position.x = 6;
    game.frames(5);
    expect(copy.position.x).toBe(6);
  });

  it('each property is read once per frame, however many peers there are', () => {
    const { game, server, hero } = withHero(2, 3, 4);
    let reads = 0;
    const { position } = hero;
    Object.defineProperty(hero, 'position', {
      get: () => {
        reads += 1;
        return position;
      },
    });
    Object.defineProperty(hero, 'health', {
      get: () => {
        reads += 1;
        return 1;
      },
    });
    game.frames(4);
    expect(reads).toBe(8);
    expect(server.api.getPeers()).toHaveLength(3);
  });

  it('a getter or a setter of the game that throws is reported once and stops nothing else', () => {
    const { game, server, client, hero } = withHero(2);
    const other = server.add('Other');
    game.frames(2);
    const bad = {
      get: (): never => {
        throw new Error('on purpose');
      },
      set: (): never => {
        throw new Error('on purpose');
      },
    };
    Object.defineProperty(client.get('Other') as Unit, 'position', { ...bad, get: () => new Vector3() });
    Object.defineProperty(hero, 'position', bad);
    other.position.x = 4;
    other.health = 8;
    game.frames(4);
    expect(client.get('Other')?.health).toBe(8);
    expect(reported.length).toBeGreaterThan(0);
    expect(reported.filter(({ text }) => text.includes('cannot be read'))).toHaveLength(1);
  });

  it('properties of children and parts of properties travel by themselves', () => {
    const { game, server, clients } = ReplicationGame.of(2);
    for (const side of game.sides) {
      side.unitProperties = { '.:position:y': 'always', 'Gun:heat': 'onChange' };
      side.spawner.registerScene('unit', () => {
        const unit = side.unit();
        unit.addChild(Object.assign(new MemoryNode('Gun'), { heat: 0 }));
        return unit;
      });
    }
    const hero = server.add('Hero');
    game.frames(2);
    hero.position.x = 1;
    hero.position.y = 2;
    Object.assign(hero.getChild('Gun') as MemoryNode, { heat: 9 });
    game.frames(2);
    const copy = clients[0]?.get('Hero') as Unit;
    expect([copy.position.x, copy.position.y]).toEqual([0, 2]);
    expect(copy.getChild('Gun')).toMatchObject({ heat: 9 });
    // Another child takes the place of the first one.
    hero.removeChild(hero.getChild('Gun') as MemoryNode);
    hero.addChild(Object.assign(new MemoryNode('Gun'), { heat: 4 }));
    game.frames(2);
    expect(copy.getChild('Gun')).toMatchObject({ heat: 4 });
  });

  it('a configuration may change while it runs', () => {
    const { game, server, client, hero, copy } = withHero(2);
    for (const [side, unit] of [
      [server, hero],
      [client, copy],
    ] as const) {
      const config = side.syncOf(unit).replicationConfig;
      config?.propertySetReplicationMode('.:title', 1);
      config?.removeProperty('.:position');
    }
    hero.title = 'Ann';
    hero.position.x = 5;
    game.frames(2);
    expect([copy.title, copy.position.x]).toEqual(['Ann', 0]);
  });

  it('what is static on both sides is known by its path', () => {
    const { game, server, clients } = ReplicationGame.of(2, 3);
    const doors = game.sides.map((side) => {
      const door = Object.assign(new Unit('Door'), { health: side.id });
      side.tree.attach(door, synchronizerOf({ '.:health': 'onChange', '.:position': '+always' }));
      side.world.addChild(door);
      return door;
    });
    game.frames(4);
    expect(doors.map(({ health }) => health)).toEqual([1, 1, 1]);
    Object.assign(doors[0] as Unit, { health: 7 });
    game.frames(2);
    expect(doors.map(({ health }) => health)).toEqual([7, 7, 7]);
    expect(clients.map((side) => side.log)).toEqual([[], []]);
    expect(server.log).toEqual([]);
    expect(reported).toEqual([]);
  });
});
