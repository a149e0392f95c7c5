import { readVectors } from '../../support/vectors.js';

/** One step of a recording. Which members it has depends on what happened. */
export interface Step {
  readonly [member: string]: unknown;
}

interface Scenario {
  readonly name: string;
  readonly log: readonly Step[];
}

const { scenarios } = readVectors<{ scenarios: readonly Scenario[] }>('webrtc-vectors.json');

export const scenarioNames: readonly string[] = scenarios.map(({ name }) => name);

/** What Godot 4.6.3 did. */
export function scenario(name: string): readonly Step[] {
  const found = scenarios.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no scenario ${name}`);
  return found.log;
}

export const hex = (packet: Uint8Array): string => Buffer.from(packet).toString('hex');
export const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
