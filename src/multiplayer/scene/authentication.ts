import type { Clock } from '../../core/clock.js';
import { Err } from '../../core/err.js';
import { fail, pushError } from '../../core/fail.js';
import { TransferMode } from '../multiplayer-types.js';
import { COMMAND_MASK, Command, SysCommand } from './scene-command.js';
import type { SceneSender } from './scene-sender.js';

export type AuthCallback = (id: number, data: Uint8Array<ArrayBuffer>) => void;

/** Peers that may prove who they are at one time: each is a transport's peer, but none was let in yet. */
const MAX_PENDING = 4096;
const DEFAULT_TIMEOUT_S = 3;
const AUTH_BYTES = 2;

class Pending {
  readonly since: number;
  /** Which side has said that it is satisfied. */
  here = false;
  there = false;

  constructor(since: number) {
    this.since = since;
  }
}

/** What it does to the rest. */
export interface AuthenticationEvents {
  admit(peer: number): void;
  failed(peer: number): void;
  dropped(peer: number, text: string): void;
}

/** Peers that are connected and not in the game yet: both sides exchange what they like and say when they are done. */
export class Authentication {
  callback: AuthCallback | null = null;
  readonly #clock: Clock;
  readonly #sender: SceneSender;
  readonly #events: AuthenticationEvents;
  readonly #pending = new Map<number, Pending>();
  #timeoutS = DEFAULT_TIMEOUT_S;

  constructor(clock: Clock, sender: SceneSender, events: AuthenticationEvents) {
    this.#clock = clock;
    this.#sender = sender;
    this.#events = events;
  }

  get timeoutS(): number {
    return this.#timeoutS;
  }

  set timeoutS(seconds: number) {
    if (seconds >= 0) this.#timeoutS = seconds;
    else fail(Err.ERR_INVALID_PARAMETER, `An authentication time-out of ${String(seconds)} s makes no sense`);
  }

  get peers(): number[] {
    return [...this.#pending.keys()];
  }

  has(peer: number): boolean {
    return this.#pending.has(peer);
  }

  /** False when too many are waiting. */
  begin(peer: number): boolean {
    if (this.#pending.size >= MAX_PENDING) return false;
    this.#pending.set(peer, new Pending(this.#clock.now()));
    return true;
  }

  /** Whether it was waiting. */
  forget(peer: number): boolean {
    return this.#pending.delete(peer);
  }

  clear(): void {
    this.#pending.clear();
  }

  send(peer: number, data: Uint8Array): Err {
    const pending = this.#find(peer);
    if (typeof pending === 'number') return pending;
    if (data.length === 0) return fail(Err.ERR_INVALID_PARAMETER, 'Authentication data is empty');
    if (pending.here) return fail(Err.ERR_FILE_CANT_WRITE, `The authentication of peer ${peer} was completed`);
    if (pending.there) return fail(Err.ERR_FILE_CANT_WRITE, `Peer ${peer} has completed the authentication`);
    const packet = new Uint8Array(AUTH_BYTES + data.length);
    packet[0] = Command.SYS;
    packet[1] = SysCommand.AUTH;
    packet.set(data, AUTH_BYTES);
    return this.#put(peer, packet);
  }

  complete(peer: number): Err {
    const pending = this.#find(peer);
    if (typeof pending === 'number') return pending;
    if (pending.here) return fail(Err.ERR_FILE_CANT_WRITE, `The authentication of peer ${peer} was completed`);
    const err = this.#put(peer, Uint8Array.of(Command.SYS, SysCommand.AUTH));
    if (err !== Err.OK) return err;
    pending.here = true;
    // What admission sends has to follow the packet that completes.
    if (pending.there) this.#admit(peer);
    return Err.OK;
  }

  /** Any packet of a peer that is waiting. */
  receive(packet: Uint8Array<ArrayBuffer>, from: number): void {
    const pending = this.#pending.get(from);
    if (pending === undefined) return;
    const isSystem = packet.length >= AUTH_BYTES && ((packet[0] as number) & COMMAND_MASK) === Command.SYS;
    if (!isSystem || packet[1] !== SysCommand.AUTH) {
      this.#events.dropped(from, 'only authentication is listened to');
      return;
    }
    if (packet.length > AUTH_BYTES) {
      this.#hand(from, packet.slice(AUTH_BYTES));
      return;
    }
    pending.there = true;
    if (pending.here) this.#admit(from);
  }

  /** Who has taken too long. Null, mostly. */
  late(): number[] | null {
    if (this.#pending.size === 0 || this.#timeoutS === 0) return null;
    const now = this.#clock.now();
    let late: number[] | null = null;
    for (const [peer, { since }] of this.#pending) {
      if (now - since <= this.#timeoutS * 1000) continue;
      late ??= [];
      late.push(peer);
    }
    return late;
  }

  #find(peer: number): Pending | Err {
    if (!this.#sender.isConnected) return fail(Err.ERR_UNCONFIGURED, 'Not connected');
    return this.#pending.get(peer) ?? fail(Err.ERR_INVALID_PARAMETER, `Peer ${peer} is not authenticating`);
  }

  #put(peer: number, packet: Uint8Array): Err {
    return this.#sender.put(peer, packet, TransferMode.TRANSFER_MODE_RELIABLE, 0);
  }

  #admit(peer: number): void {
    this.#pending.delete(peer);
    this.#events.admit(peer);
  }

  #hand(peer: number, data: Uint8Array<ArrayBuffer>): void {
    try {
      this.callback?.(peer, data);
    } catch (thrown) {
      pushError('The authentication callback threw', Err.ERR_SCRIPT_FAILED, thrown);
    }
  }
}
