/**
 * Servers and bots without an engine: nodes in memory, and a loop that ticks.
 * @module scenewire/headless
 */

export { FixedLoop, type FixedLoopOptions } from './nodes/headless/fixed-loop.js';
export { createHeadless, HeadlessNetwork, type HeadlessOptions } from './nodes/headless/headless-network.js';
export { pollPromptly } from './nodes/headless/poll-promptly.js';
export { MemoryNode } from './nodes/memory/memory-node.js';
export { MemorySceneAdapter } from './nodes/memory/memory-scene-adapter.js';
export type { SceneNetwork, SceneNetworkOptions, SceneNetworkSignals } from './nodes/scene-network.js';
