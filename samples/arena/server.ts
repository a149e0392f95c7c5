/**
 * A dedicated server of the arena, with bots: the same game without a picture. Browsers with any view, Node and Godot join
 * it by WebSocket, and with `--lobby` players find it there and join it by WebRTC. Ctrl-C stops it.
 *
 *     node --import tsx samples/arena/server.ts --help
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CompositeMultiplayerPeer, Err, type MultiplayerPeer, WebSocketMultiplayerPeer } from 'scenewire';
import { createHeadless, MemoryNode } from 'scenewire/headless';
import { recordPackets } from 'scenewire/inspector';
import { Arena } from './game/arena.js';
import { summaryOf } from './game/summary.js';
import { Room } from './net/room.js';

const HELP = `node --import tsx samples/arena/server.ts [options]
  --port 9081        for WebSockets
  --host 127.0.0.1   the address to listen on; 0.0.0.0 for all
  --lobby URL        opens a room in this lobby, too
  --title TEXT       what the room is called there
  --bots 8           bots come until there are so many karts
  --round 180        seconds of a round
  --rounds 0         stops after so many rounds; 0: never
  --players 0        the first round begins when so many have come
  --record FILE      writes all packets down, for: npx scenewire inspect FILE`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9081' },
    host: { type: 'string', default: '127.0.0.1' },
    lobby: { type: 'string' },
    title: { type: 'string', default: 'Dedicated server' },
    bots: { type: 'string', default: '8' },
    round: { type: 'string', default: '180' },
    rounds: { type: 'string', default: '0' },
    players: { type: 'string', default: '0' },
    record: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
/** Seconds before the next round would begin: everybody knows by then how this one ended. */
const LAST_SECONDS = 3;

async function openTransports(): Promise<MultiplayerPeer[]> {
  const websocket = new WebSocketMultiplayerPeer();
  // Phones may be busy loading.
  websocket.handshakeTimeout = 10;
  const err = websocket.createServer(Number(values.port), values.host);
  if (err !== Err.OK) throw new Error(`port ${values.port} can't be opened`);
  console.log(`the arena is open at ws://${values.host}:${values.port}`);
  if (values.lobby === undefined) return [websocket];
  const room = new Room(values.lobby);
  await room.host({ driver: '', colour: 0 }, values.title);
  await room.start(false);
  console.log(`and in the lobby, with the code ${room.code}`);
  return [room.peer, websocket];
}

async function main(): Promise<void> {
  const peer = new CompositeMultiplayerPeer();
  peer.createServer(await openTransports());
  const net = createHeadless({ hz: 60 });
  const arena = new Arena(net.tree, {
    makeNode: (name) => new MemoryNode(name),
    fillTo: Number(values.bots),
    roundSeconds: Number(values.round),
    seed: Date.now(),
  });
  arena.use(peer);
  arena.kart_added.connect((kart) => console.log(`${kart.driver} plays`));
  net.multiplayer.peer_disconnected.connect((id, reason) => console.log(`${id} has gone: ${reason}`));
  const recording = values.record === undefined ? null : recordPackets(peer, { multiplayer: net.multiplayer });
  const close = (): void => {
    if (recording !== null) writeFileSync(values.record ?? '', recording.toText());
    net.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close);
  let isWarmUp = true;
  let isOver = false;
  net.tree.process_frame.connect(() => {
    const { rounds, over, seconds } = arena.match;
    const players = [...arena.karts.values()].filter((kart) => !kart.isBot).length;
    if (isWarmUp) {
      isWarmUp = players < Number(values.players);
      if (!isWarmUp || seconds < 2) arena.restart();
    } else if (over && rounds === Number(values.rounds) && seconds <= LAST_SECONDS && !isOver) {
      // After a delay there are several frames in one turn.
      isOver = true;
      console.log(summaryOf(arena).join('\n'));
      queueMicrotask(close);
    }
  });
}

if (values.help) console.log(HELP);
else await main();
