import { CloseCode, lobbyReasons } from '../protocol/lobby-reason.js';
import type { Authorize } from './authorization.js';
import { Connection } from './connection.js';
import type { ConnectionPort, Visitor } from './connection-parts.js';
import { Directory } from './directory.js';
import { dependable, type IceProvider, NO_ICE } from './ice.js';
import { type LobbyLimits, readLimits } from './lobby-limits.js';
import { LobbyLog } from './lobby-log.js';
import { LobbyMetrics } from './lobby-metrics.js';
import { Relay } from './relay.js';
import { Requests } from './requests.js';
import { RoomEvents } from './room-events.js';
import { RoomList } from './room-list.js';
import type { RoomNameKind } from './room-namer.js';
import type { LobbyServices } from './services.js';
import { type LobbyStore, type SocketVerdict, StoreUnavailable } from './store/lobby-store.js';
import { Turns } from './turns.js';

export interface LobbyParts {
  readonly store: LobbyStore;
  readonly limits?: Partial<LobbyLimits>;
  readonly ice?: IceProvider;
  readonly authorize?: Authorize | undefined;
  readonly plainNames?: RoomNameKind;
  readonly log?: LobbyLog;
}

/** A lobby without its sockets: connections are brought to it, and time passes when `tick` is called. */
export class Lobby {
  readonly services: LobbyServices;
  readonly #connections = new Map<number, Connection>();
  readonly #requests: Requests;
  readonly #events: RoomEvents;
  #nextNumber = 1;
  #expiring: Promise<void> | null = null;
  #isDraining = false;

  constructor({ store, limits = {}, ice, authorize, plainNames = 'random', log = new LobbyLog() }: LobbyParts) {
    const all = readLimits(limits);
    const metrics = new LobbyMetrics();
    const options = { maxRooms: all.rooms, sealDelayMs: all.sealDelayMs };
    const directory = new Directory(store, this.#connections, options);
    const relay = new Relay(store, directory, metrics);
    this.services = {
      store,
      directory,
      relay,
      rooms: new RoomList(store),
      turns: new Turns(),
      limits: all,
      metrics,
      log,
      ice: ice === undefined ? async () => NO_ICE : dependable(ice, log),
      authorize: authorize ?? null,
      plainNames,
    };
    this.#requests = new Requests(this.services);
    const parts = { store, directory, members: this.#connections, relay, graceMs: all.graceMs };
    this.#events = new RoomEvents(parts, (isAvailable, why) => this.#noteAvailability(isAvailable, why));
  }

  get connections(): ReadonlyMap<number, Connection> {
    return this.#connections;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  async open(): Promise<void> {
    await this.services.store.open(this.#events);
  }

  /** Whether one more WebSocket from this address may be opened. It has to be given back with `release`. */
  async admit(address: string): Promise<SocketVerdict> {
    const { store, limits, metrics } = this.services;
    const verdict = await store.openSocket(address, limits);
    if (verdict === 'ok') metrics.count('sockets_opened_total');
    else metrics.count('sockets_refused_total', { reason: verdict });
    return verdict;
  }

  release(address: string): void {
    this.services.store.closeSocket(address);
  }

  /** A WebSocket that was admitted. */
  connect(visitor: Omit<Visitor, 'number'>, port: ConnectionPort): Connection {
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    const connection = new Connection({ ...visitor, number }, port, this.services, (from, message) =>
      this.#requests.handle(from, message),
    );
    this.#connections.set(number, connection);
    return connection;
  }

  /** Its WebSocket is closed. */
  disconnect(connection: Connection, code: number): void {
    const { number, address } = connection.visitor;
    this.#connections.delete(number);
    this.services.metrics.count('sockets_closed_total');
    connection.closed(code);
    this.release(address);
  }

  /** Everything that is due by time. */
  tick(): void {
    const now = this.services.store.now();
    for (const connection of this.#connections.values()) connection.check(now);
    this.#expiring ??= this.services.directory
      .expire()
      .catch((thrown: unknown) => this.#noteFailure(thrown))
      .finally(() => {
        this.#expiring = null;
      });
  }

  /** From now on nobody is let in. Who can go on in another process is asked to. */
  drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.services.log.write('info', 'draining', { sockets: this.#connections.size });
    if (!this.services.store.isShared) return;
    for (const connection of this.#connections.values()) {
      if (connection.isAnnounced) connection.expel('shutting_down', CloseCode.RESTART);
    }
  }

  /** Says goodbye to everybody. Their WebSockets close soon after. */
  expelAll(): void {
    this.#isDraining = true;
    for (const connection of this.#connections.values()) connection.expel('shutting_down', CloseCode.RESTART);
  }

  /** Cuts who is still connected, and gives everything back to the store. */
  async close(): Promise<void> {
    for (const connection of this.#connections.values()) connection.cut();
    await this.#expiring;
    await this.services.directory.idle();
    await this.services.store.close();
  }

  #noteAvailability(isAvailable: boolean, why = 'unknown'): void {
    const { metrics, log } = this.services;
    if (isAvailable) {
      log.write('info', 'store_connected');
      return;
    }
    metrics.count('store_failures_total');
    log.write('error', 'store_lost', { error: why });
  }

  #noteFailure(thrown: unknown): void {
    if (thrown instanceof StoreUnavailable) return;
    const error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    this.services.log.write('error', 'expire_failed', { error });
  }
}

export const refusalText = (verdict: Exclude<SocketVerdict, 'ok'>): string => lobbyReasons[verdict];
