export { browserTransport as webSocketTransport } from './multiplayer/websocket/browser/browser-transport.js';
