import { Err, ReplicationMode, SceneReplicationConfig } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';

const { REPLICATION_MODE_NEVER, REPLICATION_MODE_ALWAYS, REPLICATION_MODE_ON_CHANGE } = ReplicationMode;

describe('SceneReplicationConfig (R-149)', () => {
  const reported = recordErrors();
  const errors = (): Err[] => reported.map(({ err }) => err);
  const withPaths = (...paths: string[]): SceneReplicationConfig => {
    const config = new SceneReplicationConfig();
    for (const path of paths) config.addProperty(path);
    return config;
  };

  it('R-149: a new property travels with spawns and always', () => {
    const config = withPaths('.:position');
    expect(config.propertyGetSpawn('.:position')).toBe(true);
    expect(config.propertyGetReplicationMode('.:position')).toBe(REPLICATION_MODE_ALWAYS);
    expect(config.propertyGetSync('.:position')).toBe(true);
    expect(config.propertyGetWatch('.:position')).toBe(false);
    expect(errors()).toEqual([]);
  });

  it('R-149: an index inserts, one equal to the count appends, one beyond is refused', () => {
    const config = withPaths('.:a', '.:b');
    config.addProperty('.:first', 0);
    config.addProperty('.:last', 3);
    config.addProperty('.:beyond', 9);
    expect(config.getProperties()).toEqual(['.:first', '.:a', '.:b', '.:last']);
    expect(errors()).toEqual([Err.ERR_INVALID_PARAMETER]);
  });

  it('R-149: a known path and an empty one are refused', () => {
    const config = withPaths('.:a');
    config.addProperty('.:a');
    config.addProperty('');
    expect(config.getProperties()).toEqual(['.:a']);
    expect(errors()).toEqual([Err.ERR_INVALID_PARAMETER, Err.ERR_INVALID_PARAMETER]);
  });

  it('R-149: a missing path reads -1, false and NEVER, and setting it changes nothing', () => {
    const config = withPaths('.:a');
    expect(config.hasProperty('.:b')).toBe(false);
    expect(config.propertyGetIndex('.:b')).toBe(-1);
    expect(config.propertyGetSpawn('.:b')).toBe(false);
    expect(config.propertyGetReplicationMode('.:b')).toBe(REPLICATION_MODE_NEVER);
    config.propertySetSpawn('.:b', true);
    config.propertySetReplicationMode('.:b', REPLICATION_MODE_ON_CHANGE);
    expect(config.getProperties()).toEqual(['.:a']);
    expect(errors()).toHaveLength(5);
  });

  it('R-149: switching a mode off leaves the other one alone', () => {
    const config = withPaths('.:a');
    config.propertySetReplicationMode('.:a', REPLICATION_MODE_ON_CHANGE);
    config.propertySetSync('.:a', false);
    expect(config.propertyGetWatch('.:a')).toBe(true);
    config.propertySetWatch('.:a', false);
    expect(config.propertyGetReplicationMode('.:a')).toBe(REPLICATION_MODE_NEVER);
    config.propertySetSync('.:a', true);
    config.propertySetWatch('.:a', false);
    expect(config.propertyGetSync('.:a')).toBe(true);
    config.propertySetSync('.:a', false);
    expect(config.propertyGetReplicationMode('.:a')).toBe(REPLICATION_MODE_NEVER);
  });

  it('knows the places of its properties, forgets removed ones, and has a version for each change', () => {
    const config = withPaths('.:a', '.:b', '.:c');
    expect(config.propertyGetIndex('.:c')).toBe(2);
    const { version } = config;
    config.propertySetSpawn('.:a', true);
    expect(config.version).toBe(version);
    config.removeProperty('.:b');
    config.removeProperty('.:b');
    expect(config.getProperties()).toEqual(['.:a', '.:c']);
    expect(config.version).toBe(version + 1);
  });

  it('refuses what is no mode', () => {
    const config = withPaths('.:a');
    config.propertySetReplicationMode('.:a', 7 as never);
    expect(config.propertyGetReplicationMode('.:a')).toBe(REPLICATION_MODE_ALWAYS);
    expect(errors()).toEqual([Err.ERR_INVALID_PARAMETER]);
  });
});
