/**
 * What the network does, shown on top of a page.
 * @module scenewire/overlay
 */

export type { NetworkDump } from './tools/overlay/dump.js';
export { NetworkOverlay, type OverlayOptions, type OverlayTarget, showOverlay } from './tools/overlay/overlay.js';
