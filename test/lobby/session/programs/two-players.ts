/** A host and a guest who meet, talk, and go. The process has nothing left to do then. */
import { LobbySession } from 'scenewire/lobby';

const [url = ''] = process.argv.slice(2);
const configuration = { libdatachannel: { bindAddress: '127.0.0.1' } };
const [host, guest] = [new LobbySession(url, { configuration }), new LobbySession(url, { configuration })];
const code = await host.host();
await guest.join(code);
const frames = setInterval(() => {
  for (const session of [host, guest]) {
    session.poll();
    const { peer } = session;
    while (peer.getAvailablePacketCount() > 0) {
      console.log(new TextDecoder().decode(peer.getPacket()));
      clearInterval(frames);
      for (const each of [host, guest]) each.close();
    }
    peer.flush();
  }
}, 5);
host.peer.peer_connected.connect(() => host.peer.putPacket(new TextEncoder().encode('hello')));
