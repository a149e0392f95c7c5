export { BrowserPeerConnection as DefaultExtension } from './extension/browser/browser-peer-connection.js';
