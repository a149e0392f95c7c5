import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import {
  comparable,
  expectedItems,
  isPacket,
  stepsWithErrors,
  withoutDifferences,
} from './support/scene-expectation.js';
import { SceneReplay } from './support/scene-replay.js';
import { readRecording } from './support/scene-vectors.js';

recordErrors();

const recording = readRecording();

/** Every scenario of the folder, whatever it is called. */
describe('what Godot 4.6.3 was recorded doing', () => {
  it.each(recording.scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', (_name, scenario) => {
    const replay = new SceneReplay(scenario, recording);
    replay.run();
    const actual = replay.recorder.items.map(comparable);
    const expected = expectedItems(scenario);
    expect(actual.filter(isPacket)).toEqual(expected.filter(isPacket));
    const same = withoutDifferences(expected, actual, stepsWithErrors(scenario));
    expect(same.actual).toEqual(same.expected);
  });
});
