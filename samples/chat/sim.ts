import { DisconnectReason, Err, type ExtensionClass, type MultiplayerPeer, type RtcConfiguration } from 'scenewire';
import { type LobbyMember, LobbySession } from 'scenewire/lobby';

const MAX_TEXT = 500;
const MAX_NAME = 24;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** `silent` may come back. Who is `gone` may be connected to again, while it is in the room. */
export type Presence = 'connecting' | 'here' | 'silent' | 'gone';

/** Somebody else in the room. */
export interface Member {
  readonly id: number;
  readonly name: string;
  presence: Presence;
  /** Why it is gone. */
  why: string;
}

/** Something that was said, or, without a name, something that happened. */
export interface Line {
  readonly name: string | null;
  readonly text: string;
}

export interface ChatOptions {
  readonly configuration?: RtcConfiguration | undefined;
  readonly extension?: ExtensionClass | undefined;
}

const REASONS: { readonly [reason: string]: string } = {
  [DisconnectReason.LEFT]: 'left',
  [DisconnectReason.TIMEOUT]: 'was not heard for too long',
  [DisconnectReason.LOST]: 'cannot be reached',
};

/** A chat in a room of the lobby: a mesh, in which everybody talks to everybody. It knows no page and no timer. */
export class Chat {
  readonly session: LobbySession;
  readonly members = new Map<number, Member>();
  readonly lines: Line[] = [];
  #name = '';

  constructor(lobby: string, { configuration, extension }: ChatOptions = {}) {
    this.session = new LobbySession(lobby, { configuration, extension });
    const { lobby: client } = this.session;
    // The lobby tells who is in the room, the peer who can be talked to.
    client.peer_connected.connect((id, member) => this.#met(id, member));
    client.peer_disconnected.connect((id, reason) => this.#set(id, 'gone', reason === 'left' ? 'left' : 'was lost'));
    this.session.peer_failed.connect((id, failure) =>
      this.#set(id, 'gone', `could not be connected to (${failure.text})`),
    );
    this.session.lobby_lost.connect(() => this.#tell('The lobby cannot be reached. Talking goes on'));
    this.session.lobby_restored.connect(() => this.#tell('The lobby is back'));
  }

  get peer(): MultiplayerPeer {
    return this.session.peer;
  }

  /** What others join by; empty outside of a room. */
  get code(): string {
    return this.session.code;
  }

  get name(): string {
    return this.#name;
  }

  async create(name: string): Promise<void> {
    this.#name = name.trim().slice(0, MAX_NAME) || 'Guest';
    await this.session.host({ mode: 'mesh', member: { name: this.#name }, maxMembers: 8 });
    this.#follow(this.peer);
  }

  async join(code: string, name: string): Promise<void> {
    this.#name = name.trim().slice(0, MAX_NAME) || 'Guest';
    await this.session.join(code, { member: { name: this.#name } });
    this.#follow(this.peer);
  }

  /** To everybody who is here. */
  say(text: string): boolean {
    const said = text.trim().slice(0, MAX_TEXT);
    if (said === '' || this.code === '') return false;
    if ([...this.members.values()].some((member) => member.presence === 'here' || member.presence === 'silent')) {
      this.peer.setTargetPeer(0);
      if (this.peer.putPacket(encoder.encode(said)) !== Err.OK) return false;
    }
    this.lines.push({ name: this.#name, text: said });
    return true;
  }

  /** One frame: signals, packets and answers of the lobby come here and nowhere else. */
  process(): void {
    this.session.poll();
    while (this.peer.getAvailablePacketCount() > 0) {
      const name = this.members.get(this.peer.getPacketPeer())?.name ?? 'Somebody';
      // A stranger may have sent anything, of any length.
      this.lines.push({ name, text: decoder.decode(this.peer.getPacket()).slice(0, MAX_TEXT) });
    }
    this.peer.flush();
  }

  leave(): void {
    this.session.close();
    this.members.clear();
  }

  /** Each room has a peer of its own. */
  #follow(peer: MultiplayerPeer): void {
    peer.peer_connected.connect((id) => this.#set(id, 'here', 'is here'));
    peer.peer_unresponsive.connect((id) => this.#set(id, 'silent', 'is not heard any more'));
    peer.peer_responsive.connect((id) => this.#set(id, 'here', 'is back'));
    peer.peer_disconnected.connect((id, reason) => this.#set(id, 'gone', REASONS[reason] ?? reason));
  }

  #met(id: number, { meta }: LobbyMember): void {
    const name =
      typeof meta['name'] === 'string' && meta['name'] !== '' ? meta['name'].slice(0, MAX_NAME) : `Guest ${id}`;
    this.members.set(id, { id, name, presence: 'connecting', why: '' });
  }

  #set(id: number, presence: Presence, what: string): void {
    const member = this.members.get(id);
    // Told twice: by the lobby, and by the connection.
    if (member === undefined || member.presence === presence) return;
    member.presence = presence;
    member.why = presence === 'gone' ? what : '';
    this.#tell(`${member.name} ${what}`);
  }

  #tell(text: string): void {
    this.lines.push({ name: null, text });
  }
}
