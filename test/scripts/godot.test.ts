import { describe, expect, it } from 'vitest';
import { versionIn } from '../../scripts/lib/godot.js';
import { judgeOtherVersion } from '../../scripts/lib/godot-step.js';

it.each([
  ['4.6.3.stable.debian4.6.3+ds-3', '4.6.3'],
  ['4.7.stable.official.abcdef012', '4.7'],
  ['WARNING: no home\n4.6.3.stable', '4.6.3'],
  ['godot: not found', undefined],
])('reads the version in %j', (output, version) => {
  expect(versionIn(output)).toBe(version);
});

describe('another version of Godot', () => {
  const outcome = (failed: number) => ({
    counts: { passed: 5, failed, skipped: 1 },
    output: '',
    reportFile: undefined,
  });

  it('has its differences named and not counted as failures', () => {
    const { counts, note } = judgeOtherVersion(outcome(2), '4.7', ['spawn', 'sync']);
    expect(counts).toEqual({ passed: 5, failed: 0, skipped: 3 });
    expect(note).toBe('this Godot is 4.7, not 4.6.3; these differ: spawn; sync');
  });

  it('is named where nothing differs', () => {
    expect(judgeOtherVersion(outcome(0), '4.6.4', []).note).toBe('this Godot is 4.6.4, not 4.6.3; nothing differs');
  });
});
