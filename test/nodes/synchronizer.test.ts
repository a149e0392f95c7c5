import { Err, type MemoryNode, MultiplayerSynchronizer, SceneMultiplayer, SceneReplicationConfig } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { ReplicationGame, type Side, synchronizerOf, Unit } from '../multiplayer/support/replication-game.js';

const reported = recordErrors();
const errs = (): Err[] => reported.map(({ err }) => err);

/** A hero on a server and its copies, with the synchronizer of the server's one. */
function withHero(...ids: number[]) {
  const { game, server, clients } = ReplicationGame.of(...ids);
  const hero = server.add('Hero');
  const synchronizer = server.syncOf(hero);
  game.frames(2);
  const heard: number[] = [];
  synchronizer.visibility_changed.connect((peer) => heard.push(peer));
  const seenBy = (): boolean[] => {
    game.frames();
    return clients.map((side) => side.get('Hero') !== null);
  };
  return { game, server, clients, hero, synchronizer, heard, seenBy };
}

describe('MultiplayerSynchronizer: who sees it', () => {
  it('R-150: getVisibilityFor reads the entry of that peer alone; 0 is publicVisibility; what is unchanged tells nobody', () => {
    const { synchronizer, heard } = withHero(5);
    expect(synchronizer.getVisibilityFor(5)).toBe(false);
    synchronizer.setVisibilityFor(5, true);
    synchronizer.setVisibilityFor(5, true);
    expect(synchronizer.getVisibilityFor(5)).toBe(true);
    synchronizer.setVisibilityFor(0, false);
    expect(synchronizer.publicVisibility).toBe(false);
    synchronizer.publicVisibility = false;
    expect(heard).toEqual([5, 0]);
  });

  it('R-151: peers that it is set for, or all, as far as every filter says true', () => {
    const { synchronizer, seenBy } = withHero(2, 3);
    synchronizer.addVisibilityFilter((peer) => peer !== 2);
    expect(seenBy()).toEqual([false, true]);
    synchronizer.publicVisibility = false;
    expect(seenBy()).toEqual([false, false]);
    synchronizer.setVisibilityFor(2, true);
    synchronizer.setVisibilityFor(3, true);
    expect(seenBy()).toEqual([false, true]);
  });

  it('R-151: a filter that throws, or answers something else, hides it, and is reported once', () => {
    const { synchronizer, seenBy } = withHero(2);
    const throwing = (): boolean => {
      throw new Error('on purpose');
    };
    synchronizer.addVisibilityFilter(throwing);
    expect(seenBy()).toEqual([false]);
    synchronizer.removeVisibilityFilter(throwing);
    synchronizer.addVisibilityFilter(() => 1 as never);
    expect(seenBy()).toEqual([false]);
    expect(seenBy()).toEqual([false]);
    expect(errs()).toEqual([Err.ERR_SCRIPT_FAILED, Err.ERR_SCRIPT_FAILED]);
  });

  it('R-152: visibility_changed comes inside the tree, with a peer, on the authority', () => {
    const { clients, server, synchronizer, hero, heard } = withHero(2);
    const [client] = clients as [Side];
    const copy = client.syncOf(client.get('Hero') as Unit);
    copy.visibility_changed.connect(() => heard.push(-1));
    copy.updateVisibility();
    synchronizer.updateVisibility(2);
    server.world.removeChild(hero);
    synchronizer.updateVisibility(2);
    server.world.addChild(hero);
    server.api.multiplayerPeer = null;
    synchronizer.updateVisibility(2);
    expect(heard).toEqual([2]);
  });

  it('R-152: filters are asked every frame, every physics frame, or when they are told to be', () => {
    const { game, server, synchronizer, seenBy } = withHero(2);
    let [asked, isVisible] = [0, false];
    const filter = (): boolean => {
      asked += 1;
      return isVisible;
    };
    expect(server.tree.process_frame.hasConnections()).toBe(false);
    synchronizer.addVisibilityFilter(filter);
    expect(seenBy()).toEqual([false]);
    synchronizer.visibilityUpdateMode = MultiplayerSynchronizer.VISIBILITY_PROCESS_PHYSICS;
    [asked, isVisible] = [0, true];
    expect(seenBy()).toEqual([false]);
    expect(asked).toBe(0);
    server.tree.physicsFrame(0.016);
    expect(seenBy()).toEqual([true]);
    synchronizer.visibilityUpdateMode = MultiplayerSynchronizer.VISIBILITY_PROCESS_NONE;
    isVisible = false;
    server.tree.physicsFrame(0.016);
    expect(seenBy()).toEqual([true]);
    synchronizer.updateVisibility();
    expect(seenBy()).toEqual([false]);
    synchronizer.visibilityUpdateMode = 0;
    synchronizer.removeVisibilityFilter(filter);
    expect(server.tree.process_frame.hasConnections()).toBe(false);
    synchronizer.setVisibilityUpdateMode(9 as never);
    expect(synchronizer.getVisibilityUpdateMode()).toBe(0);
    expect(errs()).toEqual([Err.ERR_INVALID_PARAMETER]);
    game.sides.length = 0;
  });

  it('a peer that sees it again gets all that is watched anew', () => {
    const { synchronizer, hero, clients, seenBy } = withHero(2);
    synchronizer.setVisibilityPublic(false);
    hero.health = 3;
    expect(seenBy()).toEqual([false]);
    synchronizer.setVisibilityPublic(true);
    expect(seenBy()).toEqual([true]);
    expect(clients[0]?.get('Hero')?.health).toBe(3);
    expect(synchronizer.isVisibilityPublic()).toBe(true);
  });
});

