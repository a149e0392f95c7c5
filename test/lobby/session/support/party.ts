import { ConnectionStatus, ManualClock, setErrorHandler } from 'scenewire';
import { LobbySession, type LobbySessionOptions } from 'scenewire/lobby';
import { type LinkConditions, LoopbackNetwork } from 'scenewire/testing';
import { LobbyInProcess } from '../../support/lobby-in-process.js';

const STEP_MS = 20;
const GENEROUS = {
  socketsPerAddress: 10_000,
  socketsPerMinute: 10_000,
  roomsPerMinute: 10_000,
  failuresPerMinute: 10_000,
};

export interface PartyOptions {
  readonly seed?: number;
  readonly lobbyLatencyMs?: number;
  readonly conditions?: Partial<LinkConditions>;
}

/** One who plays: a session, and a game that polls it and keeps what it hears. */
export class Player {
  readonly session: LobbySession;
  /** Signals and packets, one line each. */
  readonly log: string[] = [];
  /** Who is in the game, by the game's signals. */
  readonly peers = new Set<number>();
  #peer: LobbySession['peer'] | null = null;

  constructor(session: LobbySession) {
    this.session = session;
    session.peer_failed.connect((id, { reason }) => this.log.push(`failed ${id} ${reason}`));
    session.peer_retried.connect((id, { reason }) => this.log.push(`retried ${id} ${reason}`));
    session.host_changed.connect((id) => this.log.push(`host ${id}`));
    session.lobby_lost.connect(() => this.log.push('lobby lost'));
    session.lobby_restored.connect(() => this.log.push('lobby restored'));
    session.left.connect((reason, text) => this.log.push(`left ${reason} ${text}`.trim()));
  }

  get id(): number {
    return this.session.lobby.id;
  }

  get isConnected(): boolean {
    return this.session.peer.getConnectionStatus() === ConnectionStatus.CONNECTION_CONNECTED;
  }

  frame(): void {
    this.#follow();
    this.session.poll();
    const { peer } = this.session;
    while (peer.getAvailablePacketCount() > 0) {
      const from = peer.getPacketPeer();
      this.log.push(`packet ${from} ${new TextDecoder().decode(peer.getPacket())}`);
    }
    peer.flush();
  }

  say(text: string, to = 0): void {
    const { peer } = this.session;
    peer.setTargetPeer(to);
    peer.putPacket(new TextEncoder().encode(text));
  }

  /** A game sets the peer anew for each room. */
  #follow(): void {
    const { peer } = this.session;
    if (peer === this.#peer) return;
    this.#peer = peer;
    this.peers.clear();
    peer.peer_connected.connect((id) => {
      this.peers.add(id);
      this.log.push(`connected ${id}`);
    });
    peer.peer_disconnected.connect((id, reason) => {
      this.peers.delete(id);
      this.log.push(`disconnected ${id} ${reason}`);
    });
  }
}

/** Players, a lobby and a network inside of this process, on a clock that the test moves. */
export class Party {
  readonly clock = new ManualClock();
  readonly network: LoopbackNetwork;
  readonly lobby: LobbyInProcess;
  readonly players: Player[] = [];
  /** Whoever else has frames. */
  readonly strangers: { frame(): void }[] = [];
  readonly errors: string[] = [];

  constructor({ seed = 1, lobbyLatencyMs = 10, conditions = {} }: PartyOptions = {}) {
    this.network = new LoopbackNetwork({ clock: this.clock, seed, conditions: { latencyMs: 20, ...conditions } });
    this.lobby = new LobbyInProcess(this.clock, lobbyLatencyMs, { limits: GENEROUS });
    setErrorHandler((text) => this.errors.push(text));
  }

  add(options: LobbySessionOptions = {}): Player {
    const session = new LobbySession(this.lobby.open, {
      clock: this.clock,
      autoPoll: false,
      extension: this.network.Extension,
      ...options,
    });
    const player = new Player(session);
    this.players.push(player);
    return player;
  }

  /** One frame of everybody. */
  async step(ms = STEP_MS): Promise<void> {
    this.clock.advance(ms);
    await this.lobby.settle();
    for (const player of [...this.players, ...this.strangers]) player.frame();
    await this.lobby.settle();
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) await this.step();
  }

  /** Frames until it is true. Gives the milliseconds that passed. */
  async until(isTrue: () => boolean, withinMs = 20_000): Promise<number> {
    for (let passed = 0; passed <= withinMs; passed += STEP_MS) {
      if (isTrue()) return passed;
      await this.step();
    }
    throw new Error(
      `not within ${withinMs} ms; ${this.players.map(({ log }) => log.slice(-5).join(', ')).join(' | ')}`,
    );
  }

  /** Frames until the promise settles. */
  async during<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const done = promise.finally(() => {
      isSettled = true;
    });
    done.catch(() => {});
    await this.until(() => isSettled);
    return done;
  }

  /** A host and guests in one room, all in the game. */
  async gather(mode: 'mesh' | 'server', guests: number, options: LobbySessionOptions = {}): Promise<Player[]> {
    const host = this.add(options);
    const code = await this.during(host.session.host({ mode }));
    const others = Array.from({ length: guests }, () => this.add(options));
    for (const { session } of others) await this.during(session.join(code));
    const all = [host, ...others];
    await this.until(() => all.every((player) => player.peers.size === expected(mode, player === host, guests)));
    return all;
  }

  end(): void {
    for (const { session } of this.players) session.close();
    setErrorHandler(null);
  }
}

const expected = (mode: 'mesh' | 'server', isHost: boolean, guests: number): number =>
  mode === 'mesh' || isHost ? guests : 1;
