/**
 * A dedicated server of the arena: `node --import tsx samples/arena/server.ts [--port 9080] [--host 127.0.0.1] [--bots 8]`.
 * It is the same game without a picture: browsers with any view and Godot join it. Ctrl-C stops it.
 */
import { parseArgs } from 'node:util';
import { WebSocketMultiplayerPeer } from 'scenewire';
import { createHeadless, MemoryNode } from 'scenewire/headless';
import { Arena } from './game/arena.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9080' },
    host: { type: 'string', default: '127.0.0.1' },
    bots: { type: 'string', default: '8' },
    round: { type: 'string', default: '180' },
  },
});

const net = createHeadless({ hz: 60 });
const arena = new Arena(net.tree, {
  makeNode: (name) => new MemoryNode(name),
  fillTo: Number(values.bots),
  roundSeconds: Number(values.round),
  seed: Date.now(),
});
const peer = new WebSocketMultiplayerPeer();
peer.createServer(Number(values.port), values.host);
net.multiplayer.multiplayerPeer = peer;
net.multiplayer.peer_connected.connect((id) => console.log(`${id} has come`));
net.multiplayer.peer_disconnected.connect((id, reason) => console.log(`${id} has gone: ${reason}`));
arena.kart_added.connect((kart) => console.log(`${kart.driver} plays`));

console.log(`the arena is open at ws://${values.host}:${values.port}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => net.close());