describe('MultiplayerSynchronizer: its settings', () => {
  it('R-158: intervals in seconds, to the microsecond', () => {
    const synchronizer = new MultiplayerSynchronizer();
    synchronizer.setReplicationInterval(0.07);
    synchronizer.setDeltaInterval(1 / 60);
    expect([synchronizer.replicationIntervalMs, synchronizer.deltaIntervalMs]).toEqual([70, 16.667]);
    expect(synchronizer.getReplicationInterval()).toBe(0.07);
    expect(synchronizer.getDeltaInterval()).toBeCloseTo(1 / 60, 5);
    for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY]) synchronizer.replicationInterval = wrong;
    expect(synchronizer.replicationInterval).toBe(0.07);
    expect(reported).toHaveLength(3);
  });

  it('R-159: a root node that is not there is reported; another one makes it begin anew', () => {
    const { game, server, hero, synchronizer } = withHero(2);
    synchronizer.rootPath = '../Nowhere';
    game.frames();
    expect(errs()).toEqual([Err.ERR_DOES_NOT_EXIST]);
    synchronizer.setRootPath('');
    synchronizer.setRootPath('..');
    synchronizer.setRootPath('..');
    hero.health = 12;
    game.frames(4);
    expect(synchronizer.getRootPath()).toBe('..');
    expect(server.syncOf(hero)).toBe(synchronizer);
    expect(reported).toHaveLength(1);
  });

  it('goes with its tree to another API', () => {
    const { game, server, clients, hero, synchronizer } = withHero(2);
    const ball = Object.assign(new Unit('Ball'), { health: 1 });
    const copy = Object.assign(new Unit('Ball'), { health: 2 });
    server.tree.attach(ball, synchronizerOf({ '.:health': 'onChange' }));
    clients[0]?.tree.attach(copy, synchronizerOf({ '.:health': 'onChange' }));
    server.world.addChild(ball);
    clients[0]?.world.addChild(copy);
    const other = new SceneMultiplayer<MemoryNode>({ clock: game.clock });
    expect(server.tree.setMultiplayer(other)).toBe(Err.OK);
    server.api.multiplayerPeer = null;
    other.multiplayerPeer = server.peer;
    game.line.link(1, 2);
    game.frames(5);
    expect(copy.health).toBe(1);
    expect(synchronizer.isInsideTree()).toBe(true);
    expect(hero.parent).toBe(server.world);
  });

  it('has accessors with Godot names', () => {
    const synchronizer = new MultiplayerSynchronizer();
    const config = new SceneReplicationConfig();
    synchronizer.setReplicationConfig(config);
    expect(synchronizer.getReplicationConfig()).toBe(config);
    expect(synchronizer.getKind()).toBe('MultiplayerSynchronizer');
    expect(MultiplayerSynchronizer.VISIBILITY_PROCESS_IDLE).toBe(0);
  });
});
