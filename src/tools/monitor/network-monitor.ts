import { type Clock, realClock } from '../../core/clock.js';
import type { MultiplayerPeer } from '../../multiplayer/multiplayer-peer.js';
import { ConnectionStatus } from '../../multiplayer/multiplayer-types.js';
import type { SceneMultiplayer } from '../../multiplayer/scene/scene-multiplayer.js';
import { tapPackets } from '../packets/packet-tap.js';
import { ConnectionLog } from './connection-log.js';
import type { MethodFigures, NetworkFigures, ObjectFigures } from './network-figures.js';
import { amountsOf, readPeerFigures } from './peer-figures.js';
import { routeTo } from './peer-route.js';
import { type Traffic, TrafficLedger } from './traffic-ledger.js';
import { WireMeter } from './wire-meter.js';

export interface MonitorOptions {
  /** Milliseconds between two samples. Default: 500. Rates are the mean of four of them. */
  sampleMs?: number;
  clock?: Clock;
}

const DEFAULT_SAMPLE_MS = 500;
/** Rows of a table; who has more to look at looks at the busiest. */
const MOST_ROWS = 64;

type AnySceneMultiplayer = Pick<
  SceneMultiplayer,
  'multiplayerPeer' | 'getPeers' | 'getDropped' | 'names' | 'serverRelay'
>;

/**
 * Looks on while a SceneMultiplayer plays, and adds up: what goes to whom, for which node, by which call. Nothing of the
 * game is touched but the packets, which pass by; nothing runs when it is closed.
 * @example
 * ```ts run
 * import { NetworkMonitor, showRoute } from 'scenewire/inspector';
 * import { createHeadless } from 'scenewire/headless';
 *
 * const net = createHeadless({ keepAlive: false });
 * const monitor = new NetworkMonitor(net.multiplayer);
 * monitor.update(); // once per tick: true when there are new figures, twice a second
 * const { peers, sentPerSecond } = monitor.figures();
 * for (const { id, route, rttMs } of peers) console.log(id, showRoute(route), rttMs);
 * console.log(sentPerSecond); // → 0
 * monitor.close();
 * net.close();
 * ```
 */
export class NetworkMonitor {
  readonly #multiplayer: AnySceneMultiplayer;
  readonly #clock: Clock;
  readonly #sampleMs: number;
  #ledger: TrafficLedger;
  #peer: MultiplayerPeer | null = null;
  #self = 0;
  #members: readonly number[] = [];
  #unresponsive = new Set<number>();
  readonly #wire = new Map<number, WireMeter>();
  readonly #log = new ConnectionLog();
  #releases: (() => void)[] = [];
  #sampledMs: number;
  #isOpen = true;

  constructor(multiplayer: AnySceneMultiplayer, options: MonitorOptions = {}) {
    this.#multiplayer = multiplayer;
    this.#clock = options.clock ?? realClock;
    this.#sampleMs = options.sampleMs ?? DEFAULT_SAMPLE_MS;
    this.#sampledMs = this.#clock.now();
    this.#ledger = this.#newLedger();
    this.#follow();
  }

