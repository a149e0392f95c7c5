import { at60Hz, everyMillisecond, type Pace, whenWaiting } from './attempts.js';
import type { MakeEnd } from './end.js';
import { PromptEnd } from './prompt-end.js';
import { sides } from './sides.js';

interface WayToConnect {
  readonly make: MakeEnd;
  readonly pace: Pace;
}

/**
 * How a program may make its connections. The bare library calls back by itself, whatever the pace; of ours, a program
 * without frames does the same by being polled when something waits, and a game has frames.
 */
export const ways = {
  prompt: { make: (channels, post) => new PromptEnd(channels, post), pace: whenWaiting },
  frames: { make: sides.scenewire, pace: everyMillisecond },
  'slow frames': { make: sides.scenewire, pace: at60Hz },
  bare: { make: sides.bare, pace: whenWaiting },
} satisfies Record<string, WayToConnect>;

export type Way = keyof typeof ways;
