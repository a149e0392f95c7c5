import { GodotObject, type MultiplayerPeer } from 'scenewire';
import { type LobbyMember, LobbySession, type OpenLobbySocket, type RoomSummary } from 'scenewire/lobby';

/** Rooms of this game, among those of others in the same lobby. */
const GAME = 'kart-arena';
const MOST_MEMBERS = 12;

export interface Player {
  readonly driver: string;
  readonly colour: number;
}

/** Somebody in the room, before the game. */
export interface RoomMember extends Player {
  readonly id: number;
  readonly isHost: boolean;
  readonly isMe: boolean;
  readonly isReady: boolean;
}

export type RoomSignals = {
  /** Who is here, or who is ready. */
  changed: [];
  /** The host has started the game, or it was on already. */
  started: [];
  /** Out of the room. */
  ended: [why: string];
};

/** A room of the lobby in which players of the arena meet: codes, who is ready, and when it starts. It knows no page. */
export class Room extends GodotObject<RoomSignals> {
  readonly changed = this.signal('changed');
  readonly started = this.signal('started');
  readonly ended = this.signal('ended');
  readonly session: LobbySession;
  #me: Player = { driver: '', colour: 0 };
  #isReady = false;
  #hasStarted = false;

  /** The address of a lobby. */
  constructor(lobby: string | OpenLobbySocket) {
    super();
    this.session = new LobbySession(lobby);
    const { lobby: client } = this.session;
    for (const signal of [client.peer_connected, client.peer_disconnected, client.member_changed])
      signal.connect(() => this.changed.emit());
    client.room_changed.connect(() => this.#lookForStart());
    client.lobby_sealed.connect(() => this.#lookForStart());
    this.session.peer_failed.connect((_id, failure) => {
      if (!this.isHost) this.ended.emit(`No way to the host was found: ${failure}`);
    });
    this.session.left.connect((reason, text) => {
      // A game that is on needs no lobby: whether the host is gone, its connection tells.
      if (reason === 'host_left' && !this.#hasStarted) this.ended.emit('The host has gone');
      else if (reason === 'kicked' || !this.#hasStarted) this.ended.emit(text || reason);
    });
  }

  /** For `arena.use`, once one is in the room. */
  get peer(): MultiplayerPeer {
    return this.session.peer;
  }

  get code(): string {
    return this.session.code;
  }

  get isHost(): boolean {
    return this.session.isHost;
  }

  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  get members(): RoomMember[] {
    const host = this.session.lobby.room?.host ?? 0;
    const me = { id: this.session.lobby.id, ...this.#me, isHost: this.isHost, isMe: true, isReady: this.#isReady };
    const others = [...this.session.members.values()].map((member) => memberOf(member, host));
    return [me, ...others].sort((a, b) => Number(b.isHost) - Number(a.isHost) || a.id - b.id);
  }

  /** Once per frame, until its peer is polled by the game. */
  poll(): void {
    this.session.lobby.poll();
  }

  /** Rooms that anybody may join. */
  async list(): Promise<readonly RoomSummary[]> {
    return (await this.session.lobby.list({ where: { game: GAME }, limit: 20 })).rooms;
  }

  async host(me: Player, title = `${me.driver || 'Somebody'}'s arena`): Promise<void> {
    this.#begin(me);
    const options = {
      member: this.#meta,
      public: true,
      meta: { game: GAME, title, playing: false },
      maxMembers: MOST_MEMBERS,
      // The scores are the host's alone.
      migrates: false,
    };
    await this.session.host(options);
  }

  async join(code: string, me: Player): Promise<void> {
    this.#begin(me);
    await this.session.join(code, { member: this.#meta });
    this.#lookForStart();
  }

  async setReady(isReady: boolean): Promise<void> {
    this.#isReady = isReady;
    this.changed.emit();
    await this.session.lobby.setMember(this.#meta);
  }

  /** The host's. Sealed, nobody else gets in; open, whoever comes later plays at once. */
  async start(sealed: boolean): Promise<void> {
    if (sealed) await this.session.seal();
    else await this.session.lobby.setRoom({ meta: { ...this.session.lobby.room?.meta, playing: true } });
  }

  leave(): void {
    this.session.close();
  }

  get #meta(): { name: string; colour: number; ready: boolean } {
    return { name: this.#me.driver, colour: this.#me.colour, ready: this.#isReady };
  }

  #begin(me: Player): void {
    this.#me = { driver: me.driver, colour: me.colour };
    this.#isReady = this.#hasStarted = false;
  }

  #lookForStart(): void {
    const { room } = this.session.lobby;
    this.changed.emit();
    if (this.#hasStarted || !(room?.sealed || room?.meta['playing'] === true)) return;
    this.#hasStarted = true;
    this.started.emit();
  }
}

function memberOf({ id, meta }: LobbyMember, host: number): RoomMember {
  const { name, colour, ready } = meta;
  return {
    id,
    driver: typeof name === 'string' ? name : '',
    colour: typeof colour === 'number' ? colour : 0,
    isHost: id === host,
    isMe: false,
    isReady: ready === true,
  };
}
