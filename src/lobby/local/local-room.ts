import type { ClientMessage, JoinMessage, RoomOptions } from '../protocol/client-messages.js';
import { MAX_PEER_ID, MIN_PEER_ID } from '../protocol/limits.js';
import { type LobbyReason, lobbyReasons } from '../protocol/lobby-reason.js';
import { LOBBY_VERSION, MessageType } from '../protocol/message-type.js';
import type { Metadata } from '../protocol/metadata.js';
import type { RoomState, RoomSummary, ServerMessage } from '../protocol/server-messages.js';
import type { Draft } from '../protocol/write.js';

/** Where a member is. */
export type Address = string;

/** Tells a member something. */
export type Tell = (to: Address, message: Draft<ServerMessage>) => void;

interface Member {
  readonly id: number;
  readonly address: Address;
  meta: Metadata;
  heardAt: number;
}

const HOST = 1;
const DEFAULT_MOST = 16;
/** Two signs of life were missed. */
const SILENT_MS = 75_000;

/** A room without a server: whoever made it keeps it, and it is over when the maker goes. It speaks the lobby's protocol. */
export class LocalRoom {
  #state: RoomState;
  readonly #password: string | undefined;
  readonly #bornAt: number;
  readonly #members = new Map<Address, Member>();
  readonly #tell: Tell;

