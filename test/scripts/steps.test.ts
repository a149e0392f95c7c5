import { describe, expect, it } from 'vitest';
import { selectSteps, splitArguments, steps } from '../../scripts/lib/steps.js';

const names = (...areas: string[]): string[] => {
  const selected = selectSteps(areas);
  if (typeof selected === 'string') throw new Error(selected);
  return selected.map((step) => step.name);
};

describe('selectSteps', () => {
  it('takes everything when no area is named, but what needs something of the user', () => {
    expect(selectSteps([])).toEqual(steps.filter((step) => step.name !== 'godot-webrtc'));
    expect(names('godot-webrtc')).toEqual(['godot-webrtc']);
  });

  it('takes the named areas in the order of the table', () => {
    expect(names('core', 'types')).toEqual(['types', 'core']);
  });

  it('brings the build along where the built package is tested', () => {
    expect(names('conformance-dist')).toEqual(['build', 'conformance-dist']);
    expect(names('conformance')).toEqual(['conformance']);
  });

  it('lists the areas when one is unknown', () => {
    expect(selectSteps(['core', 'nope'])).toMatch(/^unknown area: nope\nareas: types, lint, .*core/);
  });
});

it('splits areas from the options for vitest', () => {
  expect(splitArguments(['core', 'extension', '-t', 'R-001'])).toEqual({
    areas: ['core', 'extension'],
    forVitest: ['-t', 'R-001'],
    webrtc: undefined,
  });
  expect(splitArguments([])).toEqual({ areas: [], forVitest: [], webrtc: undefined });
});

it("takes Godot's WebRTC extension out of them, and asks for its tests", () => {
  expect(splitArguments(['godot', '--webrtc', '/addons', '-t', 'R-001'])).toEqual({
    areas: ['godot', 'godot-webrtc'],
    forVitest: ['-t', 'R-001'],
    webrtc: '/addons',
  });
  expect(splitArguments(['--webrtc']).webrtc).toBe('');
});
