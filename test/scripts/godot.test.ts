import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { versionIn } from '../../scripts/lib/godot.js';
import { judgeOtherVersion } from '../../scripts/lib/godot-step.js';
import { findWebRTCExtension } from '../../scripts/lib/godot-webrtc.js';

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

it("finds Godot's WebRTC extension in the folder that the user names, or says what is wanted", () => {
  const folder = mkdtempSync(join(tmpdir(), 'scenewire-addons-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(findWebRTCExtension(folder)).toEqual({ problem: expect.stringContaining(folder) });
  mkdirSync(join(folder, 'addons/webrtc_native'), { recursive: true });
  const file = join(folder, 'addons/webrtc_native/webrtc_native.gdextension');
  writeFileSync(file, '');
  for (const path of [folder, join(folder, 'addons/webrtc_native'), file])
    expect(findWebRTCExtension(path)).toEqual({ file });
  for (const path of ['', join(folder, 'nothing')])
    expect(findWebRTCExtension(path)).toEqual({ problem: expect.stringMatching(/--webrtc wants the folder/) });
});
