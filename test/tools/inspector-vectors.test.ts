import { describe, expect, it } from 'vitest';
import { readRecording as readScenarios, type Scenario } from '../multiplayer/support/scene-vectors.js';
import { noteOf, plainNote } from './support/note.js';
import { decodeScenario } from './support/recorded-scenario.js';

const { scenarios } = readScenarios();

/** What stands beside each packet of the recordings, as the side with this id sees it. */
function notesOf(scenario: Scenario, self: number): { expected: string[]; decoded: string[] } {
  const seen = scenario.packets.filter(({ from, to }) => from === self || to === self);
  return {
    expected: seen.map(({ note }) => plainNote(note)),
    decoded: decodeScenario(scenario, self).map((packet) => plainNote(noteOf(packet.content))),
  };
}

describe('packets of Godot 4.6.3', () => {
  it('are there', () => {
    expect(scenarios.flatMap(({ packets }) => packets).length).toBeGreaterThan(700);
  });

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    '%s says what its notes say',
    (_, scenario) => {
      for (const { id } of scenario.peers) {
        const { expected, decoded } = notesOf(scenario, id);
        expect(decoded).toEqual(expected);
      }
    },
  );
});
