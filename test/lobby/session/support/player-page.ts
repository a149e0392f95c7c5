/** What runs in the pages of the tests: a session and a frame loop, driven from outside by name. */
import { broadcastLobby, InviteSession, LobbySession, type LobbySessionOptions } from 'scenewire/lobby';

type Session = LobbySession | InviteSession;

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const log: string[] = [];
let session: Session | null = null;

/** One poll per frame, as a game does it. Pages of the tests may be hidden, so no animation frames. */
function play(): void {
  const playing = session as Session;
  playing.peer.peer_connected.connect((id) => log.push(`connected ${id}`));
  playing.peer.peer_disconnected.connect((id) => log.push(`disconnected ${id}`));
  setInterval(() => {
    playing.poll();
    const { peer } = playing;
    while (peer.getAvailablePacketCount() > 0) {
      log.push(`${peer.getPacketPeer()} says ${decoder.decode(peer.getPacket())}`);
    }
    peer.flush();
  }, 8);
}

const lobby = (): LobbySession => session as LobbySession;
const invites = (): InviteSession => session as InviteSession;

const page = {
  log: () => log,
  say: (text: string) => session?.peer.putPacket(encoder.encode(text)),
  end: () => session?.close(),
  async host(where: string, mode: 'mesh' | 'server', options: LobbySessionOptions) {
    session = new LobbySession(where.startsWith('ws') ? where : broadcastLobby(where), options);
    const code = await lobby().host({ mode });
    play();
    return code;
  },
  async join(where: string, code: string, options: LobbySessionOptions) {
    session = new LobbySession(where.startsWith('ws') ? where : broadcastLobby(where), options);
    await lobby().join(code);
    play();
    return lobby().lobby.id;
  },
  /** The kinds of the addresses at both ends of each connection. */
  routes(ids: readonly number[]) {
    return ids.map((id) => {
      const pair = lobby().getPairing(id)?.connection?.getSelectedCandidatePair();
      return pair ? `${pair.local.type} ${pair.remote.type}` : 'none';
    });
  },
  async invite() {
    session ??= new InviteSession();
    const text = await invites().createInvite();
    return text;
  },
  async accept(text: string) {
    session = new InviteSession();
    const reply = await invites().acceptInvite(text);
    play();
    return reply;
  },
  async complete(text: string) {
    const id = await invites().complete(text);
    play();
    return id;
  },
};

Object.assign(globalThis, { player: page });
export type PlayerPage = typeof page;
