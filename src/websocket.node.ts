export { nodeTransport as webSocketTransport } from './multiplayer/websocket/node/node-transport.js';
