import { HOST_ID } from '../protocol/limits.js';
import type { Metadata } from '../protocol/metadata.js';
import type { IceState, MemberState, RoomState, WelcomeMessage } from '../protocol/server-messages.js';

/** Another member of the room. */
export interface LobbyMember {
  readonly id: number;
  readonly meta: Metadata;
  /** The version of the extensions it announced; 0 for Godot's clients, and for everybody at Godot's servers. */
  readonly sw: number;
  /** Its connection to the lobby is lost, and its seat kept. */
  readonly away: boolean;
  /** Whether it is to be connected to. In a client/server room, clients only know of each other. */
  readonly isPeer: boolean;
}

/** Who has it has the seat: keep it where the page keeps its secrets. */
export interface SeatTicket {
  readonly room: string;
  readonly id: number;
  readonly token: string;
}

export interface SeatBasis {
  readonly id: number;
  readonly isMesh: boolean;
  readonly name: string;
  /** Null from Godot's servers. */
  readonly welcome: WelcomeMessage | null;
}

const NO_ICE: IceState = { servers: [], ttlMs: 0 };

/** What Godot's servers do not tell about a room. */
const plainRoom = ({ name, isMesh }: SeatBasis): RoomState => ({
  name,
  mode: isMesh ? 'mesh' : 'server',
  public: false,
  password: false,
  sealed: false,
  maxMembers: 0,
  migrates: false,
  meta: {},
  host: HOST_ID,
  epoch: 0,
});

/** A place in a room, and what can be seen of the room from there. */
export class Seat {
  readonly id: number;
  readonly isMesh: boolean;
  /** Whether the server knows the extensions. */
  readonly isExtended: boolean;
  room: RoomState;
  ice: IceState;
  iceSince: number;
  ticket: SeatTicket | null;
  graceMs: number;
  readonly members = new Map<number, LobbyMember>();
  sealedAt: number | null;

  constructor(basis: SeatBasis, now: number) {
    const { id, isMesh, name, welcome } = basis;
    this.id = id;
    this.isMesh = isMesh;
    this.isExtended = welcome !== null;
    this.room = welcome?.room ?? plainRoom(basis);
    this.ice = welcome?.ice ?? NO_ICE;
    this.iceSince = now;
    this.ticket = welcome === null ? null : { room: name, id, token: welcome.token };
    this.graceMs = welcome?.graceMs ?? 0;
    this.sealedAt = this.room.sealed ? now : null;
  }

  get isHost(): boolean {
    return this.id === this.room.host;
  }

  /** Godot's Node server tells clients of each other who have nothing to do with each other. */
  isConcerned(id: number): boolean {
    return id !== this.id && (this.isMesh || this.isHost || id === this.room.host);
  }

  /** Null when nothing is new about it. */
  see(id: number, state: MemberState, isPeer: boolean): LobbyMember | null {
    const known = this.members.get(id);
    const { meta = known?.meta ?? {}, sw = known?.sw ?? 0, away = known?.away ?? false } = state;
    const member = { id, meta, sw, away, isPeer };
    this.members.set(id, member);
    return known !== undefined && isSame(known, member) ? null : member;
  }

  setAway(id: number, away: boolean): boolean {
    const member = this.members.get(id);
    if (member === undefined || member.away === away) return false;
    this.members.set(id, { ...member, away });
    return true;
  }
}

export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