  /** Call it often, once per frame. Whether it was time for a sample, so that figures are new. */
  update(): boolean {
    if (!this.#isOpen) return false;
    this.#follow();
    const now = this.#clock.now();
    this.#log.look(now);
    const elapsed = now - this.#sampledMs;
    if (elapsed < this.#sampleMs) return false;
    this.#sampledMs = now;
    this.#sample(elapsed / 1000, now);
    return true;
  }

  figures(): NetworkFigures {
    const peer = this.#peer;
    const isConnected = peer?.getConnectionStatus() === ConnectionStatus.CONNECTION_CONNECTED;
    const sources = {
      multiplayer: this.#multiplayer,
      ledger: this.#ledger,
      unresponsive: this.#unresponsive,
      wire: this.#wire,
    };
    const peers = peer === null ? [] : this.#members.map((id) => readPeerFigures(peer, id, sources));
    const direct = peers.filter(({ route }) => route.transport !== 'server');
    return {
      self: this.#self,
      isConnected,
      peers,
      objects: busiest(this.#ledger.objects).map((traffic) => this.#objectFigures(traffic)),
      methods: busiest(this.#ledger.methods).map(methodFigures),
      connections: this.#log.figures(peer),
      events: [...this.#log.events],
      sentPerSecond: direct.reduce((sum, { sentPerSecond }) => sum + sentPerSecond, 0),
      receivedPerSecond: direct.reduce((sum, { receivedPerSecond }) => sum + receivedPerSecond, 0),
    };
  }

  /** Lets go of everything. A second time does nothing. */
  close(): void {
    this.#isOpen = false;
    this.#leave();
  }

  #sample(seconds: number, nowMs: number): void {
    const peer = this.#peer;
    this.#ledger.sample(seconds);
    this.#log.follow(peer, this.#members, nowMs);
    if (peer === null) return;
    const isRelaying = this.#multiplayer.serverRelay && peer.isServerRelaySupported();
    for (const id of this.#members) {
      const meter = this.#wire.get(id) ?? new WireMeter();
      this.#wire.set(id, meter);
      meter.sample(seconds, routeTo(peer, id, isRelaying), amountsOf(peer, id, this.#ledger));
    }
  }

  /** The transport may be another one by now, and who is there may have changed. */
  #follow(): void {
    const peer = this.#multiplayer.multiplayerPeer;
    const isUp = peer !== null && peer.getConnectionStatus() !== ConnectionStatus.CONNECTION_DISCONNECTED;
    const self = isUp ? peer.getUniqueId() : 0;
    if (peer !== this.#peer || self !== this.#self) {
      this.#leave();
      this.#self = self;
      this.#ledger = this.#newLedger();
      if (peer !== null) this.#listen(peer);
    }
    const members = this.#multiplayer.getPeers();
    for (const id of this.#members) {
      if (members.includes(id)) continue;
      this.#ledger.forgetPeer(id);
      this.#unresponsive.delete(id);
      this.#wire.delete(id);
    }
    this.#members = members;
  }

  #listen(peer: MultiplayerPeer): void {
    this.#peer = peer;
    this.#log.follow(peer, this.#members, this.#clock.now());
    const silent = (id: number): void => {
      this.#unresponsive.add(id);
      this.#note(id, 'not answering');
    };
    const heard = (id: number): void => {
      this.#unresponsive.delete(id);
      this.#note(id, 'answering again');
    };
    const joined = (id: number): void => this.#note(id, 'in the game');
    const left = (id: number, reason: string): void => this.#note(id, `out of the game: ${reason}`);
    peer.peer_unresponsive.connect(silent);
    peer.peer_responsive.connect(heard);
    peer.peer_connected.connect(joined);
    peer.peer_disconnected.connect(left);
    const untap = tapPackets(peer, (isOutgoing, id, bytes) =>
      this.#ledger.count(isOutgoing, id, bytes, this.#self, this.#members),
    );
    this.#releases = [
      untap,
      () => peer.peer_unresponsive.disconnect(silent),
      () => peer.peer_responsive.disconnect(heard),
      () => peer.peer_connected.disconnect(joined),
      () => peer.peer_disconnected.disconnect(left),
    ];
  }

  #note(id: number, what: string): void {
    this.#log.note(this.#clock.now(), id, what);
  }

  #leave(): void {
    for (const release of this.#releases.splice(0)) release();
    this.#peer = null;
    this.#members = [];
    this.#unresponsive = new Set();
    this.#wire.clear();
    this.#log.follow(null, [], this.#clock.now());
  }

  #newLedger(): TrafficLedger {
    return new TrafficLedger(this.#multiplayer.names);
  }

  #objectFigures(traffic: Traffic): ObjectFigures {
    const { name, sent, received } = traffic;
    return {
      path: name,
      owner: this.#multiplayer.names.authorityOf(name),
      sentPerSecond: sent.perSecond,
      receivedPerSecond: received.perSecond,
      sentBytes: sent.total,
      receivedBytes: received.total,
    };
  }
}

function methodFigures({ name, count, sent, received }: Traffic): MethodFigures {
  return { name, calls: count, sentPerSecond: sent.perSecond, receivedPerSecond: received.perSecond };
}

/** What has been silent for a while is left out. */
function busiest(rows: ReadonlyMap<string, Traffic>): Traffic[] {
  return [...rows.values()]
    .filter((traffic) => traffic.perSecond > 0)
    .sort((a, b) => b.perSecond - a.perSecond || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_ROWS);
}
