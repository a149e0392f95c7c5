import type { Clock } from '../../core/clock.js';
import { MAX_SENT_BYTES } from '../protocol/limits.js';
import type { LobbySocket, OpenLobbySocket } from '../socket/lobby-socket.js';

/** What happens on a line, inside `poll`. */
export interface LineOwner {
  opened(): void;
  received(frame: string | Uint8Array): void;
  /** The code is -1 without a closing handshake. */
  ended(wasOpen: boolean, code: number, reason: string): void;
}

/** The connection to the lobby: one socket after the other, and never two that count. */
export class LobbyLine {
  readonly #open: OpenLobbySocket;
  readonly #clock: Clock;
  readonly #connectMs: number;
  #socket: LobbySocket | null = null;
  /** Sockets that were closed here and have yet to say goodbye. */
  #leaving: readonly LobbySocket[] = [];
  #began = 0;
  #isOpen = false;
  #heardAt = 0;
  /** How long the last socket took to open. */
  openedInMs = 0;

  constructor(open: OpenLobbySocket, clock: Clock, connectMs: number) {
    this.#open = open;
    this.#clock = clock;
    this.#connectMs = connectMs;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Neither open nor on its way. */
  get isIdle(): boolean {
    return this.#socket === null;
  }

  /** Nothing is left to be polled. */
  get isQuiet(): boolean {
    return this.isIdle && this.#leaving.length === 0;
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  connect(): void {
    this.#began = this.#clock.now();
    this.#socket = this.#open();
  }

  /** False when it is lost: nothing is open, or it is larger than Godot's servers take. */
  send(frame: string): boolean {
    return this.#isOpen && fits(frame) && this.#socket?.send(frame) === true;
  }

  close(): void {
    this.#leave((socket) => socket.close());
  }

  /** Leaves so that the lobby keeps the seat. */
  cut(): void {
    this.#leave((socket) => socket.cut());
  }

  poll(owner: LineOwner): void {
    if (this.#leaving.length > 0) this.#pollLeaving();
    const socket = this.#socket;
    if (socket === null) return;
    socket.poll();
    if (!this.#isOpen && socket.state === 'open') this.#opened(owner);
    while (this.#socket === socket) {
      const frame = socket.receive();
      if (frame === null) break;
      this.#heardAt = this.#clock.now();
      owner.received(frame);
    }
    if (this.#socket === socket) this.#checkEnd(socket, owner);
  }

  #opened(owner: LineOwner): void {
    this.#isOpen = true;
    this.#heardAt = this.#clock.now();
    this.openedInMs = this.#heardAt - this.#began;
    owner.opened();
  }

  #checkEnd(socket: LobbySocket, owner: LineOwner): void {
    const wasOpen = this.#isOpen;
    const isLate = !wasOpen && this.#clock.now() - this.#began >= this.#connectMs;
    if (socket.state !== 'closed' && !isLate) return;
    const { closeCode, closeReason } = socket;
    if (socket.state !== 'closed') this.cut();
    this.#socket = null;
    this.#isOpen = false;
    owner.ended(wasOpen, closeCode, closeReason);
  }

  #leave(end: (socket: LobbySocket) => void): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#isOpen = false;
    if (socket === null || socket.state === 'closed') return;
    end(socket);
    this.#leaving = [...this.#leaving, socket];
  }

  #pollLeaving(): void {
    for (const socket of this.#leaving) socket.poll();
    this.#leaving = this.#leaving.filter(({ state }) => state !== 'closed');
  }
}

const encoder = new TextEncoder();

/** A character is up to three bytes. */
const fits = (frame: string): boolean =>
  frame.length <= MAX_SENT_BYTES / 3 || encoder.encode(frame).length <= MAX_SENT_BYTES;
