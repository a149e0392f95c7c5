/** A player that hosts or joins, says hello to everybody who comes, and writes what happens, a JSON text per line. */
import { LobbySession } from 'scenewire/lobby';

const [url = '', code = ''] = process.argv.slice(2);
const session = new LobbySession(url);
const write = (line: object): void => console.log(JSON.stringify(line));

const began = performance.now();
const ms = (): number => Math.round(performance.now() - began);
session.peer_failed.connect((id, { reason }) => write({ failed: reason, id, ms: ms() }));
session.peer_retried.connect((id, { reason }) => write({ retried: reason, id }));
if (code === '') write({ code: await session.host() });
else await session.join(code);
const { peer } = session;
peer.peer_connected.connect((id) => {
  const pair = session.getPairing(id)?.connection?.getSelectedCandidatePair();
  write({
    connected: id,
    ms: ms(),
    local: pair?.local.type,
    remote: pair?.remote.type,
  });
  peer.setTargetPeer(id);
  peer.putPacket(new TextEncoder().encode('hello'));
});
setInterval(() => {
  session.poll();
  while (peer.getAvailablePacketCount() > 0) write({ got: new TextDecoder().decode(peer.getPacket()) });
  peer.flush();
}, 8);
