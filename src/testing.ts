/**
 * A network inside of one process, with a clock of its own, and bad links for real ones.
 * @module scenewire/testing
 */

export { type Clock, ManualClock, realClock } from './core/clock.js';
export {
  type BadLink,
  type BadLinkOptions,
  badLink,
} from './extension/loopback/bad-link.js';
export {
  LINK_PRESETS,
  type LinkConditions,
  type LinkPreset,
  PERFECT_LINK,
} from './extension/loopback/link-conditions.js';
export { LoopbackNetwork, type LoopbackNetworkOptions } from './extension/loopback/loopback-network.js';
export type { LinkStats, SimulatedLink } from './extension/loopback/simulated-link.js';