  constructor(name: string, mode: 'mesh' | 'server', options: RoomOptions, tell: Tell, now: number) {
    this.#tell = tell;
    this.#password = options.password;
    this.#bornAt = now;
    this.#state = {
      name,
      mode,
      public: options.public ?? false,
      password: options.password !== undefined,
      sealed: false,
      maxMembers: options.maxMembers ?? DEFAULT_MOST,
      migrates: false,
      meta: options.meta ?? {},
      host: HOST,
      epoch: 0,
      ...(options.address !== undefined && { address: options.address }),
    };
  }

  get name(): string {
    return this.#state.name;
  }

  get summary(): RoomSummary | null {
    const { name, mode, maxMembers, sealed, password, meta } = this.#state;
    if (!this.#state.public) return null;
    return { name, mode, members: this.#members.size, maxMembers, sealed, password, meta, ageMs: 0 };
  }

  ageMs(now: number): number {
    return Math.max(0, Math.round(now - this.#bornAt));
  }

  receive(from: Address, message: ClientMessage, now: number): void {
    if (message.type === MessageType.JOIN) {
      this.#join(from, message, now);
      return;
    }
    const member = this.#members.get(from);
    const refusal = member === undefined ? 'not_in_room' : this.#carryOut(member, message, now);
    if (refusal !== null) this.#refuse(from, message, refusal);
  }

  /** Its socket is closed. */
  leave(from: Address, reason: 'left' | 'lost' = 'left'): void {
    const member = this.#members.get(from);
    if (member === undefined) return;
    this.#members.delete(from);
    for (const other of this.#members.values()) {
      this.#tell(other.address, { type: MessageType.PEER_DISCONNECT, id: member.id, reason });
    }
  }

  /** The maker goes. */
  end(): void {
    for (const { id, address } of this.#members.values()) {
      if (id !== HOST) this.#tell(address, { type: MessageType.LEAVE, reason: 'host_left' });
    }
    this.#members.clear();
  }

  /** Who has not been heard for long is gone without a goodbye. */
  sweep(now: number): void {
    for (const { id, address, heardAt } of [...this.#members.values()]) {
      if (id !== HOST && now - heardAt >= SILENT_MS) this.leave(address, 'lost');
    }
  }

  #join(from: Address, message: JoinMessage, now: number): void {
    const refusal = this.#objection(from, message);
    if (refusal !== null) {
      this.#refuse(from, message, refusal);
      return;
    }
    const id = this.#members.size === 0 ? HOST : this.#freeId();
    const member: Member = { id, address: from, meta: message.meta ?? {}, heardAt: now };
    const { name, mode } = this.#state;
    this.#tell(from, { type: MessageType.ID, id, data: mode === 'mesh' ? 'true' : '' });
    this.#tell(from, {
      type: MessageType.WELCOME,
      id,
      data: name,
      sw: LOBBY_VERSION,
      features: [],
      // Nobody comes back: there is no one to keep a seat where the maker is gone, and no loss of connection else.
      token: 'none',
      graceMs: 0,
      resumed: false,
      room: this.#state,
      ice: { servers: [], ttlMs: 0 },
      ...refOf(message),
    });
    for (const other of this.#members.values()) {
      this.#introduce(from, other, id);
      this.#introduce(other.address, member, other.id);
    }
    this.#members.set(from, member);
    this.#tell(from, { type: MessageType.JOIN, data: name });
  }

  #objection(from: Address, { password }: JoinMessage): LobbyReason | null {
    if (this.#members.has(from)) return 'already_in_room';
    if (this.#state.sealed) return 'room_sealed';
    if (this.#password !== undefined && this.#members.size > 0 && password !== this.#password) return 'wrong_password';
    return this.#members.size >= this.#state.maxMembers ? 'room_full' : null;
  }

  #tellOf({ id, meta }: Member, viewer: Member): void {
    const peer = id !== viewer.id && this.#arePeers(id, viewer.id);
    this.#tell(viewer.address, { type: MessageType.MEMBER, id, peer, meta, sw: LOBBY_VERSION, away: false });
  }

  #arePeers(one: number, other: number): boolean {
    return this.#state.mode === 'mesh' || one === HOST || other === HOST;
  }

  #introduce(to: Address, { id, meta }: Member, viewer: number): void {
    const isPeer = this.#arePeers(id, viewer);
    const state = { id, meta, sw: LOBBY_VERSION, away: false };
    if (isPeer) this.#tell(to, { type: MessageType.PEER_CONNECT, ...state });
    else this.#tell(to, { type: MessageType.MEMBER, peer: false, ...state });
  }

  /** Why not, or null. */
  #carryOut(member: Member, message: ClientMessage, now: number): LobbyReason | null {
    member.heardAt = now;
    switch (message.type) {
      case MessageType.OFFER:
      case MessageType.ANSWER:
      case MessageType.CANDIDATE:
      case MessageType.SIGNAL:
        this.#relay(member, message);
        return null;
      case MessageType.PING:
        this.#tell(member.address, { type: MessageType.PING, id: message.id });
        return null;
      case MessageType.ICE:
        this.#tell(member.address, { type: MessageType.ICE, ice: { servers: [], ttlMs: 0 }, ...refOf(message) });
        return null;
      case MessageType.MEMBER:
        member.meta = message.meta;
        for (const viewer of this.#members.values()) this.#tellOf(member, viewer);
        return this.#done(member, message);
      case MessageType.LEAVE:
        this.leave(member.address);
        return this.#done(member, message);
      default:
        return member.id === HOST ? this.#carryOutForHost(member, message) : 'not_host';
    }
  }

  #carryOutForHost(host: Member, message: ClientMessage): LobbyReason | null {
    switch (message.type) {
      case MessageType.SEAL:
      case MessageType.UNSEAL:
        this.#state = { ...this.#state, sealed: message.type === MessageType.SEAL };
        this.#tellAll({ type: message.type });
        return this.#done(host, message);
      case MessageType.METADATA: {
        const { meta, public: isPublic, maxMembers, address = '' } = { ...this.#state, ...message };
        this.#state = { ...this.#state, meta, public: isPublic, maxMembers, address };
        this.#tellAll({ type: MessageType.METADATA, room: this.#state });
        return this.#done(host, message);
      }
      case MessageType.KICK:
        return this.#kick(message.id, message.data) ?? this.#done(host, message);
      default:
        return 'unknown_type';
    }
  }

  #kick(id: number, why: string): LobbyReason | null {
    const member = this.#byId(id);
    if (member === undefined || id === HOST) return 'no_such_member';
    this.#members.delete(member.address);
    this.#tell(member.address, { type: MessageType.KICK, data: why, ban: false });
    this.#tellAll({ type: MessageType.PEER_DISCONNECT, id, reason: 'kicked' });
    return null;
  }

  #relay({ id }: Member, message: Extract<ClientMessage, { type: 4 | 5 | 6 | 30 }>): void {
    const receiver = this.#byId(message.id);
    if (receiver !== undefined) this.#tell(receiver.address, { ...message, id });
  }

  #done({ address }: Member, message: ClientMessage): null {
    const answer = refOf(message);
    if (answer.ref !== undefined) this.#tell(address, { type: MessageType.DONE, id: message.type, ...answer });
    return null;
  }

  #refuse(to: Address, message: ClientMessage, reason: LobbyReason): void {
    this.#tell(to, errorFor(message, reason));
  }

  #tellAll(message: Draft<ServerMessage>): void {
    for (const { address } of this.#members.values()) this.#tell(address, message);
  }

  #byId(id: number): Member | undefined {
    for (const member of this.#members.values()) if (member.id === id) return member;
    return undefined;
  }

  #freeId(): number {
    for (;;) {
      const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
      const id = MIN_PEER_ID + (random % (MAX_PEER_ID - MIN_PEER_ID));
      if (this.#byId(id) === undefined) return id;
    }
  }
}

export const refOf = (message: ClientMessage): { ref?: number } =>
  'ref' in message && message.ref !== undefined ? { ref: message.ref } : {};

export const errorFor = (message: ClientMessage, reason: LobbyReason): Draft<ServerMessage> => ({
  type: MessageType.ERROR,
  id: message.type,
  data: lobbyReasons[reason],
  reason,
  fatal: false,
  ...refOf(message),
});
