export { NetworkOverlay, type OverlayOptions, type OverlayTarget, showOverlay } from './tools/overlay/overlay.js';
