import type { ManualClock } from 'scenewire';
import type { LobbySocket, LobbySocketState, OpenLobbySocket } from 'scenewire/lobby';
import { MemoryStore } from 'scenewire/lobby-server';
import type { Connection } from '../../../src/lobby/server/connection.js';
import { Lobby, type LobbyParts } from '../../../src/lobby/server/lobby.js';
import { LobbyLog } from '../../../src/lobby/server/lobby-log.js';

const encoder = new TextEncoder();

/** What is on its way between a client and the lobby. */
interface Parcel {
  readonly at: number;
  readonly deliver: () => void;
}

/** The server's rooms without its sockets, on a clock of the test's: what is sent arrives `latencyMs` later, in order. */
export class LobbyInProcess {
  readonly clock: ManualClock;
  lobby: Lobby;
  latencyMs: number;
  /** How much later a frame for a client comes than it should, once for each time it comes; frames may overtake others. */
  lateness: (frame: string) => readonly number[] = () => [0];
  /** Nobody can be reached: neither new nor old sockets get anything through. */
  isDown = false;
  readonly #parcels: Parcel[] = [];
  readonly #sockets = new Set<SimulatedSocket>();
  readonly #parts: Partial<LobbyParts>;
  #lastTick = 0;

  constructor(clock: ManualClock, latencyMs = 0, parts: Partial<LobbyParts> = {}) {
    this.clock = clock;
    this.latencyMs = latencyMs;
    this.#parts = parts;
    this.lobby = this.#makeLobby();
  }

  readonly open: OpenLobbySocket = () => {
    const socket = new SimulatedSocket(this);
    this.#sockets.add(socket);
    return socket;
  };

  get sockets(): ReadonlySet<SimulatedSocket> {
    return this.#sockets;
  }

  /** Behind everything that was sent before. */
  later(deliver: () => void, afterMs = 0): void {
    this.#parcels.push({ at: this.clock.now() + this.latencyMs + afterMs, deliver });
  }

  /** Ends all sockets as a crash of the server does, and forgets nothing. */
  dropAll(): void {
    for (const socket of this.#sockets) socket.drop();
  }

  /** As a crash of a server that keeps nothing, which is there again at once. */
  restart(): void {
    this.dropAll();
    this.lobby = this.#makeLobby();
  }

  forget(socket: SimulatedSocket): void {
    this.#sockets.delete(socket);
  }

  /** Delivers what is due, and lets the lobby do what it does about it. */
  async settle(): Promise<void> {
    const now = this.clock.now();
    if (now - this.#lastTick >= 100) {
      this.#lastTick = now;
      this.lobby.tick();
    }
    for (;;) {
      const due = this.#parcels.filter(({ at }) => at <= now);
      if (due.length === 0) break;
      this.#parcels.splice(0, this.#parcels.length, ...this.#parcels.filter(({ at }) => at > now));
      for (const { deliver } of due.sort((a, b) => a.at - b.at)) deliver();
      await turn();
    }
    await turn();
  }

  #makeLobby(): Lobby {
    return new Lobby({ store: new MemoryStore(this.clock), log: new LobbyLog(() => {}), ...this.#parts });
  }
}

/** All promises that can go on have gone on. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class SimulatedSocket implements LobbySocket {
  state: LobbySocketState = 'connecting';
  closeCode = -1;
  closeReason = '';
  readonly #world: LobbyInProcess;
  readonly #inbox: string[] = [];
  #connection: Connection | null = null;
  #isOpenThere = false;
  #end: { code: number; reason: string } | null = null;

  constructor(world: LobbyInProcess) {
    this.#world = world;
    world.later(() => this.#connect());
  }

  /** Whose it is, as the lobby knows it. */
  get seat(): Connection['seat'] {
    return this.#connection?.seat ?? null;
  }

  poll(): void {
    if (this.state === 'connecting' && this.#isOpenThere) this.state = 'open';
    if (this.#end === null || this.state === 'closed') return;
    this.state = 'closed';
    this.closeCode = this.#end.code;
    this.closeReason = this.#end.reason;
    this.#world.forget(this);
  }

  send(frame: string): boolean {
    if (this.state !== 'open') return false;
    this.#toLobby(() => this.#connection?.received(encoder.encode(frame)));
    return true;
  }

  receive(): string | null {
    return this.#inbox.shift() ?? null;
  }

  close(): void {
    this.#leave(1000);
  }

  cut(): void {
    this.#leave(4900);
  }

  /** The connection is lost, and both sides know. */
  drop(): void {
    this.#end ??= { code: -1, reason: '' };
    this.#disconnect(1006);
  }

  #leave(code: number): void {
    this.state = 'closed';
    this.#world.forget(this);
    this.#toLobby(() => this.#disconnect(code));
  }

  #connect(): void {
    if (this.#world.isDown) {
      this.#end = { code: -1, reason: '' };
      return;
    }
    if (this.state === 'closed') return;
    const { lobby } = this.#world;
    void lobby.admit('192.0.2.1').then((verdict) => {
      if (verdict !== 'ok') throw new Error(verdict);
      this.#isOpenThere = true;
      const port = {
        bufferedAmount: 0,
        send: (text: string) => {
          for (const late of this.#world.lateness(text)) this.#toClient(() => this.#inbox.push(text), late);
        },
        close: (code: number, reason: string) => {
          this.#toClient(() => {
            this.#end ??= { code, reason };
          });
          this.#disconnect(code);
        },
        terminate: () => this.drop(),
        pause: () => {},
        resume: () => {},
        ping: () => this.#connection?.ponged(),
      };
      this.#connection = lobby.connect({ address: '192.0.2.1', origin: null, urlToken: null, isOurs: true }, port);
    });
  }

  #disconnect(code: number): void {
    const connection = this.#connection;
    this.#connection = null;
    if (connection !== null) this.#world.lobby.disconnect(connection, code);
  }

  #toLobby(deliver: () => void): void {
    this.#world.later(() => {
      if (!this.#world.isDown) deliver();
    });
  }

  #toClient(deliver: () => void, afterMs = 0): void {
    this.#world.later(() => {
      if (!this.#world.isDown) deliver();
    }, afterMs);
  }
}

export type { SimulatedSocket };
