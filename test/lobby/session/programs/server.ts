/** A game's server: makes a room, takes its players by WebRTC and by WebSocket, says hello to each, and writes what happens. */
import { CompositeMultiplayerPeer, WebSocketMultiplayerPeer } from 'scenewire';
import { LobbySession } from 'scenewire/lobby';

const [url = '', host = '', port = '0'] = process.argv.slice(2);
const write = (line: object): void => console.log(JSON.stringify(line));

const session = new LobbySession(url);
const sockets = new WebSocketMultiplayerPeer();
sockets.createServer(Number(port), host);
sockets.chooseId = session.chooseSocketId;
const code = await session.host({ address: `ws://${host}:${port}` });
const game = new CompositeMultiplayerPeer();
game.createServer([session.peer, sockets]);
game.peer_connected.connect((id) => {
  write({ connected: id, by: game.getTransport(id) === sockets ? 'WebSocket' : 'WebRTC' });
  game.setTargetPeer(id);
  game.putPacket(new TextEncoder().encode('hello'));
});
setInterval(() => {
  game.poll();
  while (game.getAvailablePacketCount() > 0) {
    write({ from: game.getPacketPeer(), got: new TextDecoder().decode(game.getPacket()) });
  }
  game.flush();
}, 8);
write({ code });
