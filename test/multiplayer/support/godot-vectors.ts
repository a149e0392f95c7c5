import { readVectors } from '../../support/vectors.js';

/** One step of a recording. Which members it has depends on what happened. */
export interface Step {
  readonly [member: string]: unknown;
}

interface Scenario {
  readonly name: string;
  readonly description?: string;
  readonly log: readonly Step[];
}

/** What Godot 4.6.3 did. */
export const { scenarios } = readVectors<{ scenarios: readonly Scenario[] }>('webrtc-vectors.json');
