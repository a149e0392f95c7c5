import { SceneMultiplayer } from 'scenewire';
import { LobbySession, type LobbySessionOptions, type OpenLobbySocket } from 'scenewire/lobby';

/** No candidate but the loopback address. */
const LOCAL = { libdatachannel: { bindAddress: '127.0.0.1' } };
const FRAME_MS = 5;

/** A session and the multiplayer of a scene, in real time: what a game in Node is. */
export class RealPlayer {
  readonly session: LobbySession;
  readonly multiplayer = new SceneMultiplayer();
  /** What the game hears. */
  readonly log: string[] = [];
  #frames: NodeJS.Timeout | null = null;

  constructor(where: string | OpenLobbySocket, options: LobbySessionOptions = {}) {
    this.session = new LobbySession(where, { configuration: LOCAL, ...options });
    const { multiplayer, session } = this;
    multiplayer.rootPath = '/root';
    multiplayer.peer_connected.connect((id) => this.log.push(`connected ${id}`));
    multiplayer.peer_disconnected.connect((id) => this.log.push(`disconnected ${id}`));
    multiplayer.connected_to_server.connect(() => this.log.push('connected to server'));
    multiplayer.connection_failed.connect(() => this.log.push('connection failed'));
    multiplayer.server_disconnected.connect(() => this.log.push('server disconnected'));
    multiplayer.peer_packet.connect((id, packet) => this.log.push(`${id} says ${new TextDecoder().decode(packet)}`));
    session.left.connect((reason) => this.log.push(`left ${reason}`));
    session.peer_failed.connect((id, { reason }) => this.log.push(`failed ${id} ${reason}`));
  }

  get id(): number {
    return this.session.lobby.id;
  }

  /** The game begins: from now on there are frames, and one poll in each. */
  play(): this {
    this.multiplayer.multiplayerPeer = this.session.peer;
    this.#frames ??= setInterval(() => {
      this.multiplayer.poll();
      this.session.peer.flush();
    }, FRAME_MS);
    return this;
  }

  say(text: string): void {
    this.multiplayer.sendBytes(new TextEncoder().encode(text));
  }

  end(): void {
    if (this.#frames !== null) clearInterval(this.#frames);
    this.session.close();
  }
}
